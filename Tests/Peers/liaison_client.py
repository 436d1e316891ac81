"""A Liaison client with the library that the Python package uses: sends each line of its input as one message and prints
{"text": ...} for each message that comes, in the order of arrival, and at the end {"closed": <code>}.
A refusal of the handshake gives {"refused": <status>}.
"""

import argparse
import asyncio
import json
import sys

import websockets


def emit(value):
    print(json.dumps(value), flush=True)


async def receive(socket):
    try:
        async for message in socket:
            emit({"text": message})
    except websockets.ConnectionClosedError:
        pass
    emit({"closed": socket.close_code})


async def converse(arguments):
    try:
        socket = await websockets.connect(arguments.url, origin=arguments.origin, compression=None)
    except websockets.InvalidStatus as error:
        emit({"refused": error.response.status_code})
        return
    receiving = asyncio.create_task(receive(socket))
    lines = asyncio.get_running_loop()
    while line := await lines.run_in_executor(None, sys.stdin.readline):
        text = line.rstrip("\n")
        await socket.send(text.encode() if arguments.binary else text)
    await socket.close()
    await receiving


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="such as ws://127.0.0.1:8001")
    parser.add_argument("--origin", help="the origin that a browser would name")
    parser.add_argument("--binary", action="store_true", help="send binary frames")
    asyncio.run(converse(parser.parse_args()))


main()
