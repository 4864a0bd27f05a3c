"""Where the sockets of the embedded servers live."""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
from pathlib import Path

# The kernel's sun_path: 108 bytes on Linux, 104 on macOS, with the final zero.
LONGEST_SOCKET_PATH = 107 if sys.platform.startswith("linux") else 103
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")
# In a URL these need no quoting, and no reader of URLs changes them.
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def fits(directory: Path) -> bool:
    """Whether sockets in `directory` can be opened, and named in a URL without quoting."""
    path = str(directory)
    return len(os.fsencode(path)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH and PLAIN.fullmatch(path) is not None


def private_directory(purpose: str) -> Path:
    """Make a new directory for sockets that only we may enter, with a short and plain path."""
    directory = Path(tempfile.mkdtemp(prefix=f"concord-{purpose}-"))
    if fits(directory):
        return directory
    directory.rmdir()
    return Path(tempfile.mkdtemp(prefix=f"concord-{purpose}-", dir="/tmp"))


def exchange(path: Path, question: bytes, length: int = 64) -> bytes:
    """Send `question` to the socket at `path`; return the start of its answer.

    Raises OSError when nobody listens.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        connection.sendall(question)
        return connection.recv(length)
