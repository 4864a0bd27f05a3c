"""A mail server that keeps nothing, in a process of its own: what it costs is not the sender's.

`python -m benchmarks.sink` prints its port, takes mail until its input ends, and prints how many it took and how many
of them were different, by their Message-ID.
"""

import asyncio
import subprocess
import sys
from email.parser import BytesHeaderParser
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.embedded.ports import LOOPBACK

HEADERS = BytesHeaderParser()


class _Counting:
    def __init__(self) -> None:
        self.ids: list[str] = []

    # The name is aiosmtpd's.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.ids.append(HEADERS.parsebytes(envelope.original_content or b"")["Message-ID"])
        return "250 Stored"


async def _serve() -> None:
    taken = _Counting()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taken, hostname="localhost"), LOOPBACK, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)
    print(len(taken.ids), len(set(taken.ids)), flush=True)


class Sink:
    """The server, for as long as it is entered."""

    port: int

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())
        return self

    def taken(self) -> tuple[int, int]:
        """End the server; return how many mails it took, and how many different ones."""
        everything, different = self.process.communicate(timeout=30)[0].split()
        return int(everything), int(different)

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
