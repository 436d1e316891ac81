"""A ZeroMQ REQ client: sends each line of its input as one request and prints the reply to it.
A reply gets its bytes as text under "raw"; no reply in time gives {"error":"timeout"} and a new socket.
"""

import argparse
import sys

import zmq

from peer import as_text, emit, end_in_every_case, parsed, run


def connect(context, endpoint):
    client = context.socket(zmq.REQ)
    client.linger = 0
    client.connect(endpoint)
    return client


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("endpoint", help="such as tcp://127.0.0.1:5557")
    parser.add_argument("--timeout", type=float, default=5, metavar="S", help="seconds for a reply, default 5")
    parser.add_argument("--limit", type=float, default=120, metavar="S", help="end after S seconds, default 120")
    arguments = parser.parse_args()
    end_in_every_case(arguments.limit)

    context = zmq.Context()
    client = connect(context, arguments.endpoint)
    for line in sys.stdin.buffer:
        client.send(line.rstrip(b"\r\n"))  # as it is: requests that are no JSON are of interest too
        if not client.poll(arguments.timeout * 1000):
            emit({"error": "timeout"})
            client.close()
            client = connect(context, arguments.endpoint)
            continue
        raw = client.recv()
        reply = parsed(raw)
        emit({**(reply if isinstance(reply, dict) else {"payload": reply}), "raw": as_text(raw)})


if __name__ == "__main__":
    run(main)
