"""Peers that go wrong: they speak ZeroMQ's own protocol by hand over plain sockets, so that they may break it off at any
byte, be killed, and be very many. Runs under any Python 3; prints one JSON object a line.

  killed COMMAND N        N processes, each killed with SIGKILL in the middle of its second request
  subscribers EVENTS N    N subscribers, one after the other, that come, subscribe to heartbeats and go; every other one
                          with a reset, and every hundredth when it has heard one: a publisher takes leave of those that
                          are gone when it publishes
  dealers COMMAND N       N clients at once, each of which asks and is answered; all of them once more after a line on
                          standard input; they stay until that ends
  crowd PORT KIND N AGAIN N connections of that kind (DEALER, SUB), each of which says hello, is closed again or not, and
                          tries again AGAIN seconds later if it was (libzmq takes 0.1 to 0.2), or never where that is 0;
                          tells after each line on standard input how many stand, how many attempts there were, and how
                          many were closed; they stay until that ends. 64 try at the same time, or 8 where AGAIN is 0
  stalled EVENTS          a subscriber to everything that never reads, until standard input ends
  endless COMMAND BYTES   one request without an end, of frames of BYTES bytes: 64 MiB (8 MiB of frames without a byte) as
                          fast as it goes, then slowly for 5 s, until the service closes the connection; what was sent
                          stays until standard input ends
  proxy ENDPOINT          passes on connections; reads `delay SECONDS`, `cut`, `freeze` (the present connections stay open,
                          and nothing comes through any more) and `repeat`: from then on, each message that clients
                          send is passed on twice
"""

import collections
import json
import os
import resource
import selectors
import signal
import socket
import struct
import sys
import threading
import time

PATIENCE = 30  # seconds; a service that takes longer has failed
LIMIT = 300  # seconds, after which every process of this program has ended
REQUEST = b'{"command":400,"nonce":%d}'


def emit(**values):
    print(json.dumps(values), flush=True)


def address(endpoint):
    host, _, port = endpoint.rpartition(":")
    return host.rpartition("/")[2] or "127.0.0.1", int(port)


def frame(body, more=False, command=False):
    flags = more * 1 + command * 4
    if len(body) > 255:
        return struct.pack(">BQ", flags | 2, len(body)) + body
    return struct.pack(">BB", flags, len(body)) + body


def hello(kind):
    """Greeting and READY command of ZMTP 3.0 with the NULL mechanism."""
    def metadata(name, value):
        return struct.pack(">B", len(name)) + name + struct.pack(">I", len(value)) + value

    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
    ready = b"\x05READY" + metadata(b"Socket-Type", kind) + metadata(b"Identity", b"")
    return greeting + frame(ready, command=True)


class Peer:
    """One connection that has said hello."""

    def __init__(self, endpoint, kind, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address(endpoint))
        self.socket.sendall(hello(kind))
        self.unread = b""
        # The service's greeting and READY. libzmq takes no message before it has sent them.
        self.exactly(64)
        self.read_frame()

    def exactly(self, count):
        while len(self.unread) < count:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError("the service closed the connection")
            self.unread += more
        taken, self.unread = self.unread[:count], self.unread[count:]
        return taken

    def read_frame(self):
        flags = self.exactly(1)[0]
        length = struct.unpack(">Q", self.exactly(8))[0] if flags & 2 else self.exactly(1)[0]
        return flags, self.exactly(length)

    def ask(self, nonce):
        self.socket.sendall(frame(b"", more=True) + frame(REQUEST % nonce))

    def answer(self):
        """The body of the next reply."""
        while True:
            flags, body = self.read_frame()
            if not flags & 5 and body:
                return json.loads(body)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def until_input_ends():
    while sys.stdin.readline():
        pass


def killed(endpoint, count):
    def child(ready):
        signal.alarm(LIMIT)
        peer = Peer(endpoint, b"DEALER")
        peer.ask(1)
        peer.answer()
        peer.ask(2)
        # The last request stops in the middle of its body.
        peer.socket.sendall((frame(b"", more=True) + frame(REQUEST % 3))[:-9])
        os.write(ready, b".")
        signal.pause()

    at_once = 20
    for start in range(0, count, at_once):
        reader, writer = os.pipe()
        children = []
        for _ in range(min(at_once, count - start)):
            identifier = os.fork()
            if identifier == 0:
                try:
                    child(writer)
                finally:
                    os._exit(1)
            children.append(identifier)
        os.close(writer)
        for _ in children:
            if not os.read(reader, 1):
                raise EOFError("a client ended before it was killed")
        os.close(reader)
        for identifier in children:
            os.kill(identifier, signal.SIGKILL)
        for identifier in children:
            os.waitpid(identifier, 0)
    emit(killed=count)


def subscribers(endpoint, count):
    for number in range(count):
        peer = Peer(endpoint, b"SUB")
        peer.socket.sendall(frame(b"\x01" + struct.pack("<I", 1001)))
        if number % 100 == 99:
            peer.answer()
        if number % 2:
            peer.reset()
        else:
            peer.socket.close()
    emit(subscribers=count)


def dealers(endpoint, count):
    raise_limit(count + 64)
    began = time.monotonic()
    peers = []
    for number in range(count):
        peer = Peer(endpoint, b"DEALER")
        peer.ask(number)
        peers.append(peer)
    connected = time.monotonic() - began
    right = sum(peer.answer()["nonce"] == number for number, peer in enumerate(peers))
    emit(answered=right, connected=round(connected, 2), seconds=round(time.monotonic() - began, 2))
    if not sys.stdin.readline():
        return
    began = time.monotonic()
    for number, peer in enumerate(peers):
        peer.ask(number)
    right = sum(peer.answer()["nonce"] == number for number, peer in enumerate(peers))
    emit(answered=right, seconds=round(time.monotonic() - began, 2))
    until_input_ends()


def raise_limit(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))


def crowd(endpoint, kind, count, again):
    raise_limit(count + 64)
    selector = selectors.DefaultSelector()
    target, greeting = address(endpoint), hello(kind.encode())
    numbers = {"attempts": 0, "closed": 0}
    # What the system has not yet passed on to the service, or the service not yet answered.
    asking, at_once = set(), 64 if again else 8
    standing, waiting = set(), collections.deque([0.0] * count)

    def attempt():
        numbers["attempts"] += 1
        peer = socket.socket()
        peer.setblocking(False)
        peer.connect_ex(target)
        asking.add(peer)
        selector.register(peer, selectors.EVENT_WRITE)

    def lost(peer):
        selector.unregister(peer)
        peer.close()
        standing.discard(peer)
        asking.discard(peer)
        numbers["closed"] += 1
        if again:
            waiting.append(time.monotonic() + again)

    def tell():
        emit(standing=len(standing), **numbers)

    selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)
    while True:
        while waiting and waiting[0] <= time.monotonic() and len(asking) < at_once:
            waiting.popleft()
            attempt()
        is_due = waiting and len(asking) < at_once
        pause = max(0, waiting[0] - time.monotonic()) if is_due else None
        for key, events in selector.select(pause):
            peer = key.fileobj
            if not isinstance(peer, socket.socket):
                if not peer.read(4096):
                    return
                tell()
                continue
            try:
                if events & selectors.EVENT_WRITE:
                    peer.sendall(greeting)
                    selector.modify(peer, selectors.EVENT_READ)
                elif peer.recv(4096):
                    standing.add(peer)
                    asking.discard(peer)
                else:
                    lost(peer)
            except OSError:
                lost(peer)


def stalled(endpoint):
    peer = Peer(endpoint, b"SUB", receive_buffer=4096)
    peer.socket.sendall(frame(b"\x01"))
    emit(subscribed=True)
    until_input_ends()


def endless(endpoint, size):
    peer = Peer(endpoint, b"DEALER")
    part = frame(b"x" * size, more=True)
    several = part * max(1, 65536 // len(part))
    most = 8 << 20 if size == 0 else 64 << 20
    sent = 0
    closed = False
    try:
        peer.socket.sendall(frame(b"", more=True))
        while sent < most:
            peer.socket.sendall(several)
            sent += len(several)
        # On and on, but no longer as fast as it goes.
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            peer.socket.sendall(several)
            sent += len(several)
            time.sleep(0.01)
    except OSError:
        closed = True
    emit(sent=sent, closed=closed)
    until_input_ends()


class Requests:
    """Finds the messages in what a client sends."""

    def __init__(self):
        self.unread = b""
        self.passed = 0  # of the hello; None once that is over

    def take(self, data):
        """What can be passed on now, in parts, each with whether it is a message."""
        self.unread += data
        if self.passed is not None:
            # The greeting, and READY. As it comes: the service waits for its first bytes before it goes on itself.
            end = self.frame_end(64)
            part = self.unread[self.passed:end]
            self.passed += len(part)
            yield part, False
            if end is None:
                return
            self.unread, self.passed = self.unread[end:], None
        while (end := self.message_end()) is not None:
            part, self.unread = self.unread[:end], self.unread[end:]
            yield part, not part[0] & 4

    def message_end(self):
        start = 0
        while (end := self.frame_end(start)) is not None:
            if not self.unread[start] & 1:
                return end
            start = end
        return None

    def frame_end(self, start):
        """Where the frame that begins at `start` ends; None where it is not complete."""
        if len(self.unread) < start + 2:
            return None
        body = start + (9 if self.unread[start] & 2 else 2)
        end = body + int.from_bytes(self.unread[start + 1:body], "big")
        return end if body <= len(self.unread) >= end else None


class Proxy:
    def __init__(self, target):
        self.target = address(target)
        self.delay = 0.0
        self.repeats = False
        self.open = set()
        self.frozen = set()
        self.listener = socket.create_server(("127.0.0.1", 0))

    def serve(self):
        while True:
            client = self.listener.accept()[0]
            try:
                service = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            self.open |= {client, service}
            for pair in ((client, service, True), (service, client, False)):
                threading.Thread(target=self.pump, args=pair, daemon=True).start()

    def pump(self, source, sink, is_request):
        requests = Requests()
        try:
            while data := source.recv(65536):
                if self.delay:
                    time.sleep(self.delay)
                if source in self.frozen:
                    continue
                if not is_request:
                    sink.sendall(data)
                    continue
                for part, is_message in requests.take(data):
                    sink.sendall(part * 2 if is_message and self.repeats else part)
        except OSError:
            pass
        for end in (source, sink):
            self.open.discard(end)
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def freeze(self):
        self.frozen = set(self.open)

    def cut(self):
        """Ends every connection with a reset."""
        for end in list(self.open):
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def proxy(endpoint):
    relay = Proxy(endpoint)
    threading.Thread(target=relay.serve, daemon=True).start()
    emit(endpoint="tcp://127.0.0.1:%d" % relay.listener.getsockname()[1])
    for line in sys.stdin:
        word, _, value = line.strip().partition(" ")
        if word == "delay":
            relay.delay = float(value)
        elif word == "repeat":
            relay.repeats = True
        elif word == "freeze":
            relay.freeze()
        elif word == "cut":
            relay.cut()
        emit(done=word)


def main():
    parts = {
        "killed": (killed, str, int), "subscribers": (subscribers, str, int), "dealers": (dealers, str, int),
        "stalled": (stalled, str), "endless": (endless, str, int),
        "proxy": (proxy, str), "crowd": (crowd, str, str, int, float),
    }
    name, arguments = sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:]
    if name not in parts or len(arguments) != len(parts[name]) - 1:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    signal.alarm(LIMIT)
    work, *kinds = parts[name]
    work(*(kind(argument) for kind, argument in zip(kinds, arguments)))
    os._exit(0)


if __name__ == "__main__":
    main()
