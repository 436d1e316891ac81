"""The real service of auto-trainer-api, with a delegate that answers as an acquisition application does.
Runs under .venvs/current (release 0.12.0) and .venvs/legacy (0.9.7); reads `event KIND JSON`, `flood N` (as many events
of 20 kB), `stop` (stops the service and says how long that took) and `quit`.

The package binds the machine's outward address and, when that is another one, 127.0.0.1. It takes one number
for both, so port 0 would give each address a port of its own and tell neither: free ports are chosen here.
It reports no failure to bind either, so a first command, sent from here, proves that the ports are ours.
"""

import argparse
import dataclasses
import json
import socket
import sys
import threading
import time
import uuid
from datetime import datetime

import zmq

import autotrainer.api as api
from peer import emit, end_in_every_case, parsed, run

LEGACY = not hasattr(api, "ApiEvent")
Result = api.ApiCommandReqeustResult if LEGACY else api.ApiCommandRequestResult
Response = api.ApiCommandRequestResponse
COMPLETION_DELAY = 0.3  # seconds from a pending reply to its result


class Application:
    """The state of the pretended application, and the delegate (`__call__`) that the service asks."""

    def __init__(self, service):
        self.service = service
        self.application_mode = 0
        self.training_mode = 100
        self.is_stopped = False
        self.own_token = None

    def __call__(self, request):
        if self.own_token is not None and request.data == self.own_token:
            return Response(Result.SUCCESS, data=self.own_token)
        emit({"request": {
            "command": int(request.command),
            "customCommand": request.custom_command,
            "nonce": request.nonce,
            "data": request.data,
        }})
        if request.command == api.ApiCommand.USER_DEFINED:
            return self.user_defined(request)
        answer = getattr(self, request.command.name.lower(), None)
        return answer(request) if answer else Response(Result.UNRECOGNIZED)

    # Commands of both releases

    def none(self, request):
        return Response(Result.SUCCESS)

    def get_configuration(self, request):
        locations = {
            "device_id": "000000",
            "configuration_location": "/data/configuration",
            "data_location": "/data/sessions",
            "animal_location": "/data/animals",
            "log_location": "/data/logs",
            "inference_model": "/data/model",
        }
        if LEGACY:
            return Response(Result.SUCCESS, data=api.ConfigurationResponse(**locations))
        return Response(Result.SUCCESS, data=api.ApiSystemConfiguration(application_version="1.0.0", **locations))

    def get_status(self, request):
        status = legacy_status if LEGACY else current_status
        return Response(Result.SUCCESS, data=status(self))

    def emergency_stop(self, request):
        self.is_stopped = True
        self.send_event(api.ApiEventKind.emergencyStop, emergency_context())
        return Response(Result.SUCCESS)

    def emergency_resume(self, request):
        if not self.is_stopped:
            return Response(Result.FAILED)
        self.is_stopped = False
        self.send_event(api.ApiEventKind.emergencyResume, emergency_context())
        return Response(Result.SUCCESS)

    def user_defined(self, request):
        if request.custom_command == 500:
            raise RuntimeError("custom command 500 fails on purpose")
        if request.custom_command == 501:
            threading.Event().wait()  # for good
        return Response(Result.SUCCESS, data=request.data)

    # Commands of release 0.12.0

    def set_application_mode(self, request):
        mode = wanted_mode(request, "ApiApplicationMode")
        if mode is None:
            return Response(Result.FAILED, data={"mode": self.application_mode})
        self.application_mode = mode
        if mode.name.startswith("CALIBRATION"):
            return self.pending(request, {"mode": mode})
        return Response(Result.SUCCESS, data={"mode": mode})

    def set_training_mode(self, request):
        mode = wanted_mode(request, "ApiTrainingMode")
        if mode is None:
            return Response(Result.FAILED, data={"mode": self.training_mode})
        self.training_mode = mode
        return Response(Result.SUCCESS, data={"mode": mode})

    def get_animals(self, request):
        return Response(Result.SUCCESS, data=[{"identifier": "123456", "name": "one"}])

    # Commands of release 0.9.7; from 0.9.21 on they are obsolete, and refused

    def start_acquisition(self, request):
        return self.pending(request, None) if LEGACY else Response(Result.UNRECOGNIZED)

    def stop_acquisition(self, request):
        return self.pending(request, None) if LEGACY else Response(Result.UNRECOGNIZED)

    # Messages

    def pending(self, request, data):
        """Answers that the result follows, and publishes it a little later."""
        def complete():
            if LEGACY:  # a plain dictionary on the topic is all that it offers
                self.service.send_dict(api.ApiTopic.COMMAND_RESULT, {
                    "result": Result.SUCCESS, "data": data, "error_code": 0, "error_message": None,
                    "command": request.command, "nonce": request.nonce,
                })
            else:
                self.service.send_command_result(
                    Response(Result.SUCCESS, data=data, command=request.command, nonce=request.nonce))

        timer = threading.Timer(COMPLETION_DELAY, complete)
        timer.daemon = True
        timer.start()
        return Response(Result.PENDING_WITH_NOTIFICATION, data=data)

    def send_event(self, kind, context):
        event = {"kind": kind, "when": datetime.now(), "index": time.perf_counter_ns(), "context": context}
        if LEGACY:
            return self.service.send_dict(api.ApiTopic.EVENT, event)
        return self.service.send_event_dict(event)


def emergency_context():
    if LEGACY:
        return None
    reason = api.ApiEmergencyStopReason.rpc_service
    return {"reason": reason.name, "reason_code": reason, "active_alarms": []}


def wanted_mode(request, enumeration):
    """The mode in `{"mode": number}`, or None when it is no member of the enumeration."""
    try:
        return getattr(api, enumeration)(request.data["mode"])
    except (KeyError, TypeError, ValueError):
        return None


def legacy_status(application):
    from autotrainer.api.command.status_response import ApiAppStatus, ApiTrainingMode

    return api.StatusResponse(
        app_status=ApiAppStatus.IDLE, training_mode=ApiTrainingMode(application.training_mode), animal_id="123456")


def current_status(application):
    from autotrainer.api.api_system_status import ApiBehaviorStatus, ApiReachStatus

    reaches = ApiReachStatus(pellets_presented=12, pellets_consumed=9, reaches=30, successful_reaches=9)
    return api.ApiSystemStatus(
        application_mode=api.ApiApplicationMode(application.application_mode),
        training_mode=api.ApiTrainingMode(application.training_mode),
        animal=api.ApiAnimalStatus(
            identifier="123456", name="one", dcs_send_x=1.5, dcs_send_y=-2.25, dcs_send_z=0.125,
            target_y_limit=None, reach_status_total=reaches, reach_status_day=reaches),
        project=api.ApiProjectStatus(day_path="/data/sessions/20250102", trial_id=7, session_id=str(uuid.UUID(int=1))),
        alarms=[api.ApiAlarmStatus(kind, is_active=False, is_enabled=True) for kind in api.ApiAlarmKind],
        detectors=[api.ApiDetectorStatus(kind, is_active=False, is_enabled=True) for kind in api.ApiDetectorKind],
        pellet_device=api.ApiPelletDeviceStatus(dcs_send_x=1.5, dcs_send_y=-2.25, dcs_send_z=0.125),
        tunnel_device=api.ApiTunnelDeviceStatus(magnet_intensity=0.5),
        behavior=ApiBehaviorStatus(baseline_magnet_intensity=0.25, reaches=reaches),
    )


# Starting

def free_port():
    """A port that is free on every address of this machine at this moment."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return probe.getsockname()[1]


def answers(application, command_port):
    """Whether a command sent to this port reaches this very process."""
    application.own_token = uuid.uuid4().int >> 96  # a number, as the package changes texts on the way in
    request = json.dumps({"command": 99999, "nonce": 1, "data": application.own_token})
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.linger = 0
        client.connect(f"tcp://127.0.0.1:{command_port}")
        client.send_string(request)
        reply = parsed(client.recv()) if client.poll(2000) else None
    found = isinstance(reply, dict) and reply.get("data") == application.own_token
    application.own_token = None
    return found


def start(subscriber_port, command_port, heartbeat_interval, identifier):
    """The application and its running service, on free ports where 0 is given."""
    for _ in range(10):
        options = api.create_default_api_options()
        options = dataclasses.replace(options, rpc=dataclasses.replace(
            options.rpc, identifier=identifier, heartbeat_interval=heartbeat_interval,
            subscriber_port=subscriber_port or free_port(), command_port=command_port or free_port()))
        service = api.create_api_service(options)
        application = Application(service)
        service.command_request_delegate = application
        service.start()
        if answers(application, options.rpc.command_port):
            return application, options.rpc
        if subscriber_port and command_port:
            break
    print("service.py: the service does not answer; are its ports taken?", file=sys.stderr)
    sys.exit(1)


def read_lines(application):
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "quit":
            return
        if word in ("flood", "stop"):
            began = time.monotonic()
            if word == "flood":
                for _ in range(int(rest)):
                    application.send_event(1, {"text": "x" * 20_000})
            else:
                application.service.stop()
            emit({word: round(time.monotonic() - began, 3)})
            continue
        kind, _, context = rest.partition(" ")
        if word == "event" and kind.isdigit():
            try:
                value = json.loads(context or "null")
            except ValueError as error:
                print(f"service.py: {error}", file=sys.stderr, flush=True)
                continue
            emit({"event": int(kind), "accepted": bool(application.send_event(int(kind), value))})
        elif word:
            print("service.py: 'event KIND [JSON]', 'flood N', 'stop' or 'quit' expected", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscriber-port", type=int, default=0, metavar="N", help="0: a free one (default)")
    parser.add_argument("--command-port", type=int, default=0, metavar="N", help="0: a free one (default)")
    parser.add_argument("--heartbeat-interval", type=float, default=5, metavar="S", help="seconds, default 5")
    parser.add_argument("--identifier", default="autotrainer-device")
    parser.add_argument("--limit", type=float, default=120, metavar="S", help="end after S seconds, default 120")
    arguments = parser.parse_args()
    end_in_every_case(arguments.limit)

    application, ports = start(
        arguments.subscriber_port, arguments.command_port, arguments.heartbeat_interval, arguments.identifier)
    emit({
        "ready": True,
        "subscriber": f"tcp://127.0.0.1:{ports.subscriber_port}",
        "command": f"tcp://127.0.0.1:{ports.command_port}",
    })
    read_lines(application)
    time.sleep(0.2)  # what was just published is still in the service's queue


if __name__ == "__main__":
    run(main)
