"""Telling a member's leads what was proposed of it: each change by its name, several of one table in one notice."""

from collections.abc import Sequence

from accounts.people.actor import Actor
from foundation.notifications.services import notify
from foundation.notifications.tasks import deliver_soon
from partnership.competences import notices
from partnership.competences.models import Change


def tell_leads(actor: Actor, changes: Sequence[Change]) -> None:
    """Queue one notice for each member's leads about what waits for them, in the caller's transaction."""
    by_member: dict[int, list[Change]] = {}
    for change in changes:
        by_member.setdefault(change.membership_id, []).append(change)
    for of_member in by_member.values():
        _tell(actor, of_member)
    if changes:
        deliver_soon()


def _tell(actor: Actor, changes: Sequence[Change]) -> None:
    first = changes[0]
    leads = first.membership.agency.people.active().human().leads()
    common = {
        "recipients": leads.values_list("pk", flat=True),
        "by": actor.agency_name,
        "partnership": first.competence.partnership.name,
        "slug": first.competence.partnership.slug,
    }
    if len(changes) == 1:
        notify(kind=notices.TO_CONFIRM, subject=first, occasion="proposed", competence=first.competence.name, **common)
    else:
        notify(
            kind=notices.SEVERAL_TO_CONFIRM,
            subject=first.membership,
            occasion=str(first.public_id),
            number=str(len(changes)),
            **common,
        )
