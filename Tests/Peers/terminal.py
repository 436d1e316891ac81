"""Runs a program on a terminal of its own, does the given steps, and prints how the program ended.
Steps: expect:TEXT, send:TEXT (a line), interrupt (Ctrl-C), end (Ctrl-D). Runs under .venvs/tools.
"""

import argparse
import termios

import pexpect

from peer import emit, end_in_every_case, run


def do(child, step):
    word, _, text = step.partition(":")
    if word == "expect":
        child.expect_exact(text)
    elif word == "send":
        child.sendline(text)
    elif word == "interrupt":
        child.sendintr()
    elif word == "end":
        child.sendeof()
    else:
        raise SystemExit(f"terminal.py: no step '{step}'")


def is_usual(descriptor):
    """Whether the terminal shows what is typed, takes lines, and knows Ctrl-C."""
    local = termios.tcgetattr(descriptor)[3]
    usual = termios.ECHO | termios.ICANON | termios.ISIG
    return local & usual == usual


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", action="append", default=[])
    parser.add_argument("--timeout", type=float, default=20, metavar="S", help="seconds for a step, default 20")
    parser.add_argument("--limit", type=float, default=60, metavar="S", help="end after S seconds, default 60")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    end_in_every_case(arguments.limit)

    child = pexpect.spawn(
        arguments.command[0], arguments.command[1:], encoding="utf-8", timeout=arguments.timeout, dimensions=(24, 100))
    output = []
    child.logfile_read = type("Log", (), {"write": lambda self, text: output.append(text), "flush": lambda self: None})()
    problem = None
    try:
        for step in arguments.step:
            do(child, step)
        child.expect(pexpect.EOF)
        usual = is_usual(child.child_fd)
    except (pexpect.TIMEOUT, pexpect.EOF) as error:
        problem, usual = type(error).__name__, None
    child.close(force=True)
    emit({
        "status": child.exitstatus, "signal": child.signalstatus, "isTerminalUsual": usual, "problem": problem,
        "output": "".join(output),
    })


if __name__ == "__main__":
    run(main)
