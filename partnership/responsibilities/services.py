"""Everything that changes a responsibility."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.agreements.models import Clause
from partnership.approaches import Approach
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


@dataclass(frozen=True, slots=True)
class Wording:
    """What is expected, of whom.

    Attributes:
        duty: as a sentence.
        measure: how everybody can see that it is done.
        period: `Period`, how often.
        accountable: the one member that answers for it.
        parts: the members' `Part`; without a responsible one, who is accountable does the work.
        valid_from, valid_until: the days between which it is expected; open where None.
        approaches: `Approach`, none or several.
        clause: of an agreement of the same partnership, which it comes from.
    """

    duty: str
    measure: str
    period: str
    accountable: Membership
    parts: Mapping[Membership, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    approaches: Sequence[str] = ()
    clause: Clause | None = None

    @property
    def all_parts(self) -> dict[Membership, str]:
        parts = dict(self.parts)
        if Part.RESPONSIBLE not in parts.values():
            parts.setdefault(self.accountable, Part.RESPONSIBLE)
        return parts

    @property
    def columns(self) -> dict[str, object]:
        names = ("duty", "measure", "period", "accountable", "valid_from", "valid_until", "clause")
        return {name: getattr(self, name) for name in names} | {"approaches": sorted(set(self.approaches))}


@transaction.atomic
def propose_responsibility(*, actor: Actor, partnership: Partnership, wording: Wording) -> Responsibility:
    """State a duty and ask the accountable member to accept it.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: a member named is not active in this partnership, the accountable one has another part than doing the
            work, the clause is another partnership's, or it ends before it begins.
    """
    require_coordinator(actor, partnership)
    _require_sound(partnership, wording)
    responsibility = Responsibility.objects.create(partnership=partnership, created_at=clock.now(), **wording.columns)
    _set_parts(responsibility, wording.all_parts)
    _note_change(actor, responsibility, before="")
    record(verb="responsibilities.proposed", actor=actor, subject=responsibility)
    _ask(actor, responsibility)
    return responsibility


@transaction.atomic
def reword_responsibility(*, actor: Actor, responsibility: Responsibility, wording: Wording) -> Responsibility:
    """Change a responsibility; whoever is accountable is asked again, since what was accepted has changed.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: as for `propose_responsibility`.
        OutOfTurn: it has ended.
    """
    require_coordinator(actor, responsibility.partnership)
    _require_sound(responsibility.partnership, wording)
    responsibility = _locked(responsibility)
    before = responsibility.status
    if before != Status.PROPOSED:
        states.require(TRANSITIONS, before=before, after=Status.PROPOSED, thing="responsibility")
    withdraw_notices(kind=notices.TO_ACCEPT, subject=responsibility)
    for column, value in wording.columns.items():
        setattr(responsibility, column, value)
    responsibility.status, responsibility.reason = Status.PROPOSED, ""
    responsibility.answered_by, responsibility.answered_at = None, None
    responsibility.save()
    responsibility.parts.all().delete()
    _set_parts(responsibility, wording.all_parts)
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


def ask_for_change(*, actor: Actor, responsibility: Responsibility, reason: str) -> Responsibility:
    """Say, for the accountable member, what should be worded otherwise before it accepts.

    Raises:
        NotAllowed: the actor is not that member's lead.
        Invalid: nothing was said.
        OutOfTurn: it is not waiting for an answer.
    """
    if not reason.strip():
        raise Invalid("Say what should change, in the words that you could accept.", field="reason")
    return _answer(actor, responsibility, Status.CHANGE_ASKED, reason=reason.strip())


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


def _require_sound(partnership: Partnership, wording: Wording) -> None:
    parts = wording.all_parts
    if parts.get(wording.accountable, Part.RESPONSIBLE) != Part.RESPONSIBLE:
        raise Invalid(
            "Who is accountable does the work or lets others do it; it has no other part.", field="accountable"
        )
    named = {wording.accountable.pk, *(membership.pk for membership in parts)}
    active = Membership.objects.active().filter(partnership=partnership, pk__in=named).count()
    if active != len(named):
        raise Invalid("Choose among the active members of this partnership.", field="accountable")
    if not set(parts.values()) <= set(Part.values):
        raise Invalid("A part is responsible, consulted or informed.")
    if not set(wording.approaches) <= set(Approach.values):
        raise Invalid("Choose among the three approaches.", field="approaches")
    clause = wording.clause
    if clause is not None and clause.partnership_id != partnership.pk:
        raise Invalid("Choose a clause of an agreement of this partnership.", field="clause")
    if wording.valid_from and wording.valid_until and wording.valid_until < wording.valid_from:
        raise Invalid("It ends before it begins.", field="valid_until")


def _set_parts(responsibility: Responsibility, parts: Mapping[Membership, str]) -> None:
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
