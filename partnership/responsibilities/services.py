"""Everything that changes a responsibility."""

from collections.abc import Mapping

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import require_coordinator
from partnership.responsibilities import notices
from partnership.responsibilities.models import (
    TRANSITIONS,
    Part,
    Responsibility,
    ResponsibilityChange,
    ResponsibilityPart,
    Status,
)

Parts = Mapping[Membership, str]


@transaction.atomic
def propose_responsibility(
    *,
    actor: Actor,
    partnership: Partnership,
    duty: str,
    measure: str,
    period: str,
    accountable: Membership,
    parts: Parts | None = None,
) -> Responsibility:
    """State a duty and ask the accountable member to accept it.

    Args:
        parts: the other members' part, `Part` by membership.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: a member named is not an active member of this partnership, or has two parts.
    """
    require_coordinator(actor, partnership)
    parts = dict(parts or {})
    _require_members(partnership, accountable, parts)
    responsibility = Responsibility.objects.create(
        partnership=partnership,
        duty=duty,
        measure=measure,
        period=period,
        accountable=accountable,
        created_at=clock.now(),
    )
    _set_parts(responsibility, parts)
    _note_change(actor, responsibility, before="")
    record(verb="responsibilities.proposed", actor=actor, subject=responsibility)
    _ask(actor, responsibility)
    return responsibility


@transaction.atomic
def reword_responsibility(
    *,
    actor: Actor,
    responsibility: Responsibility,
    duty: str,
    measure: str,
    period: str,
    accountable: Membership,
    parts: Parts | None = None,
) -> Responsibility:
    """Change a responsibility; whoever is accountable is asked again, since what was accepted has changed.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: a member named is not an active member of this partnership, or has two parts.
        OutOfTurn: it has ended.
    """
    require_coordinator(actor, responsibility.partnership)
    parts = dict(parts or {})
    _require_members(responsibility.partnership, accountable, parts)
    responsibility = _locked(responsibility)
    before = responsibility.status
    if before != Status.PROPOSED:
        states.require(TRANSITIONS, before=before, after=Status.PROPOSED, thing="responsibility")
    withdraw_notices(kind=notices.TO_ACCEPT, subject=responsibility)
    responsibility.duty, responsibility.measure, responsibility.period = duty, measure, period
    responsibility.accountable = accountable
    responsibility.status, responsibility.reason = Status.PROPOSED, ""
    responsibility.answered_by, responsibility.answered_at = None, None
    responsibility.save()
    responsibility.parts.all().delete()
    _set_parts(responsibility, parts)
    _note_change(actor, responsibility, before=before, reason="reworded")
    record(verb="responsibilities.reworded", actor=actor, subject=responsibility, before=before)
    _ask(actor, responsibility)
    return responsibility


def accept_responsibility(*, actor: Actor, responsibility: Responsibility) -> Responsibility:
    """Accept a duty for the accountable member, by name.

    Raises:
        NotAllowed: the actor is not that member's lead.
        OutOfTurn: it is not waiting for an answer.
    """
    return _answer(actor, responsibility, Status.ACCEPTED)


def decline_responsibility(*, actor: Actor, responsibility: Responsibility, reason: str) -> Responsibility:
    """Decline a duty for the accountable member, saying why: silence must not be the way to refuse.

    Raises:
        NotAllowed: the actor is not that member's lead.
        Invalid: no reason was given.
        OutOfTurn: it is not waiting for an answer.
    """
    if not reason.strip():
        raise Invalid("Say why your agency declines, so that the coordinator can mend it.", field="reason")
    return _answer(actor, responsibility, Status.DECLINED, reason=reason.strip())


@transaction.atomic
def end_responsibility(*, actor: Actor, responsibility: Responsibility, reason: str) -> Responsibility:
    """End a duty; it stays on record.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: it has ended already.
    """
    require_coordinator(actor, responsibility.partnership)
    responsibility = _locked(responsibility)
    before = responsibility.status
    states.require(TRANSITIONS, before=before, after=Status.ENDED, thing="responsibility")
    responsibility.status = Status.ENDED
    responsibility.save(update_fields=["status"])
    withdraw_notices(kind=notices.TO_ACCEPT, subject=responsibility)
    _note_change(actor, responsibility, before=before, reason=reason)
    record(verb="responsibilities.ended", actor=actor, subject=responsibility, before=before)
    return responsibility


@transaction.atomic
def _answer(actor: Actor, responsibility: Responsibility, after: str, reason: str = "") -> Responsibility:
    responsibility = _locked(responsibility)
    accountable = responsibility.accountable
    is_theirs = accountable.agency_id == actor.agency_id and accountable.status == MembershipStatus.ACTIVE
    if not (actor.is_lead and is_theirs):
        raise NotAllowed("Only the accountable member's lead may answer for it.")
    before = responsibility.status
    states.require(TRANSITIONS, before=before, after=after, thing="responsibility")
    responsibility.status, responsibility.reason = after, reason
    responsibility.answered_by_id, responsibility.answered_at = actor.person_id, clock.now()
    responsibility.save(update_fields=["status", "reason", "answered_by", "answered_at"])
    withdraw_notices(kind=notices.TO_ACCEPT, subject=responsibility)
    _note_change(actor, responsibility, before=before, reason=reason)
    record(verb=f"responsibilities.{after}", actor=actor, subject=responsibility, before=before)
    return responsibility


def _locked(responsibility: Responsibility) -> Responsibility:
    return (
        Responsibility.objects.select_related("partnership", "accountable__agency")
        .select_for_update(of=("self",))
        .get(pk=responsibility.pk)
    )


def _require_members(partnership: Partnership, accountable: Membership, parts: Parts) -> None:
    if accountable in parts:
        raise Invalid("The accountable member has that part alone.", field="accountable")
    named = {accountable.pk, *(membership.pk for membership in parts)}
    active = Membership.objects.active().filter(partnership=partnership, pk__in=named).count()
    if active != len(named):
        raise Invalid("Choose among the active members of this partnership.", field="accountable")
    if not set(parts.values()) <= set(Part.values):
        raise Invalid("A part is responsible, consulted or informed.")


def _set_parts(responsibility: Responsibility, parts: Parts) -> None:
    ResponsibilityPart.objects.bulk_create(
        ResponsibilityPart(
            responsibility=responsibility,
            partnership_id=responsibility.partnership_id,
            membership=membership,
            part=part,
        )
        for membership, part in parts.items()
    )


def _ask(actor: Actor, responsibility: Responsibility) -> None:
    agency = responsibility.accountable.agency
    asked = ResponsibilityChange.objects.filter(responsibility=responsibility).count()
    notify(
        kind=notices.TO_ACCEPT,
        recipients=agency.people.active().human().leads().values_list("pk", flat=True),
        subject=responsibility,
        occasion=f"asked-{asked}",
        partnership=responsibility.partnership.name,
        slug=responsibility.partnership.slug,
        by=actor.agency_name,
    )
    deliver_soon()


def _note_change(actor: Actor, responsibility: Responsibility, *, before: str, reason: str = "") -> None:
    ResponsibilityChange.objects.create(
        responsibility=responsibility,
        before=before,
        after=responsibility.status,
        by_id=actor.person_id,
        reason=reason,
        at=clock.now(),
    )
