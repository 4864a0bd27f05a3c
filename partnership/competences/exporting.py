"""A register as rows of the table that can be imported again: exported and imported, it changes nothing."""

from collections import Counter
from collections.abc import Iterator

from accounts.people.actor import Actor
from partnership.competences import selectors
from partnership.competences.cells import join_names
from partnership.competences.facts import Facts
from partnership.competences.models import Competence, Holding
from partnership.membership.models import Membership, Partnership

Row = tuple[object, ...]


def rows(actor: Actor, partnership: Partnership, *, only: Membership | None = None) -> Iterator[Row]:
    """Yield a row for each member that holds a competence today; one without a member where nobody does.

    Args:
        only: the member whose rows are wanted; every competence and member where None.
    """
    codes = Counter(partnership.memberships.active().values_list("agency__code", flat=True))
    for competence in selectors.competences(actor, partnership).filter(retired_at__isnull=True):
        held: list[Holding] = competence.held  # type: ignore[attr-defined]
        for holding in held:
            agency = holding.membership.agency
            if only is None or holding.membership_id == only.pk:
                # agencies of two cities may have the same code; their names tell them apart
                yield _row(competence, agency.code if codes[agency.code] == 1 else agency.name, Facts.of(holding))
        if not held and only is None:
            yield _row(competence, "", None)


def _row(competence: Competence, agency: str, facts: Facts | None) -> Row:
    about = (agency, competence.name, " ".join(competence.approaches))
    if facts is None:
        return (*about, *([""] * 8))
    return (
        *about,
        str(facts.extent),
        facts.decided_by,
        facts.lead_days,
        facts.capacity,
        facts.limits,
        join_names(facts.needs),
        facts.needs_words,
        facts.valid_until.isoformat() if facts.valid_until else "",
    )
