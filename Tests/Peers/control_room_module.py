"""A real Dareplane module as a control room starts one.

usage: python -m control_room_module --port=… --ip=… [--spawn=1] [--callbacks=1] [--log_port=…] [--name=value …]

It prints a line of JSON for its arguments, and one for every call of a command. With --spawn it begins as if SPAWN had
been given; with --log_port its log goes there. Its commands beside the server's own: ECHO prints; LOG logs, and prints what it logs where is_printed is true; CALL writes
a text up the connection as a callback; RUN runs until STOP; SPAWN starts a process that does not end when it is told
to; DIE ends the module. Before 0.0.24, CALL needs --callbacks: the callback servers of then do not know the ';' at the
end of a command.
"""

import json
import logging.handlers
import os
import subprocess
import sys
import threading

from dareplane_utils.default_server import server as dareplane
from dareplane_utils.logging.logger import get_logger

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("stubborn", flush=True)
time.sleep(600)
"""


def say(**what):
    print(json.dumps(what), flush=True)


def main():
    arguments = dict(argument[2:].split("=", 1) for argument in sys.argv[1:])
    say(arguments=arguments, folder=os.getcwd())
    if "log_port" in arguments:
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.handlers.SocketHandler):
                handler.address = (handler.host, int(arguments["log_port"]))

    def echo(**keywords):
        say(command="ECHO", arguments=keywords)
        return 0

    def log(text, is_printed=False):
        get_logger("mod.log", add_console_handler=is_printed).warning("%s has %.2f of %d", text, 1.005, 3)
        return 0

    def call(text):
        server.callback_stack.append(text)
        return 0

    def run():
        stop = threading.Event()

        def wait():
            stop.wait()
            say(command="RUN-stopped")

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        say(command="RUN")
        return thread, stop

    def spawn():
        child = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
        # It is of no use before it has closed its ears.
        child.stdout.readline()
        say(command="SPAWN", child=child.pid)
        return 0

    def die():
        say(command="DIE")
        os._exit(3)

    kind = dareplane.DefaultCallbackServer
    if not hasattr(kind, "on_connection_accepted") and "callbacks" not in arguments:
        kind = dareplane.DefaultServer
    server = kind(
        port=int(arguments["port"]),
        ip=arguments["ip"],
        name="control_room_module",
        pcommand_map={"ECHO": echo, "CALL": call, "LOG": log, "RUN": run, "SPAWN": spawn, "DIE": die},
    )
    server.init_server()
    if arguments.get("spawn"):
        spawn()
    server.start_listening()


if __name__ == "__main__":
    main()
