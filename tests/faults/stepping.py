"""The worker's own code in a process that stops between two steps and waits there to be killed.

    python -m tests.faults.stepping

Reads orders, one JSON object a line: in which database to work, and the step to stop at (none: work to the end).
Forks a process for each, as Celery forks its workers, and says in JSON where that process waits and how it ended.
What is wrapped is wrapped here, around the functions of the program; the program knows nothing of it.
"""

import json
import os
import signal
import smtplib
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.mail.backends.smtp import EmailBackend  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from holidays import countries  # noqa: E402

from foundation.notifications import sending  # noqa: E402
from partnership.commitments.reminders import DUE  # noqa: E402
from partnership.reminders import claiming  # noqa: E402
from tests.world.roles import APP_ROLE  # noqa: E402

# a gathered mail is made once; of the others some have gone before the second
NTH = {"one": 2, "gathered": 1}
LEASE = ('UPDATE "notifications_delivery"', '"attempts" + ')


class Steps:
    """Counts the steps that a process passes; at the one that it was told, it says so and waits for its end."""

    def __init__(self, stop: str | None) -> None:
        self.stop = stop
        self.passed: Counter[str] = Counter()
        # what is being sent: "one" notice or a "gathered" mail, and under which Message-ID
        self.sort, self.message_id = "", ""

    def at(self, step: str) -> None:
        self.passed[step] += 1
        if step == self.stop and self.passed[step] == NTH.get(step.partition(" mail")[0], 1):
            say(at=step, process=os.getpid(), message_id=self.message_id)
            while True:
                signal.pause()

    def at_mail(self, step: str) -> None:
        self.at(f"{self.sort} mail {step}")


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def around(
    owner: Any,
    name: str,
    before: Callable[..., None] = lambda *given: None,
    after: Callable[..., None] = lambda got, *given: None,
) -> None:
    """Have something called before and after each call of a function: with its arguments; after, with its result."""
    inner = getattr(owner, name)

    def wrapped(*given: Any, **named: Any) -> Any:
        before(*given)
        got = inner(*given, **named)
        after(got, *given)
        return got

    setattr(owner, name, wrapped)


def wrap(steps: Steps) -> None:
    """Put a step between all that a worker does from the date to the record."""

    def of_commitments(step: str) -> Callable[..., None]:
        return lambda *given: steps.at(step) if DUE in given or DUE.slug in given else None

    around(claiming, "_claim", before=of_commitments("before the reminders"), after=of_commitments("reminders made"))
    around(claiming, "_tell_of_escalations", before=of_commitments("reminders not committed"))
    around(sending, "_lease", before=lambda *_: steps.at("before the lease"), after=lambda *_: steps.at("leased"))
    around(sending, "_name_digests", after=lambda *_: steps.at("gathered not committed"))
    connection.execute_wrappers.append(_after_lease(steps))
    for name, sort in (("mail", "one"), ("gathered_mail", "gathered")):
        around(sending, name, before=_begin(steps, sort), after=_made(steps))
    around(EmailBackend, "open", before=_to_connect(steps, "to connect"), after=_connected(steps))
    around(smtplib.SMTP, "data", before=lambda *_: steps.at_mail("to hand over"), after=_accepted(steps))
    around(smtplib.SMTP, "getreply", before=_to_read(steps))
    around(sending, "_record_sent", after=lambda *_: steps.at_mail("recorded"))


def _after_lease(steps: Steps) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        got = run(sql, parameters, many, context)
        if all(part in str(sql) for part in LEASE):
            steps.at("lease not committed")
        return got

    return execute


def _begin(steps: Steps, sort: str) -> Callable[..., None]:
    def begin(*_: Any) -> None:
        steps.sort, steps.message_id = sort, ""
        steps.at_mail("to make")

    return begin


def _made(steps: Steps) -> Callable[..., None]:
    def made(message: Any, *_: Any) -> None:
        steps.message_id = message.extra_headers["Message-ID"]
        steps.at_mail("made")

    return made


def _to_connect(steps: Steps, step: str) -> Callable[..., None]:
    return lambda backend: None if backend.connection else steps.at(step)


def _connected(steps: Steps) -> Callable[..., None]:
    return lambda is_new, *_: steps.at("connected") if is_new else None


def _to_read(steps: Steps) -> Callable[..., None]:
    """Between the content and the server's answer: of the two answers to DATA, before the second."""

    def to_read(server: smtplib.SMTP) -> None:
        if steps.passed[f"{steps.sort} mail to hand over"] == steps.passed[f"{steps.sort} mail accepted"]:
            return
        steps.passed["answers to DATA"] += 1
        steps.at_mail("answered" if steps.passed["answers to DATA"] % 2 else "handed over")

    return to_read


def _accepted(steps: Steps) -> Callable[..., None]:
    return lambda *_: steps.at_mail("accepted")


def work(database: str, stop: str | None) -> None:
    """Do what the worker does at a tick of the timetable: make what is due, and send."""
    connection.settings_dict["NAME"] = database
    connection.settings_dict["OPTIONS"]["assume_role"] = APP_ROLE
    steps = Steps(stop)
    wrap(steps)
    claiming.claim_due()
    sending.deliver_ready()
    say(passed=sorted(steps.passed))


def main() -> None:
    # what every process would read from disk anew
    assert countries
    assert get_resolver().url_patterns
    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if process == 0:
            try:
                work(order["database"], order["stop"])
            finally:
                sys.stderr.flush()
                # nothing of the parent's is this process's to end
                os._exit(1 if sys.exc_info()[0] else 0)
        _, status = os.waitpid(process, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
