"""Reads of reminders that pages need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.people.actor import Actor
from foundation.notifications.kinds import find as find_kind
from foundation.notifications.models import Notice
from partnership.membership.models import Partnership
from partnership.reminders.claiming import chosen_ladders
from partnership.reminders.ladders import Audience, Ladder
from partnership.reminders.models import Reminder
from partnership.reminders.querysets import ReminderQuerySet
from partnership.reminders.sources import Source, all_sources, find, open_rows

PAGE = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder with what became of it.

    Attributes:
        words: the notice's title.
        mail: what became of its mail, in words.
        path: where it leads.
    """

    reminder: Reminder
    label: str
    words: str
    mail: str
    path: str


def reminders(actor: Actor, partnership: Partnership) -> ReminderQuerySet:
    """Return a partnership's reminders that an actor sees, newest first."""
    seen: Any = Reminder.objects.visible_to(actor)
    return seen.filter(partnership=partnership).select_related("recipient__agency").order_by("-pk")


def with_mails(rows: Sequence[Reminder]) -> list[Sent]:
    """Return reminders with what became of each, in two queries however many there are."""
    notices = {
        notice.public_id: notice
        for notice in Notice.objects.filter(public_id__in=[row.notice_id for row in rows]).select_related(
            "delivery", "recipient"
        )
    }
    return [_sent(row, notices.get(row.notice_id)) for row in rows]


def _sent(reminder: Reminder, notice: Notice | None) -> Sent:
    source = find(reminder.source)
    label = str(source.label) if source else reminder.source
    kind = find_kind(notice.kind) if notice else None
    if notice is None or kind is None:
        return Sent(reminder, label, label, "", "")
    message = kind.message(notice)
    delivery = getattr(notice, "delivery", None)
    mail = str(delivery.get_state_display()) if delivery else "no mail: inbox alone"
    return Sent(reminder, label, message.title, mail, message.path)


HEAD = ("when", "reminder", "rung", "about the date", "to", "agency", "mail")


def row(sent: Sent) -> Sequence[object]:
    reminder = sent.reminder
    return (
        reminder.created_at.isoformat(),
        sent.words,
        reminder.when,
        reminder.day,
        reminder.recipient.name,
        reminder.recipient.agency,
        sent.mail,
    )


def of_subject(source: Source, subject_id: UUID) -> list[dict[str, object]]:
    """Return the reminders about one thing as a timeline, newest first, for a page that its reader may see."""
    rows = Reminder.objects.filter(source=source.slug, subject_id=subject_id).select_related("recipient__agency")
    return [
        {
            "title": sent.reminder.when.capitalize(),
            "when": sent.reminder.created_at,
            "who": f"{sent.reminder.recipient.name}, {sent.reminder.recipient.agency}",
            "text": f"Mail: {sent.mail}",
        }
        for sent in with_mails(list(rows.order_by("-pk")))
    ]


def is_known(source: Source, partnership: Partnership, subject_id: UUID) -> bool:
    """Whether somebody can be, or was, reminded of this in a partnership."""
    was = Reminder.objects.filter(source=source.slug, partnership=partnership, subject_id=subject_id)
    return was.exists() or bool(open_rows(source, partnership, subject_id))


@dataclass(frozen=True, slots=True)
class LadderOf:
    """Who is reminded when of one source in a partnership, and whether the partnership chose that itself."""

    source: Source
    ladder: Ladder
    is_chosen: bool

    @property
    def lines(self) -> list[str]:
        """Its rungs in words: "7 days before: the person who does it"."""
        return [f"{rung.words}: {Audience(rung.audience).label}" for rung in self.ladder]


def ladder_of(source: Source, partnership: Partnership) -> LadderOf:
    """Return the ladder of a source in a partnership."""
    chosen = chosen_ladders(source, [partnership.pk])
    return LadderOf(source, chosen.get(partnership.pk, source.ladder), partnership.pk in chosen)


def ladders(partnership: Partnership) -> list[LadderOf]:
    """Return the ladder of every source."""
    return [ladder_of(source, partnership) for source in all_sources()]
