"""The real auto-trainer-api as a publisher: prints its endpoint, and after a line on standard input publishes one event
after the other for SECONDS. Run with .venvs/current/bin/python."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Tests" / "Peers"))

from peer import emit, end_in_every_case, run  # noqa: E402
from service import api, start  # noqa: E402


def main():
    end_in_every_case(60)
    application, options = start(0, 0, 5, "benchmark")
    emit({"ready": True, "subscriber": f"tcp://127.0.0.1:{options.subscriber_port}"})
    sys.stdin.readline()
    context = {"session_id": "2026-11-20_session_0001", "trial_id": 128,
               "reason": "animal entered the tunnel and was seen"}
    end, sent = time.monotonic() + float(sys.argv[1]), 0
    while time.monotonic() < end:
        for _ in range(64):
            application.send_event(api.ApiEventKind.trialStarted, context)
        sent += 64
        time.sleep(0.001)  # lets the service's own thread at the queue
    emit({"sent": sent})
    time.sleep(float(sys.argv[1]))


run(main)
