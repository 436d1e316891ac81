#!/usr/bin/env python3
"""Sends one command to an acquisition application and prints the reply.

    pip install pyzmq
    python3 commander.py [HOST [PORT [COMMAND [DATA]]]]        defaults: 127.0.0.1 5557 400 (GET_STATUS), no data
    python3 commander.py 127.0.0.1 5557 120 '{"mode": 1000}'   SET_APPLICATION_MODE

An application that asks for keys ('remote-console keys' makes them) wants yours, and its own public one:

    ACQUISITION_CURVE_KEY=ann.key_secret ACQUISITION_CURVE_SERVER_KEY=service.key python3 commander.py rig-1

Exit status: 0 there was a reply, 3 there was none within 5 seconds.
"""

import json
import os
import random
import sys

import zmq
import zmq.auth


def shown(reply):
    """The reply as JSON. What is none, or would command a terminal, as its bytes."""
    try:
        text = json.dumps(json.loads(reply), indent=2)
    except (ValueError, RecursionError):
        text = ""
    if text and "\x7f" not in text:
        return text  # json.dumps escapes all other control characters
    first = reply[:16].hex(" ")
    return f"{len(reply)} bytes: {first}{' ...' if len(reply) > 16 else ''}"


host, port, command, data = (sys.argv[1:] + ["127.0.0.1", "5557", "400", "null"][len(sys.argv) - 1:])[:4]

# The nonce comes back in the reply, and in the COMMAND_RESULT that follows a reply with result 201 (pending).
# Use 1 or more: 0 is what the reply to a request says that was not understood.
request = {"command": int(command), "nonce": random.randrange(1, 1 << 31), "data": json.loads(data)}

socket = zmq.Context().socket(zmq.REQ)
socket.linger = 0  # do not wait for an absent application when ending
if key := os.environ.get("ACQUISITION_CURVE_KEY"):
    socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(key)
    server = os.environ["ACQUISITION_CURVE_SERVER_KEY"]  # its file, or the key itself
    socket.curve_serverkey = server.encode() if len(server) == 40 else zmq.auth.load_certificate(server)[0]
socket.connect(f"tcp://{host}:{port}")
socket.send_json(request)

# After a time-out a REQ socket is stuck in the middle of its exchange: close it and make another one.
if not socket.poll(5000):
    print(f"no answer from {host}:{port} within 5 seconds", file=sys.stderr)
    sys.exit(3)
print(shown(socket.recv()))
