"""How gunicorn serves the portal: `gunicorn -c config/gunicorn.py config.wsgi:application`.

BIND, WEB_WORKERS and WEB_THREADS in the environment replace the defaults, which suit two cores.
"""

import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

# gunicorn runs this file before it knows where the project is
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.discretion import discreet


class DiscreetLogger(Logger):
    """Writes the access log without the secrets that stand in some addresses."""

    def atoms(self, *args: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*args)
        return {**atoms, "U": discreet(str(atoms["U"]))}


bind = os.environ.get("BIND", "127.0.0.1:8000")
# Beside the demo's own socket, which keeps the port for us between two starts.
reuse_port = "CONCORD_DEMO" in os.environ

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))
# One import for all workers: half the start-up time, and memory that they share.
preload_app = True
timeout = 30
graceful_timeout = 10
# The heartbeat of a worker is a file: on a disk, a slow write would look like a dead worker.
if Path("/dev/shm").is_dir():  # noqa: S108
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# Nobody controls this server but whoever started it; by default it opens a socket for that in
# the home directory.
control_socket_disable = True

logger_class = DiscreetLogger
accesslog = "-"
# The path without its query: what somebody searched for does not belong in a log. And without
# the address of the visitor.
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(L)s s"
