"""Writes the seeds of every fuzz target into a folder: from the recordings of the Python package, from the schemas'
examples, and from the table of JSON cases, so that fuzzing begins where the protocol is.

usage: make_corpus.py FOLDER
"""

import hashlib
import json
import pathlib
import re
import struct
import sys

root = pathlib.Path(__file__).resolve().parent.parent
folder = pathlib.Path(sys.argv[1])


def seed(target: str, data: bytes) -> None:
    if len(data) > 4096:
        return
    path = folder / target
    path.mkdir(parents=True, exist_ok=True)
    (path / hashlib.sha1(data).hexdigest()).write_bytes(data)


def frames(parts: list[bytes]) -> bytes:
    """As the target `envelope` takes them apart: a byte of length before each, 255 for all that is left."""
    text = b""
    for number, part in enumerate(parts):
        if len(part) < 255:
            text += bytes([len(part)]) + part
        elif number == len(parts) - 1:
            text += b"\xff" + part
        else:
            return b""
    return text


def body(data: bytes) -> None:
    seed("request", data)
    seed("console", data)
    seed("envelope", frames([b"peer", b"", data]))


for vectors in sorted((root / "Tests/Fixtures/vectors").glob("*.json")):
    for vector in json.loads(vectors.read_text()):
        for chunk in vector.get("client_chunks_hex") or []:
            seed("dareplane", bytes.fromhex(chunk))
        for text in [vector.get("reply_text"), *(vector.get("chunks_text") or [])]:
            if isinstance(text, str):
                seed("dareplane", text.encode())
        if vector.get("system") == "iblutil":
            for sent in vector.get("sent_hex") or []:
                # What is long is only described: <8007 bytes>.
                if not sent.startswith("<"):
                    seed("ibl", bytes.fromhex(sent))
        if vector.get("system") == "liaison" and vector.get("request_utf8"):
            seed("liaison", vector["request_utf8"].encode())
        request = [bytes.fromhex(frame) for frame in vector.get("request_frames_hex") or []]
        if request:
            body(request[-1])
            seed("envelope", frames([b"peer"] + request))
            seed("envelope", frames([b"peer", b""] + request))
        for message in vector.get("messages") or []:
            sent = [bytes.fromhex(frame) for frame in message.get("frames_hex") or []]
            if len(sent) >= 2:
                seed("published", sent[-2] + sent[-1])
        for frame in vector.get("response_frames_hex") or []:
            seed("published", struct.pack("<I", 6001) + bytes.fromhex(frame))

for example in sorted((root / "Schemas/examples").rglob("*.json")):
    data = example.read_bytes().strip()
    for topic in (1001, 4001, 6001):
        seed("published", struct.pack("<I", topic) + data)
    if "request" in example.parts:
        body(data)

for line in (root / "Tests/Fixtures/json-cases.txt").read_text().split("\n"):
    if not line or line.startswith("#"):
        continue
    # Bytes stand between these brackets, with a count behind them where there are many.
    parts = re.split(r"⟨([0-9A-F ]+)(?:×(\d+))?⟩", line.split("\t")[1])
    data = parts[0].encode()
    for byte, count, text in zip(parts[1::3], parts[2::3], parts[3::3]):
        data += bytes.fromhex(byte) * int(count or 1) + text.encode()
    body(data)
    seed("published", struct.pack("<I", 4001) + data)

# The keys are those of the manual page of zmq_curve.
public = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
secret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
for metadata in ["", '    role = "operator"\n', "    user = anna\n    place/room = 'B \"12\"' # here\n"]:
    for keys in [f'    public-key = "{public}"\n', f'    public-key = "{public}"\n    secret-key = "{secret}"\n']:
        text = f"#   ZeroMQ CURVE certificate\n\nmetadata\n{metadata}curve\n{keys}"
        for form in [text, text.replace("\n", "\r\n"), text.replace("    ", "\t"), text.replace('"', "'")]:
            seed("certificate", form.encode())

# What is kept by hand, such as an input that found a mistake.
for kept in sorted((root / "Fuzzing/Corpus").glob("*/*")):
    seed(kept.parent.name, kept.read_bytes())

for line in [
    """send setApplicationMode --data '{"mode":1000}'""",
    r'''send 10 --data "{\"a\": \"b \\ c\"}" --nonce 3''',
    "events on --topic event --kind trialStarted",
    r"""ping 'not closed""",
    r"""a\ b '' "" \\""",
]:
    seed("console", line.encode())
