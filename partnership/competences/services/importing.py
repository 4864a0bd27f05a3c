"""Bringing a table into a register: all of its rows, or none."""

from collections.abc import Sequence

from django.db import transaction

from accounts.people.actor import Actor
from foundation.audit.services import record
from foundation.errors import Invalid, OutOfTurn
from partnership.competences.importing import Plan, plan
from partnership.competences.services.catalogue import copy_entries, write_competences
from partnership.competences.services.changes import Proposal
from partnership.competences.services.register import propose_holdings
from partnership.competences.tables import Line
from partnership.membership.models import Partnership
from partnership.membership.policy import require_own_membership


@transaction.atomic
def import_register(*, actor: Actor, partnership: Partnership, lines: Sequence[Line], fingerprint: str) -> Plan:
    """Do what a dry run has shown: enter the competences that are missing, and propose who holds what.

    What somebody imports for a member waits for that member's lead, who is told once; what a lead imports for the own
    agency stands at once.

    Args:
        fingerprint: of the plan that was shown.

    Raises:
        NotAllowed: the actor is read-only or of no active member.
        Invalid: a row is wrong, or nothing would change.
        OutOfTurn: the register has changed since, so that something else would be done than was shown.
    """
    require_own_membership(actor, partnership)
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    planned = plan(actor, partnership, lines)
    if planned.faults or planned.fingerprint != fingerprint:
        raise OutOfTurn("The register has changed since this table was checked. Look again at what it would do now.")
    if not planned.does_something:
        raise Invalid("The register says all of this already.")
    _enter(actor, partnership, planned)
    proposals = [
        Proposal(step.target.competence, step.member, step.after)
        for step in planned.steps
        if step.after is not None and step.member is not None and step.target.competence is not None
    ]
    propose_holdings(actor=actor, partnership=partnership, proposals=proposals, note="From an imported table")
    record(
        verb="competences.imported",
        actor=actor,
        subject=partnership,
        rows=len(planned.steps),
        competences=len(planned.targets),
        proposals=len(proposals),
    )
    return planned


def _enter(actor: Actor, partnership: Partnership, planned: Plan) -> None:
    targets = planned.targets
    entries = [target.entry for target in targets if target.entry is not None]
    descriptions = [target.description for target in targets if target.description is not None]
    made = copy_entries(actor=actor, partnership=partnership, entries=entries) if entries else []
    if descriptions:
        made += write_competences(actor=actor, partnership=partnership, descriptions=descriptions)
    by_name = {competence.name: competence for competence in made}
    for target in targets:
        target.competence = by_name[target.name]
