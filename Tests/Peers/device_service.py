"""The .NET service that runs beside every Mouse-GYM rig, as far as the rig sees it: one SUB on everything, one REQ, its bodies,
its nonces (-1 for every request of its own), its time limits, and its reader, which is strict about types.

  device_service.py EVENTS COMMANDS full|dedup

Hears a heartbeat, asks for configuration and status, gives the commands of the plan, each when the one before is answered,
waits for the results of those that are pending, and ends. Prints one JSON object a line: `reply` and `result` for what it
was told, `throws` for what its reader refuses, `done` with what it has counted.
"""

import argparse
import json
import re
import struct
import threading
import time

import zmq

import device_service_types as types
from peer import emit, end_in_every_case, run

SUCCESS, PENDING = 100, 201


def body(request):
    """As System.Text.Json writes it: compact, ASCII, and with more escapes than are needed, in capitals."""
    text = json.dumps(request, separators=(",", ":"))
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: "\\u" + match[1].upper(), text).replace('\\"', "\\u0022")
    return re.sub(r"[<>&'+`]", lambda match: "\\u%04X" % ord(match[0]), text).encode()


def request(command, data=None, nonce=-1, custom=-1):
    return {"command": command, "customCommand": custom, "nonce": nonce, "data": data}


def full_plan():
    yield from (request(120, {"mode": mode}, nonce) for mode, nonce in ((100, 2), ("RUNNING", 3)))
    yield from (request(120, None, 4), request(130, {"mode": 300}, 5), request(130, {"mode": 200}))
    yield from (request(command, {"enabled": True}, command) for command in range(1000, 1100, 10))
    yield from (request(command, {"enabled": False}) for command in range(1000, 1100, 10))
    yield from (request(1000, None, 6), request(1030, {"enabled": "yes"}, 7), request(1055, {"enabled": True}, 8))
    yield from (request(200, None, 9), request(200), request(210, None, 10), request(210))
    text = {"text": "Käse \"x\" <a&b> + it's 日本 😀"}
    yield from (request(50, None, 11), request(55, None, 12), request(0, None, 13), request(99999, text, 14, 7))
    yield from (request(777, None, 15), request(120, {"mode": 1000}, 16), request(120, {"mode": 100}, 18))
    yield from (request(400, None, 19), request(300, None, 20), request(400), request(400))


def dedup_plan():
    """Every command of its own has the same nonce; some of a person's are given twice under their own."""
    for _ in range(2):
        yield from (request(120, {"mode": 100}), request(400), request(1000, {"enabled": False}))
        yield from (request(1000, {"enabled": True}), request(200), request(210), request(200), request(210))
    yield from (request(400, None, 1), request(400, None, 1), request(1000, {"enabled": False}, 7))
    yield request(1000, {"enabled": False}, 7)


class Service:
    def __init__(self, events, commands):
        self.events, self.commands = events, commands
        self.context = zmq.Context()
        self.is_configured = False
        self.messages, self.pending = 0, {}
        self.heartbeat, self.result = threading.Event(), threading.Condition()

    # What is published.

    def listen(self):
        subscriber = self.context.socket(zmq.SUB)
        subscriber.linger = 0
        subscriber.connect(self.events)
        subscriber.subscribe(b"")
        while True:
            self.hear(subscriber.recv_multipart())

    def hear(self, frames):
        if len(frames) != 2 or len(frames[0]) < 4:
            return emit({"throws": f"{len(frames)} frames"})
        (topic,) = struct.unpack("<I", frames[0][:4])
        self.messages += 1
        try:
            value = types.check(topic, frames[1])
        except types.Refused as refused:
            return emit({"throws": f"{topic}: {refused}", "message": frames[1].decode(errors="replace")})
        if topic == types.HEARTBEATS:
            self.heartbeat.set()
        if topic == types.RESULTS:
            emit({"result": int(value["result"]), "command": int(value["command"]), "nonce": int(value["nonce"])})
            with self.result:
                # By the command alone, as it does.
                command = int(value["command"])
                self.pending[command] = self.pending.get(command, 0) - 1
                self.result.notify()

    # Commands.

    def connect(self):
        socket = self.context.socket(zmq.REQ)
        socket.linger = 0
        socket.connect(self.commands)
        return socket

    def give(self, requests):
        socket = self.connect()
        for each in requests:
            socket.send(body(each), zmq.NOBLOCK)
            frames = self.await_answer(socket)
            if frames is None:
                emit({"throws": f"no answer to {each}"})
                socket.close()
                socket = self.connect()
            else:
                self.read(each, frames)
        socket.close()

    @staticmethod
    def await_answer(socket):
        for _ in range(10):
            if socket.poll(500):
                return socket.recv_multipart()
            time.sleep(0.5)
        return None

    def read(self, given, frames):
        place = f"reply to {given}"
        try:
            value = types.loads(frames[0])
            types.REPLY(value, place)
            if int(value["nonce"]) != given["nonce"]:
                raise types.Refused(f"{place}: the nonce is {value['nonce']}")
            command, result = given["command"], int(value["result"])
            if result == SUCCESS and value["data"] is not None:
                read = {300: types.CONFIGURATION, 400: types.STATUS}.get(command)
                read = types.ENABLED if 1000 <= command < 1100 else read
                if read:
                    read(value["data"], place)
        except types.Refused as refused:
            return emit({"throws": str(refused), "message": frames[0].decode(errors="replace")})
        text = value["errorMessage"]
        emit({"reply": result, "command": command, "nonce": given["nonce"], "kind": int(value["errorKind"]), "text": text})
        if result == PENDING:
            with self.result:
                self.pending[command] = self.pending.get(command, 0) + 1

    def run(self, plan):
        threading.Thread(target=self.listen, daemon=True).start()
        self.heartbeat.wait()
        self.give([request(300), request(400)])
        self.give(plan)
        with self.result:
            self.result.wait_for(lambda: all(count <= 0 for count in self.pending.values()), 30)
            missing = [command for command, count in self.pending.items() if count > 0]
        emit({"done": True, "messages": self.messages, "missing": missing})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events")
    parser.add_argument("commands")
    parser.add_argument("plan", choices=("full", "dedup"))
    arguments = parser.parse_args()
    end_in_every_case(120)
    plan = full_plan() if arguments.plan == "full" else dedup_plan()
    Service(arguments.events, arguments.commands).run(plan)


if __name__ == "__main__":
    run(main)
