"""Promises that repeat: when one ends, the next one is made in the same transaction."""

from django.db.models import Max

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from partnership.commitments.models import Commitment, Status, What
from partnership.commitments.recurrence import day_after
from partnership.commitments.services.common import note_change, set_contributors
from partnership.competences.checking import holds
from partnership.membership.models import Membership, MembershipStatus


def make_next(actor: Actor, ended: Commitment) -> Commitment | None:
    """Make the next one of a series, accepted already; None where nothing follows.

    None follows either where the member does not hold any more what it takes; the history says so.

    It is due on the first day of the rhythm that is still to come, and keeps member, person, contributors and all that
    was agreed. A person who left, and members that are not active any more, are left out; the database refuses a second
    one of the same day.
    """
    if not ended.rule or ended.series is None or ended.owner.status != MembershipStatus.ACTIVE:
        return None
    last = Commitment.objects.filter(series=ended.series).aggregate(last=Max("occurs_on"))["last"]
    day = day_after(ended.rule, last, max(last, clock.today()))
    if day is None:
        return None
    if ended.competence is not None and not holds(ended.competence, ended.owner):
        reason = f"{ended.owner.agency.name} does not hold “{ended.competence}” any more."
        note_change(actor, ended, before=ended.status, what=What.SERIES_ENDED, reason=reason)
        return None
    person = ended.person
    is_there = person is not None and person.is_active and person.agency_id == ended.owner.agency_id
    following = Commitment.objects.create(
        partnership=ended.partnership,
        promise=ended.promise,
        owner=ended.owner,
        person=person if is_there else None,
        responsibility=ended.responsibility,
        clause=ended.clause,
        input=ended.input,
        competence=ended.competence,
        approaches=ended.approaches,
        due_on=day,
        done_when=ended.done_when,
        rule=ended.rule,
        series=ended.series,
        occurs_on=day,
        status=Status.ACCEPTED,
        proposed_by=ended.proposed_by,
        created_at=clock.now(),
    )
    set_contributors(following, Membership.objects.active().filter(contributions__commitment=ended))
    note_change(actor, following, before="", reason=f"Follows the one of {ended.occurs_on:%-d %B %Y}.")
    record(verb="commitments.repeated", actor=actor, subject=following, after=str(ended.public_id))
    return following
