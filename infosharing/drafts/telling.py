"""Who is told what of a draft: the colleague who is asked, and its author what became of it."""

from collections.abc import Iterable

from accounts.people.models import Person, Role
from accounts.people.querysets import PersonQuerySet
from foundation.notifications.kinds import Kind
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.records import PublicRecord
from infosharing.drafts import notices
from infosharing.drafts.models import Draft
from infosharing.notes.models import Note


def colleagues(draft: Draft) -> PersonQuerySet:
    """Return who of the agency may release a draft: those who may write, its author aside."""
    people = Person.objects.active().human().filter(agency_id=draft.member.agency_id, role__in=(Role.LEAD, Role.STAFF))
    return people.exclude(pk=draft.author_id).order_by("name", "pk")


def that_it_waits(draft: Draft) -> None:
    """Tell the colleague who is named; where none is, all who may release it: who is on duty differs by the day."""
    people = colleagues(draft)
    if draft.asked_of_id:
        people = people.filter(pk=draft.asked_of_id)
    _tell(notices.WAITS, draft, people.values_list("pk", flat=True), draft, occasion=f"asked at {draft.asked_at}")


def that_nobody_is_asked(draft: Draft) -> None:
    """Take back what the colleagues were told."""
    withdraw_notices(kind=notices.WAITS, subject=draft)


def that_it_came_back(draft: Draft) -> None:
    _tell(notices.CAME_BACK, draft, [draft.author_id], draft, occasion=f"at {draft.updated_at}")


def that_it_is_released(draft: Draft, note: Note) -> None:
    _tell(notices.RELEASED, draft, [draft.author_id], note, occasion=f"released at version {note.version}")


def _tell(kind: Kind, draft: Draft, people: Iterable[int], subject: PublicRecord, *, occasion: str) -> None:
    notify(kind=kind, recipients=people, subject=subject, occasion=occasion, partnership=draft.partnership.name)
    deliver_soon()
