"""What the programs of this folder have in common: one JSON object a line, and an end in every case.

A peer ends with status 0 on SIGTERM and at the end of its input, with 124 when its time limit passes.
"""

import json
import os
import signal
import sys
import threading
import traceback
from typing import Any, Callable, NoReturn


def emit(value: Any) -> None:
    """Writes one line to standard output, from any thread."""
    line = json.dumps(value) + "\n"
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        finish(0)


def finish(status: int) -> NoReturn:
    """Ends the process without waiting for threads, messages or contexts of ZeroMQ."""
    try:
        sys.stdout.flush()
    except OSError:
        pass
    os._exit(status)


def run(main: Callable[[], None]) -> NoReturn:
    """Runs a program's main function and ends the process, with 1 and a traceback after an error."""
    try:
        main()
        finish(0)
    except SystemExit as end:
        finish(end.code if isinstance(end.code, int) else 0)
    except BaseException:
        traceback.print_exc()
        finish(1)


def end_in_every_case(limit: float) -> None:
    """Call first: ends the process at SIGTERM, at Ctrl-C, and `limit` seconds from now."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))

    def late() -> None:
        print(f"{sys.argv[0]}: ended by its time limit of {limit:g} s", file=sys.stderr, flush=True)
        finish(124)

    timer = threading.Timer(limit, late)
    timer.daemon = True
    timer.start()


def as_text(raw: bytes) -> str:
    """The bytes as text; what is not UTF-8 shows as U+FFFD."""
    return raw.decode("utf-8", errors="replace")


def parsed(raw: bytes) -> Any:
    """The value in JSON bytes, the second layer of release 0.9.7 removed; None when it is not JSON.

    NaN and Infinity, which older releases write although they are no JSON, become None.
    """
    try:
        value = json.loads(raw, parse_constant=lambda _: None)
        while isinstance(value, str):
            value = json.loads(value, parse_constant=lambda _: None)
    except ValueError:
        return None
    return value
