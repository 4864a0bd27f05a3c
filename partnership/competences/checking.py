"""What other rooms ask of the register: may this member do what needs a competence?"""

from foundation import clock
from foundation.errors import Invalid
from partnership.competences.models import Competence, Holding
from partnership.membership.models import Membership


def holders_of(competence: Competence) -> list[Membership]:
    """Return the members that hold a competence today, by name."""
    held = Holding.objects.held(clock.today()).filter(competence=competence)
    members = Membership.objects.filter(pk__in=held.values("membership"))
    return list(members.select_related("agency").by_agency_name())


def holds(competence: Competence, member: Membership) -> bool:
    """Say whether a member holds a competence today."""
    return Holding.objects.held(clock.today()).filter(competence=competence, membership=member).exists()


def require_holder(
    competence: Competence, member: Membership, *, field: str = "competence", what: str = "do this"
) -> None:
    """Refuse to let a member do what needs a competence that it lacks, saying who holds it.

    Raises:
        Invalid: the member does not hold it today, or it is of another partnership.
    """
    if competence.partnership_id != member.partnership_id:
        raise Invalid("Choose a competence of this partnership's register.", field=field)
    holders = holders_of(competence)
    if member.pk in {holder.pk for holder in holders}:
        return
    raise Invalid(
        f"{member.agency.name} cannot {what}: it does not hold “{competence.name}”. {_who(holders)}", field=field
    )


def require_any_holder(competence: Competence, *, field: str = "competence") -> None:
    """Refuse what needs a competence that no member holds.

    Raises:
        Invalid: nobody holds it today.
    """
    if not holders_of(competence):
        raise Invalid(f"No member holds “{competence.name}” today, so nobody can decide by it.", field=field)


def _who(holders: list[Membership]) -> str:
    if not holders:
        return "No member of this partnership does."
    names = [holder.agency.name for holder in holders]
    if len(names) == 1:
        return f"{names[0]} does."
    return f"{', '.join(names[:-1])} and {names[-1]} do."
