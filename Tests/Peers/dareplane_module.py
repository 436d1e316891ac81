"""A real Dareplane module: the server of dareplane-utils with a few commands.

usage: dareplane_module.py [--callbacks]

Prints {"port": …} when it listens, then one line for every call of a command. With --callbacks each line on standard
input is text that the module sends up its open connection.
"""

import json
import subprocess
import sys
import threading

from dareplane_utils.default_server import server as dareplane


def say(**what):
    print(json.dumps(what), flush=True)


def command(name, result=0):
    def run(**arguments):
        say(command=name, arguments=arguments)
        return result

    return run


def one(n):
    say(command="ONE", arguments={"n": n})
    return 0


def boom():
    raise ValueError("boom")


def run():
    stop = threading.Event()

    def wait():
        stop.wait()
        say(command="RUN-stopped", arguments={})

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    say(command="RUN", arguments={})
    return thread, stop


def proc():
    say(command="PROC", arguments={})
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def main():
    has_callbacks = "--callbacks" in sys.argv[1:]
    kind = dareplane.DefaultCallbackServer if has_callbacks else dareplane.DefaultServer
    server = kind(
        port=0,
        ip="127.0.0.1",
        name="python_module",
        pcommand_map={
            "START": command("START"),
            "ECHO": command("ECHO"),
            "ONE": one,
            "BOOM": boom,
            "RUN": run,
            "PROC": proc,
        },
    )
    server.init_server()
    say(port=server.server_socket.getsockname()[1])
    thread = threading.Thread(target=server.start_listening, daemon=True)
    thread.start()
    for line in sys.stdin:
        if has_callbacks:
            server.callback_stack.append(line.rstrip("\n"))
    server.shutdown()


main()
