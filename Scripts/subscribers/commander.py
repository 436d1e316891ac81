#!/usr/bin/env python3
"""Sends one command to an acquisition application and prints the reply.

    pip install pyzmq
    python3 commander.py [HOST [PORT [COMMAND [DATA]]]]        defaults: 127.0.0.1 5557 400 (GET_STATUS), no data
    python3 commander.py 127.0.0.1 5557 120 '{"mode": 1000}'   SET_APPLICATION_MODE

Exit status: 0 there was a reply, 3 there was none within 5 seconds.
"""

import json
import random
import sys

import zmq

host, port, command, data = (sys.argv[1:] + ["127.0.0.1", "5557", "400", "null"][len(sys.argv) - 1:])[:4]

# The nonce comes back in the reply, and in the COMMAND_RESULT that follows a reply with result 201 (pending).
# Use 1 or more: 0 is what the reply to a request says that was not understood.
request = {"command": int(command), "nonce": random.randrange(1, 1 << 31), "data": json.loads(data)}

socket = zmq.Context().socket(zmq.REQ)
socket.linger = 0  # do not wait for an absent application when ending
socket.connect(f"tcp://{host}:{port}")
socket.send_json(request)

# After a time-out a REQ socket is stuck in the middle of its exchange: close it and make another one.
if not socket.poll(5000):
    print(f"no answer from {host}:{port} within 5 seconds", file=sys.stderr)
    sys.exit(3)
print(json.dumps(socket.recv_json(), indent=2))
