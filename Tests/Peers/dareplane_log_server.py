"""The real log server of dareplane-utils, as the control room runs it (.venvs/dareplane).

    dareplane_log_server.py [PORT]

Says {"ready": port} first, then {"name": …, "level": …, "message": …} for each record.
"""

import logging
import sys
import tempfile
import threading
import types
from pathlib import Path

# The package's module needs it for its command line only, and does not install it.
sys.modules.setdefault("fire", types.SimpleNamespace(Fire=None))

from dareplane_utils.logging.server import LogRecordSocketReceiver, LogRecordStreamHandler

from peer import emit, end_in_every_case, run


class Handler(LogRecordStreamHandler):
    def handle_log_record(self, record: logging.LogRecord):
        # What the real one formats, with the format of its file.
        line = logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s").format(record)
        emit({"name": record.name, "level": record.levelname, "message": record.getMessage(), "line": line})


def program():
    end_in_every_case(60)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = LogRecordSocketReceiver(
        host="127.0.0.1", port=port, handler=Handler, logfile=Path(tempfile.mkdtemp(), "all.log")
    )
    emit({"ready": server.server_address[1]})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


run(program)
