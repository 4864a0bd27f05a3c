"""A small server that speaks clamd's INSTREAM, for tests: it finds one text, and can be made to answer anything."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HARMFUL = b"this text is harmful"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        scanner: Scanner = self.server.scanner  # type: ignore[attr-defined]
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        scanner.looked_at.append(content)
        found = b"stream: Test.Harmful FOUND" if HARMFUL in content else b"stream: OK"
        self.wfile.write((scanner.answer or found) + b"\0")


class Scanner:
    """A running scanner.

    Attributes:
        looked_at: what it was sent.
        answer: what it says whatever it is sent; empty: what it found.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.answer = b""
        self.looked_at: list[bytes] = []


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def scanning(path: Path | None = None) -> Iterator[Scanner]:
    """Run a scanner on a port of its own, or on a socket of the machine."""
    server = _Unix(str(path), _Talk) if path else _Tcp(("127.0.0.1", 0), _Talk)
    with server:
        address = str(path) if path else f"127.0.0.1:{server.server_address[1]}"
        server.scanner = Scanner(address)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.scanner  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
