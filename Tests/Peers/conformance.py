"""The same hostile cases against this package's service and the real auto-trainer-api, each against a service of its own.

A service survives a case when afterwards a new client is answered, heartbeats come, its memory has not grown by more than
160 MiB, and it stops within 3 s. What it told the hostile peer stands beside that. Scripts/conformance runs this.
"""

import argparse
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time

import zmq

import faults

FOLDER = os.path.dirname(os.path.abspath(__file__))
CHECKOUT = os.path.dirname(os.path.dirname(FOLDER))
PYTHON = os.path.join(CHECKOUT, ".venvs/current/bin/python")
MOST_GROWTH = 160  # MiB, of the 256 that are sent
MOST_STOP = 3  # seconds

HEARTBEAT = b"\xe9\x03\0\0"
STATUS = b'{"command":400,"nonce":1}'


class Service:
    """A service in a process, and what is done to it."""

    def __init__(self, program, patience):
        self.program = program
        self.patience = patience
        self.process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        ready = self.line("ready", 20)
        if ready is None:
            raise RuntimeError(f"{program[0]} does not start")
        self.subscriber, self.command = ready["subscriber"], ready["command"]
        self.context = zmq.Context()
        self.before = self.memory()

    def read(self):
        for line in self.process.stdout:
            try:
                self.lines.put(json.loads(line))
            except ValueError:
                pass

    def line(self, key, limit):
        """The next object with this key that the process prints; None where none comes in time."""
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            try:
                value = self.lines.get(timeout=left)
            except queue.Empty:
                return None
            if key in value:
                return value
        return None

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def memory(self):
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
        except (OSError, StopIteration):
            return 0

    def socket(self, kind, endpoint):
        made = self.context.socket(kind)
        made.linger = 0
        made.connect(endpoint)
        return made

    def send(self, frames):
        """What the service says to a DEALER that sends these frames."""
        with self.socket(zmq.DEALER, self.command) as client:
            client.send_multipart(frames)
            return told(client.recv_multipart()[-1]) if client.poll(self.patience * 1000) else "silence"

    def ask(self, body):
        return self.send([b"", body])

    # What is left of it

    def answers(self):
        return self.ask(STATUS) not in ("silence", "nonsense")

    def beats(self):
        with self.socket(zmq.SUB, self.subscriber) as subscriber:
            subscriber.subscribe(HEARTBEAT)
            return bool(subscriber.poll(max(self.patience, 1) * 1000))

    def stop_time(self):
        try:
            self.tell("stop")
        except OSError:
            return None
        answer = self.line("stop", MOST_STOP)
        return answer and answer["stop"]

    def end(self):
        self.process.kill()
        self.process.wait()
        self.context.destroy(linger=0)


def told(body):
    """A reply in a few words."""
    try:
        reply = json.loads(body)
    except ValueError:
        return "nonsense"
    result = reply.get("result")
    name = {0: "not understood", 100: "SUCCESS", 201: "PENDING", 300: "UNRECOGNIZED", 400: "FAILED",
            500: "EXCEPTION", 9999: "UNAVAILABLE"}.get(result, f"result {result}")
    message = reply.get("errorMessage")
    return f"{name}: {message}" if message else name


# MARK: cases; each returns what the hostile peer was told

def two_frames(service):
    return service.send([b"", STATUS, b"more"])


def no_delimiter(service):
    return service.send([STATUS])


def huge(service):
    return service.ask(b'{"command":400,"nonce":1,"data":"' + b"x" * (64 << 20) + b'"}')


def announced(service):
    """A frame of 8 GiB is announced, and 256 MiB of it are sent."""
    peer = faults.Peer(service.command, b"DEALER")
    part = b"x" * (1 << 20)
    try:
        peer.socket.sendall(b"\x01\x00\x02" + (8 << 30).to_bytes(8, "big"))
        for _ in range(256):
            peer.socket.sendall(part)
    except OSError:
        return "connection closed"
    finally:
        service.growth = service.memory() - service.before
        peer.reset()
    return "silence"


def endless(service):
    """A request of ever more frames, until 256 MiB are sent."""
    peer = faults.Peer(service.command, b"DEALER")
    part = faults.frame(b"x" * 65_536, more=True)
    try:
        for _ in range(4096):
            peer.socket.sendall(part)
    except OSError:
        return "connection closed"
    finally:
        service.growth = service.memory() - service.before
        peer.reset()
    return "silence"


def stranger(service):
    with socket.create_connection(faults.address(service.command)) as client:
        client.settimeout(service.patience)
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            while client.recv(4096):
                pass
        except TimeoutError:
            return "silence"
        except OSError:
            pass
        return "connection closed"


def killed(service):
    run = subprocess.run(
        [sys.executable, os.path.join(FOLDER, "faults.py"), "killed", service.command, "50"], capture_output=True)
    return "50 killed" if run.returncode == 0 else "no connection"


def many(service):
    run = subprocess.Popen(
        [sys.executable, os.path.join(FOLDER, "faults.py"), "dealers", service.command, "1000"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = run.stdout.readline()
        return f"{json.loads(line)['answered']} answered in {json.loads(line)['seconds']:.1f} s" if line else "silence"
    finally:
        run.communicate()


def blocked(service):
    return service.ask(b'{"command":99999,"customCommand":501,"nonce":1}')


def stalled(service):
    subscriber = faults.Peer(service.subscriber, b"SUB", receive_buffer=4096)
    subscriber.socket.sendall(faults.frame(b"\x01"))
    service.kept = subscriber
    with service.socket(zmq.SUB, service.subscriber) as reader:
        reader.subscribe(b"\xa1\x0f\0\0")
        reader.subscribe(HEARTBEAT)
        reader.poll(5000)
        reader.unsubscribe(HEARTBEAT)
        service.tell("flood 3000")
        service.line("flood", 10)
        # Until all of it has left the service, which the stalled one does not read.
        while reader.poll(500):
            reader.recv_multipart()
    # What it keeps for a subscriber is bounded by its mark, here in messages of 20 kB.
    service.growth = 0
    return "-"


def second(service):
    ports = [endpoint.rpartition(":")[2] for endpoint in (service.subscriber, service.command)]
    if service.program[0] == PYTHON:
        program = [PYTHON, "-c", SECOND_PYTHON, *ports]
    else:
        program = [service.program[0], "--subscriber-port", ports[0], "--command-port", ports[1]]
    run = subprocess.run(program, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20)
    service.unnoticed = run.returncode == 0
    return "start() returns as if all were well" if run.returncode == 0 else "start() throws"


SECOND_PYTHON = """
import dataclasses, os, sys
import autotrainer.api as api
options = api.create_default_api_options()
options = dataclasses.replace(options, rpc=dataclasses.replace(
    options.rpc, subscriber_port=int(sys.argv[1]), command_port=int(sys.argv[2])))
service = api.create_api_service(options)
service.start()
os._exit(0)
"""


def body(raw):
    return lambda service: service.ask(raw)


CASES = [
    ("a request of two frames", two_frames),
    ("a DEALER without the empty frame", no_delimiter),
    ("an empty message", body(b"")),
    ("no JSON", body(b"stop!")),
    ("JSON of another type", body(b"[1,2]")),
    ("invalid UTF-8", body(b'{"command":400,"nonce":1,"data":"\xff\xfe"}')),
    ("no nonce", body(b'{"command":400}')),
    ("an object as nonce", body(b'{"command":400,"nonce":{"a":[1]}}')),
    ("a command that is a list", body(b'{"command":[400],"nonce":1}')),
    ("an unknown command", body(b'{"command":123456,"nonce":1}')),
    ("100,000 levels of nesting", body(b'{"command":400,"nonce":1,"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}")),
    ("a body of 64 MiB", huge),
    ("a frame of 8 GiB, announced", announced),
    ("a request whose frames never end", endless),
    ("HTTP on the command port", stranger),
    ("50 clients killed in mid-request", killed),
    ("1,000 clients at once", many),
    ("a delegate that throws", body(b'{"command":99999,"customCommand":500,"nonce":1}')),
    ("a delegate that blocks for good", blocked),
    ("a stalled subscriber at stop()", stalled),
    ("a second program on the ports", second),
]


def judge(name, case, program, patience, most_growth):
    service = Service(program, patience)
    service.growth = None
    service.unnoticed = False
    try:
        try:
            evidence = case(service)
        except (OSError, EOFError) as error:
            evidence = f"connection lost ({type(error).__name__})"
        growth = service.growth if service.growth is not None else service.memory() - service.before
        harm = []
        if not service.answers():
            harm.append("answers nobody any more")
        if not service.beats():
            harm.append("no heartbeats")
        if growth > most_growth:
            harm.append(f"{growth:.0f} MiB taken")
        stopped = service.stop_time()
        if stopped is None or stopped > MOST_STOP:
            harm.append("stop() hangs")
        if service.unnoticed:
            harm.append("goes unnoticed")
        return {"case": name, "survives": not harm, "told": shortened(evidence), "harm": harm, "stop": stopped}
    finally:
        service.end()


def shortened(text):
    text = " ".join(text.replace("|", "/").split())
    return text if len(text) <= 90 else text[:87] + "..."


def cell(outcome):
    if outcome is None:
        return "-"
    mark = "survives" if outcome["survives"] else "**" + ", ".join(outcome["harm"]) + "**"
    return mark if outcome["told"] == "-" else f"{mark}; {outcome['told']}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", help="the program fault-peer")
    parser.add_argument("--short", action="store_true", help="only this package's service, and less patience")
    parser.add_argument("--json", action="store_true", help="one object a line instead of a table")
    parser.add_argument("--any-memory", action="store_true", help="for a program under a sanitizer, which takes its own")
    parser.add_argument("--only", default="", metavar="TEXT", help="the cases in whose names this stands")
    arguments = parser.parse_args()
    signal.alarm(600)

    programs = {"ours": [os.path.abspath(arguments.ours)]}
    if not arguments.short:
        programs["python"] = [PYTHON, os.path.join(FOLDER, "service.py"), "--heartbeat-interval", "0.2"]
    if not arguments.json:
        print("| hostile case | this package | auto-trainer-api 0.12.0 |\n| --- | --- | --- |", flush=True)
    failed = False
    patience = 1 if arguments.short else 3
    most_growth = float("inf") if arguments.any_memory else MOST_GROWTH
    for name, case in CASES:
        if arguments.only not in name:
            continue
        outcomes = {
            who: judge(name, case, program, patience, most_growth) for who, program in programs.items()}
        failed |= not outcomes["ours"]["survives"]
        if arguments.json:
            for who, outcome in outcomes.items():
                print(json.dumps({"who": who, **outcome}), flush=True)
        else:
            print(f"| {name} | {cell(outcomes['ours'])} | {cell(outcomes.get('python'))} |", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
