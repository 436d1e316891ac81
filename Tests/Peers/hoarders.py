"""Peers that make a service keep things for them: they speak ZeroMQ's own protocol by hand, as those of faults.py do. Runs under
any Python 3; prints one JSON object a line, and what was sent stays until standard input ends.

  subscribe EVENTS N BYTES PEERS   PEERS connections that subscribe to N topics of BYTES bytes each, one after the other, as
                                   fast as it goes; prints how many were closed by the service
  change EVENTS N                  one that subscribes to a topic and takes that back, N times, 10,000 of them a second
  forget EVENTS N BYTES            one that subscribes to N topics, and for each takes back one that it never had
  requests COMMAND N BYTES         N requests of BYTES bytes, all sent before any reply is read; prints how many were answered
  unread COMMAND N BYTES           N requests whose replies have BYTES bytes, without reading a single one
  parts ENDPOINT KIND BYTES PAUSE LIMIT
                                   one message without an end from a KIND (DEALER, SUB), in frames of BYTES bytes, each in a
                                   segment of its own, with PAUSE seconds between them, for LIMIT seconds or until the
                                   service closes the connection
  pings ENDPOINT KIND N            a KIND that sends N pings, as many as have been answered and a few more
"""

import random
import select
import socket
import sys
import threading
import time

from faults import Peer, emit, frame, until_input_ends


def receive(peer):
    """Throws away what has come; whether the connection is open."""
    while select.select([peer.socket], [], [], 0)[0]:
        try:
            if not peer.socket.recv(1 << 20):
                return False
        except OSError:
            return False
    return True


def send(peer, data):
    try:
        peer.socket.sendall(data)
        return receive(peer)
    except OSError:
        return False


def is_heard(peer):
    """Subscribes to everything, and waits for the next event; False where the service closes the connection instead."""
    try:
        peer.socket.sendall(frame(b"\x01"))
        return peer.socket.recv(1) != b""
    except OSError:
        return False


def subscribe(endpoint, count, size, peers):
    generator = random.Random(1)
    closed = 0
    kept = []
    for _ in range(peers):
        peer = Peer(endpoint, b"SUB")
        kept.append(peer)
        for start in range(0, count, 100):
            topics = (generator.randbytes(size) for _ in range(min(100, count - start)))
            if not send(peer, b"".join(frame(b"\x01" + topic) for topic in topics)):
                break
        closed += not is_heard(peer)
    emit(closed=closed)
    return kept


def change(endpoint, count):
    peer = Peer(endpoint, b"SUB")
    topic = b"a topic of some length, which is taken back again"
    part = (frame(b"\x01" + topic) + frame(b"\x00" + topic)) * 100
    is_open = True
    start = time.monotonic()
    for number in range(0, count, 100):
        time.sleep(max(0, start + number / 10_000 - time.monotonic()))
        is_open = is_open and send(peer, part)
    emit(closed=not (is_open and is_heard(peer)))
    return peer


def forget(endpoint, count, size):
    generator = random.Random(2)
    peer = Peer(endpoint, b"SUB")
    sent = 0
    for _ in range(count):
        if not send(peer, frame(b"\x01" + generator.randbytes(size)) + frame(b"\x00" + generator.randbytes(size))):
            break
        sent += 1
    emit(closed=sent < count, sent=sent)
    return peer


def requests(endpoint, count, size):
    peer = Peer(endpoint, b"DEALER")
    text = b" " * (size - 40)
    sending = threading.Thread(
        target=lambda: [
            peer.socket.sendall(frame(b"", more=True) + frame(b'{"command":400,"nonce":%d%s}' % (nonce, text)))
            for nonce in range(count)
        ]
    )
    sending.start()
    answered = {peer.answer()["nonce"] for _ in range(count)}
    sending.join()
    emit(answered=len(answered))
    return peer


def unread(endpoint, count, size):
    peer = Peer(endpoint, b"DEALER", receive_buffer=4096)
    request = b'{"command":99999,"customCommand":503,"nonce":1,"data":%d}' % size
    sent = 0
    try:
        for _ in range(count):
            peer.socket.sendall(frame(b"", more=True) + frame(request))
            sent += 1
            # The reply is made meanwhile.
            time.sleep(0.02)
    except OSError:
        pass
    emit(closed=sent < count, sent=sent)
    return peer


def parts(endpoint, kind, size, pause, limit):
    peer = Peer(endpoint, kind.encode())
    peer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if kind == "SUB":
        send(peer, frame(b"\x01"))
    part = frame(b"\x02" * size, more=True)
    if pause == 0:
        part *= max(1, 65536 // len(part))
    deadline = time.monotonic() + limit
    sent = 0
    is_open = True
    while is_open and time.monotonic() < deadline:
        is_open = send(peer, part)
        sent += len(part)
        if pause > 0:
            time.sleep(pause)
    emit(closed=not is_open, sent=sent)
    return peer


def pings(endpoint, kind, count):
    peer = Peer(endpoint, kind.encode())
    peer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ping = frame(b"\x04PING\x00\x00", command=True)
    answered = 0
    sent = 0
    try:
        while answered < count:
            if sent < count and sent - answered < 1000:
                peer.socket.sendall(ping * 10)
                sent += 10
                continue
            flags, body = peer.read_frame()
            answered += flags == 4 and body.startswith(b"\x04PONG")
        emit(closed=False, answered=answered)
    except (OSError, EOFError):
        emit(closed=True, answered=answered)
    return peer


def main():
    name, endpoint, *rest = sys.argv[1:]
    if name == "subscribe":
        kept = subscribe(endpoint, *map(int, rest))
    elif name == "change":
        kept = change(endpoint, int(rest[0]))
    elif name == "forget":
        kept = forget(endpoint, *map(int, rest))
    elif name == "requests":
        kept = requests(endpoint, *map(int, rest))
    elif name == "unread":
        kept = unread(endpoint, *map(int, rest))
    elif name == "parts":
        kept = parts(endpoint, rest[0], int(rest[1]), float(rest[2]), float(rest[3]))
    elif name == "pings":
        kept = pings(endpoint, rest[0], int(rest[1]))
    else:
        sys.exit(__doc__)
    until_input_ends()
    return kept


if __name__ == "__main__":
    main()
