#!/usr/bin/env python3
"""Prints what an acquisition application publishes.

    pip install pyzmq
    python3 subscriber.py [HOST [PORT [COUNT]]]        defaults: 127.0.0.1 5556, for ever
"""

import json
import struct
import sys
from datetime import datetime

import zmq

TOPICS = {0: "ANY", 1001: "HEARTBEAT", 2001: "EMERGENCY", 4001: "EVENT", 5001: "PROPERTY_CHANGE", 6001: "COMMAND_RESULT"}


def decode(payload):
    """The JSON value. Releases up to 0.9.7 send a JSON string that contains the JSON: parse until it is no string."""
    value = payload.decode()
    try:
        while isinstance(value, str):
            value = json.loads(value)
    except ValueError:
        pass  # a text that is no JSON: shown as it is
    return value


host, port, count = (sys.argv[1:] + ["127.0.0.1", "5556", "0"][len(sys.argv) - 1:])[:3]

socket = zmq.Context().socket(zmq.SUB)
socket.linger = 0
socket.subscribe(b"")  # everything; for one topic: socket.subscribe(struct.pack("<I", 4001))
socket.connect(f"tcp://{host}:{port}")

received = 0
try:
    while int(count) == 0 or received < int(count):
        # Two frames: the topic as 4 bytes, little-endian, and the payload as UTF-8 JSON.
        *_, topic, payload = socket.recv_multipart()
        (number,) = struct.unpack("<I", topic)
        now = datetime.now().strftime("%H:%M:%S.%f")[:-3]
        print(now, TOPICS.get(number, number), json.dumps(decode(payload)), flush=True)
        received += 1
except KeyboardInterrupt:
    pass
