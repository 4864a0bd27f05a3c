"""A real mail server on the loopback address that answers what a test tells it to."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.embedded.ports import LOOPBACK

ACCEPTED = "250 Stored"
REFUSED = "451 Not now"

Answer = Callable[[str], str]


class MailServer:
    """Accepts every mail, unless `answer`, called with its Message-ID, says something else."""

    def __init__(self) -> None:
        self.answer: Answer = lambda message_id: ACCEPTED
        self.accepted: Counter[str] = Counter()
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self.listening = threading.Event()
        self.thread = threading.Thread(target=self._run)

    # The name is aiosmtpd's.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message_id = str(message_from_bytes(envelope.original_content or b"")["Message-ID"])
        # in a thread: an answer may take as long as a test wants
        answer = await asyncio.to_thread(self.answer, message_id)
        if answer == ACCEPTED:
            self.accepted[message_id] += 1
        return answer

    def start(self) -> None:
        self.thread.start()
        assert self.listening.wait(10)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join(10)

    def _run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        self.stopped = asyncio.Event()
        server = await self.loop.create_server(lambda: SMTP(self, hostname="localhost", loop=self.loop), LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        self.listening.set()
        async with server:
            await self.stopped.wait()
