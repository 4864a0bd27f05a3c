"""Asks a virus scanner about bytes: clamd's INSTREAM, over a socket of the machine or of the network.

Own code: the protocol is a page long, less than one more dependency to look after.
"""

import socket
import struct
from contextlib import closing

PIECE = 64 * 1024
# connecting, and waiting for an answer
PATIENCE = 5
LONGEST_ANSWER = 1000


class ScannerAway(Exception):
    """It does not answer, or not in a way that says anything about the file."""


def found_in(content: bytes, *, address: str) -> str:
    """Return what the scanner found in some bytes, by its name; empty if it found nothing.

    Args:
        address: path of a socket, or `host:port`.

    Raises:
        ScannerAway: it gave no answer that means anything.
    """
    try:
        with closing(_connected(address)) as talk:
            talk.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                talk.sendall(struct.pack(">I", len(piece)) + piece)
            talk.sendall(struct.pack(">I", 0))
            answer = _answer(talk)
    except OSError as error:
        raise ScannerAway(f"the scanner does not answer: {error}") from error
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerAway(f"the scanner says: {said[:100]!r}")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        talk = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        talk.settimeout(PATIENCE)
        try:
            talk.connect(address)
        except OSError:
            talk.close()
            raise
        return talk
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def _answer(talk: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = talk.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")
