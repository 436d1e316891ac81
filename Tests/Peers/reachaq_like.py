"""The service of auto-trainer-api 0.12.0 in front of an application as reachAQ is one: it starts and stops by the obsolete
commands 50 and 55, knows neither SET_APPLICATION_MODE nor the end of an emergency stop, has a status of its own, and
fields of its own in its lifecycle events. Options and input are those of service.py.
"""

import math
import threading

import autotrainer.api as api

import service
from peer import run
from service import Response, Result

PROJECT = {"dayPath": "/data/20261128", "sessionIndex": 3, "sessionId": "session003"}
LIFECYCLE = (
    (api.ApiEventKind.sessionStarted,
     {"session_id": "s1", "is_analysis_deferred": True, "recording_scope": "continuous_session"}),
    (api.ApiEventKind.trialStarted,
     {"session_id": "s1", "trial_id": None, "attempt_id": 4, "attempt_label": "10.1", "operation_id": "x",
      "reason": "pellet_send_dispatch"}),
    (api.ApiEventKind.trialEnded,
     {"session_id": "s1", "trial_id": 1, "attempt_id": 4, "attempt_label": "10.1", "operation_id": "x",
      "result": "analysis_failed", "outcome": None, "error": None}),
    (api.ApiEventKind.sessionEnded,
     {"session_id": "s1", "capture_trial_count": 1, "analysis_trial_count": 1, "failed_trial_count": 0, "aborted": False}),
    (api.ApiEventKind.applicationLaunched, None),
)


class Application(service.Application):
    """Answers as that application does."""

    def __init__(self, rpc_service):
        super().__init__(rpc_service)
        self.is_acquiring = False
        threading.Thread(target=self.publish, daemon=True).start()

    def __call__(self, request):
        response = super().__call__(request)
        if response.result != Result.UNRECOGNIZED:
            return response
        return Response(Result.UNRECOGNIZED, error_code=2, error_message=f"Unknown/Unhandled request command: {request.command!r}")

    def publish(self):
        while not threading.Event().wait(0.5):
            for kind, context in LIFECYCLE:
                self.send_event(kind, context)
            self.send_event(api.ApiEventKind.systemStatus, self.status)

    @property
    def status(self):
        return {
            "schema_version": 1, "acquisition_state": "acquiring" if self.is_acquiring else "idle",
            "recording_state": "recording", "synchronization_ready": True, "animal": None, "project": PROJECT,
            "subsystems": {"cameras": {"state": "ready"}},
            "pellet_device": {"connected": True, "position": {"x": 1.0, "y": math.nan, "z": 0.0}, "sendPosition": None},
            "session_counts": {"reaches": 1, "presented": 2, "success": 0, "consumed": 0},
            "protocol": {"selected": None, "phase": None, "complete": False, "automaticAdvance": False},
        }

    def get_status(self, request):
        return Response(Result.SUCCESS, data=self.status)

    def start_acquisition(self, request):
        self.is_acquiring = True
        return self.pending(request, None)

    def stop_acquisition(self, request):
        self.is_acquiring = False
        return self.pending(request, None)

    def emergency_stop(self, request):
        return Response(Result.SUCCESS, data={"reason": "RpcService"})

    set_application_mode = set_training_mode = emergency_resume = get_animals = None


if __name__ == "__main__":
    service.Application = Application
    run(service.main)
