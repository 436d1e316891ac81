"""The real iblutil.io.net, as a rig, as a controller, or as a controller of several rigs (.venvs/ibl).

    ibl_peer.py server udp://127.0.0.1 [--answer JSON] [--answer-after SECONDS] [--fail EVENT]
    ibl_peer.py client tcp://127.0.0.1:11001
    ibl_peer.py services udp://127.0.0.1:11001 udp://127.0.0.1:11002 … [--timeout SECONDS]

Says {"ready": uri} first, then one JSON object a line: {"event": 2, "data": […]} for what arrives,
{"confirmed": 2} for an answer that was echoed, and for each line
{"call": "start", "args": […], "kwargs": {…}, "wait": "EXPSTART"} on standard input its {"result": …} or {"error": "…"}.
"""

import argparse
import asyncio
import json
import logging
import socket
import sys

from iblutil.io.net import app, base

from peer import emit, end_in_every_case, run

QUIET = logging.getLogger("ibl_peer")  # the package's own log goes to standard output
LIMIT = 10.0


def free_port(uri: str) -> str:
    """The address with a port that is free: the package refuses port 0."""
    kind = socket.SOCK_DGRAM if uri.startswith("udp") else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"{uri}:{probe.getsockname()[1]}"


class Rig:
    """Says what arrives, and answers with the same event."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.communicator = None
        self.peer = None
        self.tasks = set()

    def attach(self, communicator):
        self.communicator = communicator
        for event in list(base.ExpMessage) + [base.ExpMessage(0)]:
            communicator.assign_callback(event, self.callback(event))

    def callback(self, event):
        def received(data, address):
            self.peer = address
            emit({"event": int(event), "data": data})
            if self.arguments.fail and base.ExpMessage[self.arguments.fail] == event:
                raise ValueError("the rig failed")
            if self.arguments.answer is not None and event:
                task = asyncio.get_running_loop().create_task(self.answer(event, data))
                self.tasks.add(task)

        return received

    async def answer(self, event, data):
        if self.arguments.answer_after:
            await asyncio.sleep(self.arguments.answer_after)
        said = data if self.arguments.answer == "same" else [json.loads(self.arguments.answer)]
        try:
            await self.communicator.confirmed_send([int(event), *said], addr=self.peer)
            emit({"confirmed": int(event)})
        except Exception as error:
            emit({"unconfirmed": f"{type(error).__name__}: {error}"})


async def call(target, request, peer=None):
    """Calls one method, and waits for an event that it is answered with."""
    waiting = asyncio.ensure_future(target.on_event(request["wait"])) if request.get("wait") else None
    await asyncio.sleep(0)  # registers before the message goes out
    kwargs = dict(request.get("kwargs", {}))
    if peer:
        kwargs["addr"] = peer
    result = await getattr(target, request["call"])(*request.get("args", []), **kwargs)
    if waiting:
        result = (await asyncio.wait_for(waiting, LIMIT))[0]
    return result


async def serve(target, rig=None):
    """Carries out what standard input says."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            peer = rig.peer if rig and rig.arguments.role == "server" else None
            emit({"result": await call(target, json.loads(line), peer)})
        except Exception as error:
            emit({"error": f"{type(error).__name__}: {error}"})


async def main(arguments):
    if arguments.role == "services":
        rigs = [await app.EchoProtocol.client(uri, name=f"rig{i}", log=QUIET) for i, uri in enumerate(arguments.uri)]
        emit({"ready": arguments.uri})
        await serve(app.Services(rigs, timeout=arguments.timeout))
        return
    rig = Rig(arguments)
    uri = free_port(arguments.uri[0]) if arguments.role == "server" else arguments.uri[0]
    communicator = await getattr(app.EchoProtocol, arguments.role)(uri, name=arguments.role, log=QUIET)
    rig.attach(communicator)
    emit({"ready": uri})
    await serve(communicator, rig)


def program():
    end_in_every_case(60)
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=("server", "client", "services"))
    parser.add_argument("uri", nargs="+")
    parser.add_argument("--answer", help="what to answer with, as JSON, or 'same' for what arrived")
    parser.add_argument("--answer-after", type=float, default=0.0)
    parser.add_argument("--fail")
    parser.add_argument("--timeout", type=float, default=10.0)
    asyncio.run(main(parser.parse_args()))


run(program)
