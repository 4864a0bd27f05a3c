"""What the services of commitments share: the lock, checks, the record of changes."""

from collections.abc import Iterable
from datetime import date

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.errors import Invalid
from partnership.approaches import Approach
from partnership.commitments.models import Commitment, CommitmentChange, Contribution
from partnership.membership.models import Membership, MembershipStatus

NO_DATE_ASKED = {"asked_due_on": None, "asked_reason": ""}


def locked(commitment: Commitment) -> Commitment:
    """Return a commitment as it stands now; nobody else changes it until the transaction ends."""
    return (
        Commitment.objects.select_related("partnership", "owner__agency")
        .select_for_update(of=("self",))
        .get(pk=commitment.pk)
    )


def require_state(commitment: Commitment, allowed: Iterable[str]) -> None:
    """Refuse what only some states allow.

    Raises:
        OutOfTurn: the commitment is in another state.
    """
    if commitment.status not in set(allowed):
        states.require({commitment.status: frozenset()}, before=commitment.status, after="", thing="commitment")


def require_colleague(owner: Membership, person: Person | None, *, field: str = "person") -> None:
    """Refuse somebody who cannot do it for a member.

    Raises:
        Invalid: the person is of another agency, inactive, or a program.
    """
    if person is not None and (person.agency_id != owner.agency_id or not person.is_active or person.is_service):
        raise Invalid("Choose somebody of the agency that promises.", field=field)


def require_future(due_on: date) -> None:
    """Refuse a day that has passed.

    Raises:
        Invalid: it is before today.
    """
    if due_on < clock.today():
        raise Invalid("This date has passed. Choose today or later.", field="due_on")


def known_approaches(approaches: Iterable[str]) -> list[str]:
    """Return approaches in their usual order, each once.

    Raises:
        Invalid: there is no such approach.
    """
    chosen = set(approaches)
    if not chosen <= set(Approach.values):
        raise Invalid("Choose among the three approaches.", field="approaches")
    return [approach for approach in Approach.values if approach in chosen]


def set_contributors(commitment: Commitment, members: Iterable[Membership]) -> bool:
    """Let exactly these members contribute, and say whether that changed anything.

    Raises:
        Invalid: one of them promised it, is of another partnership, or is not active.
    """
    wanted = {member.pk: member for member in members}
    kept = dict(commitment.contributions.values_list("member", "pk"))
    for key, member in wanted.items():
        if key == commitment.owner_id:
            raise Invalid("The member that promises cannot contribute as well.", field="contributors")
        is_fine = member.partnership_id == commitment.partnership_id and member.status == MembershipStatus.ACTIVE
        if key not in kept and not is_fine:
            raise Invalid("Choose active members of this partnership.", field="contributors")
    gone = [kept[key] for key in kept if key not in wanted]
    new = [key for key in wanted if key not in kept]
    Contribution.objects.filter(pk__in=gone).delete()
    Contribution.objects.bulk_create(
        Contribution(commitment=commitment, partnership_id=commitment.partnership_id, member_id=key) for key in new
    )
    return bool(gone or new)


def note_change(
    actor: Actor,
    commitment: Commitment,
    *,
    before: str,
    what: str = "",
    reason: str = "",
    due_before: date | None = None,
    due_after: date | None = None,
) -> None:
    """Keep one change on record.

    Args:
        due_before: the date that another one took the place of.
        due_after: a date that is only asked for; by default the one that holds.
    """
    CommitmentChange.objects.create(
        commitment=commitment,
        before=before,
        after=commitment.status,
        what=what,
        due_before=due_before,
        due_after=due_after or commitment.due_on,
        by_id=actor.person_id,
        reason=reason[:500],
        at=clock.now(),
    )


def facts(commitment: Commitment) -> dict[str, str]:
    """Return what notices about a commitment are made of."""
    return {"partnership": commitment.partnership.name, "slug": commitment.partnership.slug}
