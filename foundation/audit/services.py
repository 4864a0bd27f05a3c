"""Writing to the audit trail."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from foundation import clock
from foundation.audit import context
from foundation.audit.models import Event


class Doer(Protocol):
    """Who acts, as far as the trail needs to know; `accounts.people.actor.Actor` is one."""

    @property
    def person_id(self) -> int: ...
    @property
    def person_name(self) -> str: ...
    @property
    def agency_id(self) -> int | None: ...
    @property
    def agency_name(self) -> str: ...


def record(*, verb: str, actor: Doer | None, subject: models.Model, **detail: Any) -> Event:
    """Append one event in the caller's transaction.

    Args:
        verb: dotted, `room.done`, such as `notes.withdrawn`.
        actor: who did it; None for the system's own work.
        subject: a record with a `public_id`.
        detail: facts safe to keep for years: states, ids, counts; never content, never recipients' names.

    Returns:
        The event.
    """
    event = _event(verb, actor, subject, detail)
    event.save()
    return event


def record_each(*, verb: str, actor: Doer | None, subjects: Iterable[tuple[models.Model, Mapping[str, Any]]]) -> None:
    """Append an event for each of many subjects, each with its detail, as cheaply as one."""
    Event.objects.bulk_create(_event(verb, actor, subject, detail) for subject, detail in subjects)


def _event(verb: str, actor: Doer | None, subject: models.Model, detail: Mapping[str, Any]) -> Event:
    subject_id: UUID = subject.public_id  # type: ignore[attr-defined]
    return Event(
        at=clock.now(),
        verb=verb,
        person_id=actor.person_id if actor else None,
        person_label=actor.person_name if actor else "",
        agency_id=actor.agency_id if actor else None,
        agency_label=actor.agency_name if actor else "",
        object_type=subject._meta.label_lower,
        object_id=subject_id,
        request_id=context.request_id.get(),
        task_id=context.task_id.get(),
        detail=dict(detail),
    )
