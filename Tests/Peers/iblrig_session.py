"""What iblrig's networked session does, step by step, over the real iblutil.io.net (.venvs/ibl).

    iblrig_session.py SUBJECT NAME=URI … [--login URL USER TOKEN] [--stand-in]

Asks every rig for its EXPINFO, takes the experiment from the one that is the main sync, and prepares, starts and stops it
everywhere, as NetworkSession and Auxiliaries of iblrig do. --stand-in adds a rig of this script's own that is the main
sync. --login gives the rigs a login first, and asks the first one for it at the end, as a rig's on_alyx answers.

Says one JSON object a line: {"step": …, …} for each step that went well, and {"failed": …} for the one that did not.
"""

import argparse
import asyncio
import datetime
import logging
import socket

from iblutil.io.net import app, base

from peer import emit, end_in_every_case, run

QUIET = logging.getLogger("iblrig_session")  # the package's own log goes to standard output
TIMEOUT = 10.0


def ref2dict(reference):
    """What ONE makes of an experiment reference."""
    date, sequence, subject = reference.split("_", 2)
    return {"subject": subject, "date": datetime.date.fromisoformat(date), "sequence": int(sequence)}


def dict2ref(reference):
    return f"{reference['date']}_{reference['sequence']}_{reference['subject']}"


class Alyx:
    """What iblutil needs of a client of Alyx."""

    is_logged_in = True

    def __init__(self, base_url, user, token):
        self.base_url, self.user, self._token = base_url, user, {"token": token}


async def stand_in(subject):
    """A rig that is the main sync, such as the one with the probes."""
    rig = await app.EchoProtocol.server(f"udp://127.0.0.1:{free_port()}", name="sync", log=QUIET)
    info = {"exp_ref": f"{datetime.date.today()}_4_{subject}", "main_sync": True}
    answers = {
        "EXPINFO": lambda addr: rig.info(base.ExpStatus.RUNNING, info, addr=addr),
        "EXPINIT": lambda addr: rig.init(info, addr=addr),
        "EXPSTART": lambda addr: rig.start(info["exp_ref"], info, addr=addr),
        "EXPEND": lambda addr: rig.stop(info, addr=addr),
        "EXPCLEANUP": lambda addr: rig.cleanup(info, addr=addr),
    }
    tasks = set()

    def on(name):
        def received(_, addr):
            tasks.add(asyncio.get_running_loop().create_task(answers[name](addr)))

        return received

    for name in answers:
        rig.assign_callback(name, on(name))
    return rig


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def session(arguments):
    clients = dict(pair.split("=", 1) for pair in arguments.rigs)
    if arguments.stand_in:
        clients["sync"] = (await stand_in(arguments.subject)).server_uri
    rigs = [await app.EchoProtocol.client(uri, name=name, log=QUIET) for name, uri in clients.items()]
    services = app.Services(rigs, timeout=TIMEOUT)
    if arguments.login:
        await services.alyx(Alyx(*arguments.login))
        emit({"step": "login"})

    # init_mixin_network
    info = {
        "exp_ref": None, "main_sync": False, "experiment_description": {"tasks": []}, "master": False,
        "subject": arguments.subject,
    }
    responses = await services.info("CONNECTED", info)
    assert sum(x[-1]["main_sync"] for x in responses.values()) == 1, "one main sync expected"
    name, (status, info) = next((k, v) for k, v in responses.items() if v[-1]["main_sync"])
    reference = ref2dict(info["exp_ref"]) if isinstance(info["exp_ref"], str) else info["exp_ref"]
    assert reference["subject"] == arguments.subject, "Subject name doesn't match remote session on " + name
    assert str(reference["date"]) == datetime.date.today().isoformat(), "Session dates do not match"
    base.ExpStatus(status)
    for rig, (status, data) in responses.items():
        emit({"step": "info", "rig": rig, "status": status, "data": data})
    await services.init({"exp_ref": dict2ref(reference)})
    emit({"step": "init", "main": name, "exp_ref": dict2ref(reference)})

    # start_mixin_network, and what a rig that joins later asks
    responses = await services.start(reference)
    emit({"step": "start", "answers": {rig: data[0] for rig, data in responses.items()}})
    responses = await services.info(base.ExpStatus.RUNNING, {"subject": arguments.subject})
    emit({"step": "running", "answers": {rig: [status, x["exp_ref"], x.get("status")] for rig, (status, x) in
                                         responses.items() if rig != "sync"}})
    if arguments.login:
        client = next(iter(services.values()))
        other = await app.EchoProtocol.client(client.server_uri, name="other", log=QUIET)
        url, token = await asyncio.wait_for(other.alyx(), TIMEOUT)
        emit({"step": "token", "url": url, "users": list(token), "right": token == {arguments.login[1]: {
            "token": arguments.login[2]}}})
        other.close()

    # stop_mixin_network, cleanup_mixin_network
    await services.stop(())
    emit({"step": "stop"})
    await services.cleanup()
    emit({"step": "cleanup"})
    responses = await services.info(base.ExpStatus.STOPPED, None)
    emit({"step": "after", "answers": {rig: x["exp_ref"] for rig, (_, x) in responses.items() if rig != "sync"}})
    services.close()


async def main(arguments):
    try:
        await session(arguments)
    except (Exception, asyncio.CancelledError) as error:
        emit({"failed": f"{type(error).__name__}: {error}"})


def program():
    end_in_every_case(60)
    parser = argparse.ArgumentParser()
    parser.add_argument("subject")
    parser.add_argument("rigs", nargs="+")
    parser.add_argument("--login", nargs=3)
    parser.add_argument("--stand-in", action="store_true")
    asyncio.run(main(parser.parse_args()))


run(program)
