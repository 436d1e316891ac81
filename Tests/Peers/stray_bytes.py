"""An application whose payloads are no JSON, or would command a terminal: XPUB and REP on free ports.

The first line is {"subscriber":"<endpoint>","command":"<endpoint>"}. Each new subscriber makes it publish all of PAYLOADS
on EVENT, then messages of one and of three frames; each request is answered with the next of PAYLOADS.
"""

import itertools
import struct

import zmq

from peer import emit, end_in_every_case, run

EVENT = struct.pack("<I", 4001)
PAYLOADS = [
    bytes(range(200, 256)),  # no UTF-8, and longer than what is shown
    b"\x1b[2Jcleared",
    "\u009b2Jcleared".encode(),
    "\u202egnp.exe".encode(),
    b"two\nlines",
    b"\x07",
    b"",
    b"[" * 5000,
    '{"kind": 201, "context": {"text": "größe"}}'.encode(),
]


def main():
    end_in_every_case(120)
    context = zmq.Context()
    publisher, replier = context.socket(zmq.XPUB), context.socket(zmq.REP)
    poller = zmq.Poller()
    for socket in (publisher, replier):
        socket.linger = 0
        socket.bind("tcp://127.0.0.1:*")
        poller.register(socket, zmq.POLLIN)
    emit({"subscriber": publisher.last_endpoint.decode(), "command": replier.last_endpoint.decode()})
    replies = itertools.cycle(PAYLOADS)
    while True:
        ready = dict(poller.poll())
        if publisher in ready and publisher.recv()[:1] == b"\x01":
            for payload in PAYLOADS:
                publisher.send_multipart([EVENT, payload])
            publisher.send_multipart([EVENT])
            publisher.send_multipart([EVENT, EVENT, b'{"frames": 3}'])
        if replier in ready:
            replier.recv_multipart()
            replier.send(next(replies))


if __name__ == "__main__":
    run(main)
