"""A real Dareplane client: the connection of dareplane-utils to one module, read as the control room reads it.

usage: dareplane_room.py PORT

Connects, asks for the commands, prints {"pcomms": [...]}; then sends every line of standard input as a message, and prints
what the module sends: {"up": true} for a sign of life, {"callback": [module, pcomm, payload]}, or {"rejected": text}.
Everything that is read until a millisecond of silence is one message, as in the control room's broker.
"""

import json
import sys
import threading
import time

from dareplane_utils.module_handling.communication import SocketCommunicator
from dareplane_utils.module_handling.module_connection import ModuleConnection


def say(**what):
    print(json.dumps(what), flush=True)


def read_message(communicator):
    message = b""
    while True:
        try:
            piece = communicator.receive(2048)
        except TimeoutError:
            return message
        if not piece:
            time.sleep(0.001)
            return message
        message += piece


def broker(communicator):
    while True:
        message = read_message(communicator)
        if not message:
            time.sleep(0.0005)
            continue
        message = message.replace(b"\r\n", b"").replace(b"\xc2", b"")
        if message.strip(b"1") == b"":
            say(up=True)
            continue
        if message != message.strip(b"1"):
            say(up=True)
        parts = message.strip(b"1").decode("ascii").split("|")
        if len(parts) == 3:
            say(callback=parts)
        else:
            say(rejected=message.decode())


class NoLauncher:
    process = None

    def terminate(self):
        pass


def main():
    communicator = SocketCommunicator(ip="127.0.0.1", port=int(sys.argv[1]), name="room")
    connection = ModuleConnection("swift", NoLauncher(), communicator)
    connection.connect_to_module()
    connection.send_message(b"GET_PCOMMS")
    time.sleep(0.1)
    say(pcomms=connection.receive_message(16384).decode().strip().split("|"))
    communicator.socket_c.settimeout(0.001)
    threading.Thread(target=broker, args=(communicator,), daemon=True).start()
    for line in sys.stdin:
        connection.send_message(line.rstrip("\n").encode())
    connection.stop_connection()


main()
