"""What the coordinator changes about reminders: the ladder, and one sent by hand."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from foundation.notifications.services import notify
from foundation.notifications.tasks import deliver_soon
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import require_coordinator
from partnership.reminders.ladders import Audience, Rung
from partnership.reminders.models import BY_HAND, ChosenRung, Reminder
from partnership.reminders.sources import OpenRow, Source, open_rows

MOST_RUNGS = 10
WITHIN_MEMBER = (Audience.DOER, Audience.LEAD)
FURTHEST = 365


@transaction.atomic
def choose_ladder(*, actor: Actor, partnership: Partnership, source: Source, rungs: Iterable[Rung]) -> None:
    """Set who is reminded when of a source in a partnership; none at all is a choice too.

    What was reminded of already stays; a rung that is new fires for everything that it is due for.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: there are too many rungs, two of them are the same, one is too far off, or one is for others than the
            member whom alone it concerns.
    """
    require_coordinator(actor, partnership)
    chosen = sorted(rungs)
    if len(chosen) > MOST_RUNGS:
        raise Invalid(f"A ladder has at most {MOST_RUNGS} rungs.")
    if len({rung.key for rung in chosen}) != len(chosen):
        raise Invalid("Two lines say the same. Take one out.")
    if any(abs(rung.offset) > FURTHEST for rung in chosen):
        raise Invalid("A reminder is at most a year away from its date.")
    if source.within_member and any(rung.audience not in WITHIN_MEMBER for rung in chosen):
        raise Invalid("This concerns the member alone: remind the person who does it, or the member's leads.")
    reset_rows(partnership, source)
    rows = [
        ChosenRung(
            partnership=partnership, source=source.slug, offset=rung.offset, unit=rung.unit, audience=rung.audience
        )
        for rung in chosen
    ]
    ChosenRung.objects.bulk_create(rows or [ChosenRung(partnership=partnership, source=source.slug)])
    record(
        verb="reminders.ladder_chosen",
        actor=actor,
        subject=partnership,
        source=source.slug,
        rungs=[rung.key for rung in chosen],
    )


@transaction.atomic
def reset_ladder(*, actor: Actor, partnership: Partnership, source: Source) -> None:
    """Go back to the usual ladder of a source.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
    """
    require_coordinator(actor, partnership)
    reset_rows(partnership, source)
    record(verb="reminders.ladder_reset", actor=actor, subject=partnership, source=source.slug)


def reset_rows(partnership: Partnership, source: Source) -> None:
    ChosenRung.objects.filter(partnership=partnership, source=source.slug).delete()


@transaction.atomic
def remind_now(*, actor: Actor, partnership: Partnership, source: Source, subject_id: UUID) -> list[Person]:
    """Remind whoever does something, by hand, at most once a day.

    Returns:
        Who is reminded.

    Raises:
        NotAllowed: the actor does not coordinate the partnership, or it concerns the member alone.
        OutOfTurn: there is nothing to be reminded of any more, or it was done today already.
    """
    require_coordinator(actor, partnership)
    if source.within_member:
        raise NotAllowed("This concerns the member alone.")
    rows = open_rows(source, partnership, subject_id)
    if not rows:
        raise OutOfTurn("There is nothing to remind anybody of any more.")
    rung = f"{BY_HAND}_{clock.today():%Y%m%d}"
    if Reminder.objects.filter(source=source.slug, subject_id=subject_id, rung=rung).exists():
        raise OutOfTurn("Somebody was reminded of it by hand today already.")
    reminded: dict[int, Person] = {}
    for row in rows:
        for person in _doers(row.member_id, row.doer_id):
            reminded[person.pk] = person
            _remind(source, partnership, subject_id, row, rung, person)
    if not reminded:
        raise OutOfTurn("Its member has nobody who could be reminded: no representative, deputy or lead.")
    record(verb="reminders.sent_by_hand", actor=actor, subject=partnership, source=source.slug, about=str(subject_id))
    deliver_soon()
    return list(reminded.values())


def _doers(member_id: int, doer_id: int | None) -> list[Person]:
    """Return who does it; should that person have left, who represents the member; else its leads."""
    member = Membership.objects.active().filter(pk=member_id).first()
    if member is None:
        return []
    people = Person.objects.active().human().filter(agency_id=member.agency_id)
    for key in (doer_id, member.representative_id, member.deputy_id):
        person = people.filter(pk=key).first() if key else None
        if person is not None:
            return [person]
    return list(people.leads().order_by("pk"))


def _remind(
    source: Source,
    partnership: Partnership,
    subject_id: UUID,
    row: OpenRow,
    rung: str,
    person: Person,
) -> None:
    occasion = f"{row.day}:{rung}"
    notify(
        kind=source.kind,
        recipients=[person.pk],
        subject=_Subject(subject_id),  # type: ignore[arg-type]
        occasion=occasion,
        **{
            **row.facts,
            "partnership": partnership.name,
            "slug": partnership.slug,
            "rung": f"{rung}:doer",
            "day": str(row.day),
        },
    )
    notice = Notice.objects.get(recipient=person, dedupe_key=f"{source.kind.slug}:{subject_id}:{occasion}")
    Reminder.objects.create(
        source=source.slug,
        subject_id=subject_id,
        partnership=partnership,
        day=row.day,
        rung=rung,
        recipient=person,
        notice_id=notice.public_id,
        created_at=clock.now(),
    )


class _Subject:
    """What a notice is about, by its id alone: of which room it is, this one does not know."""

    def __init__(self, public_id: UUID) -> None:
        self.public_id = public_id
