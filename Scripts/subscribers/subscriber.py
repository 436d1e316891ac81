#!/usr/bin/env python3
"""Prints what an acquisition application publishes.

    pip install pyzmq
    python3 subscriber.py [HOST [PORT [COUNT]]]        defaults: 127.0.0.1 5556, for ever

An application that asks for keys ('remote-console keys' makes them) wants yours, and its own public one:

    ACQUISITION_CURVE_KEY=ann.key_secret ACQUISITION_CURVE_SERVER_KEY=service.key python3 subscriber.py rig-1
"""

import json
import os
import struct
import sys
import unicodedata
from datetime import datetime

import zmq
import zmq.auth

TOPICS = {0: "ANY", 1001: "HEARTBEAT", 2001: "EMERGENCY", 4001: "EVENT", 5001: "PROPERTY_CHANGE", 6001: "COMMAND_RESULT"}


def decode(payload):
    """The JSON value. Releases up to 0.9.7 send a JSON string that contains the JSON: parse until it is no string."""
    value = payload.decode()
    try:
        while isinstance(value, str):
            value = json.loads(value)
    except (ValueError, RecursionError):
        pass  # a text that is no JSON: shown as it is
    return value


def shown(payload):
    """The payload as a line: the JSON, or the text. What is no text, or would command a terminal, as its bytes."""
    try:
        value = decode(payload)
        text = value if isinstance(value, str) else json.dumps(value)
    except (ValueError, RecursionError):
        text = None  # not UTF-8
    if text and not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text):
        return text
    first = payload[:16].hex(" ")
    return f"{len(payload)} bytes: {first}{' ...' if len(payload) > 16 else ''}"


host, port, count = (sys.argv[1:] + ["127.0.0.1", "5556", "0"][len(sys.argv) - 1:])[:3]

socket = zmq.Context().socket(zmq.SUB)
socket.linger = 0
if key := os.environ.get("ACQUISITION_CURVE_KEY"):
    socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(key)
    server = os.environ["ACQUISITION_CURVE_SERVER_KEY"]  # its file, or the key itself
    socket.curve_serverkey = server.encode() if len(server) == 40 else zmq.auth.load_certificate(server)[0]
socket.subscribe(b"")  # everything; for one topic: socket.subscribe(struct.pack("<I", 4001))
socket.connect(f"tcp://{host}:{port}")

received = 0
try:
    while int(count) == 0 or received < int(count):
        # Two frames: the topic as 4 bytes, little-endian, and the payload as UTF-8 JSON.
        *_, topic, payload = [b""] + socket.recv_multipart()
        number = int.from_bytes(topic, "little")
        now = datetime.now().strftime("%H:%M:%S.%f")[:-3]
        print(now, TOPICS.get(number, number), shown(payload), flush=True)
        received += 1
except KeyboardInterrupt:
    pass
