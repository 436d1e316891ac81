"""A ZeroMQ SUB client: prints {"topic":N,"payload":<value>,"raw":"<text>"} for each message.
The first line is {"subscribed":"<endpoint>"}; a message of another shape is {"frames":["<hex>",…]}.
"""

import argparse
import struct

import zmq

from peer import as_text, emit, end_in_every_case, parsed, run


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("endpoint", help="such as tcp://127.0.0.1:5556")
    parser.add_argument("--topic", type=int, action="append", metavar="N", help="only this one; may be repeated")
    parser.add_argument("--count", type=int, metavar="N", help="end after N messages")
    parser.add_argument("--limit", type=float, default=120, metavar="S", help="end after S seconds, default 120")
    arguments = parser.parse_args()
    end_in_every_case(arguments.limit)

    client = zmq.Context().socket(zmq.SUB)
    client.linger = 0
    monitor = client.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
    for topic in arguments.topic or []:
        client.subscribe(struct.pack("<I", topic))
    if not arguments.topic:
        client.subscribe(b"")
    client.connect(arguments.endpoint)
    received = 0
    # The publisher learns of the subscription right after the handshake.
    monitor.recv_multipart()
    emit({"subscribed": arguments.endpoint})
    while arguments.count is None or received < arguments.count:
        frames = client.recv_multipart()
        received += 1
        if len(frames) == 2 and len(frames[0]) == 4:
            (topic,) = struct.unpack("<I", frames[0])
            emit({"topic": topic, "payload": parsed(frames[1]), "raw": as_text(frames[1])})
        else:
            emit({"frames": [frame.hex() for frame in frames]})


if __name__ == "__main__":
    run(main)
