"""A mail server that delivers nowhere: each message becomes a file.

    python -m config.embedded.mailsink --directory var/mail --port 2525

Listens on the loopback address. A message is there completely or not at all, and the names of
the files sort by time of arrival.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.embedded.ports import LOOPBACK


class Sink:
    """Writes each message into `directory`."""

    def __init__(self, directory: Path) -> None:
        """Take messages from now on."""
        self.directory = directory
        self.numbers = itertools.count(1)

    # The name is aiosmtpd's.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store one message; only then is it acknowledged to its sender."""
        self.store(envelope.original_content or b"")
        return "250 Stored"

    def store(self, message: bytes) -> Path:
        """Write a message under a new name, and return its path."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        # The process id keeps the names of two runs apart, the counter those of one moment.
        path = self.directory / f"{now}-{os.getpid()}-{next(self.numbers):06}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(message)
        unfinished.rename(path)
        return path


async def serve(directory: Path, port: int) -> None:
    """Take mail on `port` until asked to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    sink = Sink(directory)
    server = await loop.create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=True, hostname="localhost"),
        LOOPBACK,
        port,
        reuse_port=True,
    )
    async with server:
        await stopped.wait()


def main(arguments: Sequence[str]) -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded.mailsink")
    parser.add_argument("--directory", type=Path, required=True, help="where messages are written")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(arguments)
    options.directory.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(options.directory, options.port))


if __name__ == "__main__":
    main(sys.argv[1:])
