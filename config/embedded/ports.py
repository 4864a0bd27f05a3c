"""Ports on the loopback address, held so that nobody takes them before our server does."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000
TRIES = 100


class PortError(Exception):
    """The port that the user asked for is in use."""


class HeldPort:
    """A port that is bound but not listened on.

    A server of ours binds it as well, with SO_REUSEPORT, which the kernel allows to the same
    user alone; between two starts of that server nobody else can.
    """

    def __init__(self, number: int = 0) -> None:
        """Hold port `number`, or any free one. Raises OSError when it is taken."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            # First without sharing: another server of ours that shares its port also has it.
            _probe(number)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            self.socket.bind((LOOPBACK, number))
        except OSError:
            self.socket.close()
            raise
        self.number: int = self.socket.getsockname()[1]

    def release(self) -> None:
        """Let it go."""
        self.socket.close()


def _probe(number: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do, or connections that were closed a moment ago would count as a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, number))
        if number:
            # Binding succeeds beside another socket that is bound only; listening does not.
            probe.listen(1)


def hold_port(asked: str | None, default: int = DEFAULT_PORT) -> HeldPort:
    """Hold the port that was asked for, else the first free one from `default` on.

    Raises PortError when the one asked for is in use, is not a number, or none is free.
    """
    if asked:
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise PortError(f"PORT={asked} is not a port number")
        try:
            return HeldPort(int(asked))
        except OSError as error:
            raise PortError(
                f"Port {asked} cannot be used ({error.strerror}). Give another one, or leave "
                "PORT out: the next free one is then taken."
            ) from error
    for number in range(default, default + TRIES):
        try:
            return HeldPort(number)
        except OSError:
            continue
    raise PortError(f"No port is free between {default} and {default + TRIES - 1}")
