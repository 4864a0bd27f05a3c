"""Who holds what: proposed by a colleague or the coordinator, confirmed by the member's lead, every change kept."""

from collections.abc import Sequence

from django.db import transaction

from accounts.people.actor import Actor
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import withdraw_notices
from partnership.competences import notices
from partnership.competences.facts import Facts
from partnership.competences.models import Change, ChangeKind, ChangeStatus, Competence, Holding
from partnership.competences.services import changes
from partnership.competences.services.changes import Proposal
from partnership.competences.services.statements import follow
from partnership.competences.services.telling import tell_leads
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import may_coordinate, require_own_membership


@transaction.atomic
def propose_holding(
    *, actor: Actor, competence: Competence, membership: Membership, facts: Facts, note: str = ""
) -> Change:
    """Propose that the register say how a member holds a competence: that it does, or that it does otherwise.

    What the member's own lead proposes is confirmed with it.

    Raises:
        NotAllowed: the actor is neither of that member nor coordinates, or is read-only.
        Invalid: the member is not active here, a fact does not hold together, or nothing would change.
        OutOfTurn: the competence was retired, or a change of it is waiting for its answer.
    """
    proposal = Proposal(competence, membership, facts)
    return propose_holdings(actor=actor, partnership=competence.partnership, proposals=[proposal], note=note)[0]


@transaction.atomic
def propose_holdings(
    *, actor: Actor, partnership: Partnership, proposals: Sequence[Proposal], note: str = ""
) -> list[Change]:
    """Propose several at once, as `propose_holding` does each; each lead is told once of all that waits.

    Raises:
        NotAllowed, Invalid, OutOfTurn: as there; then nothing is proposed.
    """
    for membership in {one.membership.pk: one.membership for one in proposals}.values():
        _require_proposer(actor, partnership, membership)
    _lock(partnership)
    return _propose(actor, partnership, changes.compared(partnership, proposals, note))


@transaction.atomic
def propose_end(*, actor: Actor, holding: Holding, reason: str) -> Change:
    """Propose that a member holds a competence no more.

    Raises:
        NotAllowed: the actor is neither of that member nor coordinates, or is read-only.
        Invalid: no reason was given.
        OutOfTurn: it has ended, or a change of it is waiting for its answer.
    """
    _require_proposer(actor, holding.partnership, holding.membership)
    if not reason.strip():
        raise Invalid("Say why, so that the others understand.", field="reason")
    _lock(holding.partnership)
    _require_in_use(holding.competence)
    lasting = changes.lasting_of([(holding.competence_id, holding.membership_id)])
    if not lasting:
        raise OutOfTurn("This member holds it no more.")
    (before,) = map(Facts.of, lasting.values())
    ending = changes.change_of(holding.competence, holding.membership, ChangeKind.END, before, None, reason)
    return _propose(actor, holding.partnership, [ending])[0]


@transaction.atomic
def confirm_change(*, actor: Actor, change: Change) -> Change:
    """Confirm, as the member's lead, what was proposed: the register says it from now on.

    Raises:
        NotAllowed: the actor is not that member's lead.
        OutOfTurn: it is not waiting for an answer, or what it needs first was retired meanwhile.
    """
    _lock(change.partnership)
    _require_in_use(change.competence)
    change = _waiting(change)
    _require_lead(actor, change)
    _confirm(actor, change.partnership, [change])
    withdraw_notices(kind=notices.TO_CONFIRM, subject=change)
    return change


@transaction.atomic
def confirm_changes(*, actor: Actor, membership: Membership, shown: Change) -> int:
    """Confirm at once, as the member's lead, all that waits up to a change: what the lead was shown.

    Args:
        shown: the newest that was on the page; what was proposed since waits to be looked at.

    Returns:
        How many.

    Raises:
        NotAllowed: the actor is not that member's lead.
        OutOfTurn: nothing of it waits any more.
    """
    _lock(membership.partnership)
    _require_lead(actor, shown)
    waiting = Change.objects.to_answer_by(actor).filter(
        membership=membership, pk__lte=shown.pk, competence__retired_at__isnull=True
    )
    confirmed = list(
        waiting.select_related("partnership", "competence__partnership", "membership__agency")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not confirmed:
        raise OutOfTurn("All of it has been answered already.")
    _confirm(actor, membership.partnership, confirmed)
    for change in confirmed:
        withdraw_notices(kind=notices.TO_CONFIRM, subject=change)
    return len(confirmed)


@transaction.atomic
def decline_change(*, actor: Actor, change: Change, reason: str) -> Change:
    """Decline, as the member's lead, what was proposed, saying what is wrong.

    Raises:
        NotAllowed: the actor is not that member's lead.
        Invalid: no reason was given.
        OutOfTurn: it is not waiting for an answer.
    """
    if not reason.strip():
        raise Invalid("Say what is wrong, so that it can be put right.", field="reason")
    change = _waiting(change)
    _require_lead(actor, change)
    return _answer(actor, change, ChangeStatus.DECLINED, reason.strip())


@transaction.atomic
def take_back_change(*, actor: Actor, change: Change) -> Change:
    """Take back what one's agency proposed, before it is answered.

    Raises:
        NotAllowed: the actor is neither of that member nor coordinates, or is read-only.
        OutOfTurn: it is not waiting for an answer.
    """
    _require_proposer(actor, change.partnership, change.membership)
    return _answer(actor, _waiting(change), ChangeStatus.TAKEN_BACK, "")


def _propose(actor: Actor, partnership: Partnership, proposed: list[Change]) -> list[Change]:
    changes.write(actor, proposed)
    own: list[Change] = []
    others: list[Change] = []
    for change in proposed:
        is_own = actor.is_lead and actor.agency_id == change.membership.agency_id
        (own if is_own else others).append(change)
    if own:
        _confirm(actor, partnership, own)
    tell_leads(actor, others)
    return proposed


def _confirm(actor: Actor, partnership: Partnership, confirmed: list[Change]) -> None:
    changes.take_over(partnership, confirmed)
    changes.answer(actor, confirmed, ChangeStatus.CONFIRMED)
    follow(partnership)


def _answer(actor: Actor, change: Change, after: str, reason: str) -> Change:
    changes.answer(actor, [change], after, reason)
    withdraw_notices(kind=notices.TO_CONFIRM, subject=change)
    return change


def _require_proposer(actor: Actor, partnership: Partnership, membership: Membership) -> None:
    if membership.partnership_id != partnership.pk or membership.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="membership")
    own = require_own_membership(actor, partnership)
    if own.pk != membership.pk and not may_coordinate(actor, partnership):
        raise NotAllowed("What a member can do is for its own people and the coordinator to propose.")


def _require_lead(actor: Actor, change: Change) -> None:
    member = change.membership
    theirs = member.agency_id == actor.agency_id and member.status == MembershipStatus.ACTIVE
    if not (actor.is_lead and theirs):
        raise NotAllowed("Only this member's lead may answer: the register says what the member itself confirms.")


def _lock(partnership: Partnership) -> None:
    # two people at once must not both find that nothing waits, nor make the same statement
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)


def _require_in_use(competence: Competence) -> None:
    if Competence.objects.get(pk=competence.pk).retired_at is not None:
        raise OutOfTurn("This competence was taken out of use.")


def _waiting(change: Change) -> Change:
    found = (
        Change.objects.select_related("partnership", "competence__partnership", "membership__agency")
        .select_for_update(of=("self",))
        .get(pk=change.pk)
    )
    if found.status != ChangeStatus.PROPOSED:
        raise OutOfTurn("This change has been answered already.")
    return found
