"""A peer with pyzmq's own certificates and CURVE sockets, of which no line is this package's.

  create FOLDER NAME [KEY=VALUE]...   zmq.auth.create_certificates
  load FILE                           zmq.auth.load_certificate, as JSON
  folder FOLDER                       the public keys of zmq.auth.load_certificates, as JSON
  ask ENDPOINT OWN SERVER             REQ: each line of standard input is a request, its reply a line of output
  hear ENDPOINT OWN SERVER            SUB: what is published, a line for each message
  serve FOLDER OWN                    a service with zmq.auth's authenticator for the keys in FOLDER: REP that answers
                                      every command with SUCCESS, and PUB with heartbeats

OWN is a file with a secret key, SERVER one with a public key, or '-' for none at all.
"""

import json
import os
import sys
import threading
import time

import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

LIMIT = 20_000  # milliseconds that anything may take


def emit(value):
    print(json.dumps(value), flush=True)


def connect(kind, endpoint, own, server):
    socket = zmq.Context.instance().socket(kind)
    socket.linger = 0
    if own != "-":
        socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(own)
        socket.curve_serverkey, _ = zmq.auth.load_certificate(server)
    socket.connect(endpoint)
    return socket


def ask(endpoint, own, server):
    socket = connect(zmq.REQ, endpoint, own, server)
    for line in sys.stdin:
        socket.send_string(line.strip())
        print(socket.recv_string() if socket.poll(LIMIT) else "silence", flush=True)


def hear(endpoint, own, server):
    socket = connect(zmq.SUB, endpoint, own, server)
    socket.subscribe(b"")
    emit("subscribed")
    while socket.poll(LIMIT):
        topic, payload = socket.recv_multipart()
        emit({"topic": int.from_bytes(topic, "little"), "payload": payload.decode()})


def serve(folder, own):
    context = zmq.Context.instance()
    authenticator = ThreadAuthenticator(context)
    authenticator.start()
    authenticator.configure_curve(domain="*", location=folder)
    public, secret = zmq.auth.load_certificate(own)
    sockets = {}
    for name, kind in (("command", zmq.REP), ("subscriber", zmq.PUB)):
        socket = sockets[name] = context.socket(kind)
        socket.linger = 0
        socket.curve_publickey, socket.curve_secretkey, socket.curve_server = public, secret, True
        socket.bind("tcp://127.0.0.1:*")
    emit({name: socket.last_endpoint.decode() for name, socket in sockets.items()})

    def answer():
        while True:
            request = json.loads(sockets["command"].recv())
            reply = {"nonce": request["nonce"], "command": request["command"], "result": 100, "data": {"curve": True}}
            sockets["command"].send_string(json.dumps(reply))

    threading.Thread(target=answer, daemon=True).start()
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
        beat = {"identifier": "pyzmq", "version": "0.12.0", "timestamp": time.time()}
        sockets["subscriber"].send_multipart([(1001).to_bytes(4, "little"), json.dumps(json.dumps(beat)).encode()])
        time.sleep(0.1)


def main(command, *arguments):
    if command == "create":
        metadata = dict(pair.split("=", 1) for pair in arguments[2:])
        emit(zmq.auth.create_certificates(arguments[0], arguments[1], metadata))
    elif command == "load":
        public, secret = zmq.auth.load_certificate(arguments[0])
        emit({"public": public.decode(), "secret": secret.decode() if secret else None})
    elif command == "folder":
        emit(sorted(key.decode() for key in zmq.auth.load_certificates(arguments[0])))
    else:
        {"ask": ask, "hear": hear, "serve": serve}[command](*arguments)


main(*sys.argv[1:])
