"""Who is told what of a request: those who speak for a member that is asked, and whoever asked."""

from collections.abc import Iterable, Sequence

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.notifications.kinds import Kind
from foundation.notifications.services import notify, withdraw_notices
from infosharing.requests import notices, reminders
from infosharing.requests.models import Asked, InformationRequest
from partnership.membership.models import Membership
from partnership.membership.selectors import spokespeople


def that_they_are_asked(found: InformationRequest, members: Sequence[Membership]) -> None:
    """Tell who speaks for each member that is asked."""
    _tell(notices.ASKED, found, _speaking_for(members), by=found.asker, occasion="asked")


def that_it_is_decided(actor: Actor, row: Asked) -> None:
    """Tell whoever asked; should they have left, who speaks for their agency. Nobody is reminded of it any more."""
    found = row.request
    _withdraw_from([row.member], found)
    asked_by = Person.objects.active().human().filter(pk=found.asked_by_id, agency_id=row.asker.agency_id)
    people = list(asked_by.values_list("pk", flat=True)) or _speaking_for([row.asker])
    _tell(notices.DECIDED_ON, found, people, by=row.member, occasion=f"{row.public_id}:{row.status}")


def that_it_is_taken_back(found: InformationRequest, members: Sequence[Membership]) -> None:
    """Tell who speaks for each member that had not answered, in place of what they were told before."""
    _withdraw_from(members, found)
    _tell(notices.TAKEN_BACK, found, _speaking_for(members), by=found.asker, occasion="taken back")


def _speaking_for(members: Iterable[Membership]) -> list[int]:
    listed = list(members)
    people = Person.objects.active().human().filter(agency__in=[member.agency_id for member in listed])
    speak = spokespeople(listed[0].partnership) if listed else set()
    return list(people.filter(pk__in=speak).values_list("pk", flat=True))


def _tell(kind: Kind, found: InformationRequest, people: Iterable[int], *, by: Membership, occasion: str) -> None:
    notify(
        kind=kind,
        recipients=people,
        subject=found,
        occasion=occasion,
        by=by.agency.name,
        partnership=found.partnership.name,
        slug=found.partnership.slug,
        day=found.due_on.isoformat(),
    )


def _withdraw_from(members: Iterable[Membership], found: InformationRequest) -> None:
    people = Person.objects.filter(agency__in=[member.agency_id for member in members])
    recipients = list(people.values_list("pk", flat=True))
    for kind in (notices.ASKED, reminders.DUE.kind):
        withdraw_notices(kind=kind, subject=found, recipients=recipients)
