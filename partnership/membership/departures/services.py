"""Everything that changes a departure: announcing it, arranging who takes over, taking it back, and its day."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.words import required
from partnership.membership import leaving, notices
from partnership.membership.departures import policy
from partnership.membership.departures.carrying import end
from partnership.membership.models import (
    Departure,
    DepartureStatus,
    HandOver,
    HandOverStatus,
    Membership,
    MembershipRole,
    MembershipStatus,
)
from partnership.membership.selectors import spokespeople
from partnership.membership.services import leave_after_notice, lock_member
from partnership.membership.states import HAND_OVER

logger = logging.getLogger(__name__)


@transaction.atomic
def announce_departure(
    *, actor: Actor, membership: Membership, effective_on: date, reason: str, choices: Mapping[str, str]
) -> Departure:
    """Announce, for the actor's agency, that it leaves on a day; until then nothing changes.

    Args:
        choices: an answer to each question that a room asks of who leaves, by the room's name.

    Raises:
        NotAllowed: the actor is no lead of this member.
        Invalid: the day has passed or is before the notice runs out, no reason was given, or a question has no answer.
        OutOfTurn: it coordinates the partnership, is not active, or has announced it already.
    """
    if not policy.leads(actor, membership):
        raise NotAllowed("Only a lead of this member may announce that it leaves.")
    if membership.role == MembershipRole.COORDINATOR:
        raise OutOfTurn("The coordinator cannot leave while it coordinates.")
    membership = lock_member(membership)
    if membership.status != MembershipStatus.ACTIVE:
        raise OutOfTurn("Only an active member leaves with notice.")
    if Departure.objects.announced().filter(membership=membership).exists():
        raise OutOfTurn("It is announced already that this member leaves.")
    _require_notice(membership, effective_on)
    departure = Departure.objects.create(
        partnership=membership.partnership,
        membership=membership,
        noticed_on=clock.today(),
        effective_on=effective_on,
        reason=required(reason),
        choices=_answers(choices),
        announced_by_id=actor.person_id,
        created_at=clock.now(),
    )
    record(verb="membership.departure_announced", actor=actor, subject=departure, effective_on=str(effective_on))
    notify(
        kind=notices.LEAVES,
        recipients=spokespeople(membership.partnership) - {actor.person_id},
        subject=departure,
        occasion="announced",
        agency=membership.agency.name,
        partnership=membership.partnership.name,
        day=effective_on.isoformat(),
        path=departure.get_absolute_url(),
    )
    deliver_soon()
    return departure


@transaction.atomic
def take_back(*, actor: Actor, departure: Departure, reason: str) -> Departure:
    """Take the announcement back: the member stays, and nobody takes anything over.

    Raises:
        NotAllowed: the actor is no lead of this member.
        Invalid: no reason was given.
        OutOfTurn: it has taken effect, or was taken back already.
    """
    if not policy.leads(actor, departure.membership):
        raise NotAllowed("Only a lead of this member may take it back.")
    departure = _locked(departure)
    end(departure, DepartureStatus.TAKEN_BACK, reason=required(reason))
    record(verb="membership.departure_taken_back", actor=actor, subject=departure)
    return departure


@transaction.atomic
def arrange(
    *, actor: Actor, departure: Departure, room: str, subject: UUID, taker: Membership | None, reason: str = ""
) -> HandOver:
    """Ask another member to take something over, or say why it ends with the membership. It may be arranged anew.

    Args:
        room: whose list it is on.
        subject: public id of what is handed over.
        taker: the member that is asked; None for nobody.
        reason: why it ends, where nobody is asked.

    Raises:
        NotAllowed: the actor is neither lead of the leaving member nor the coordinator.
        Invalid: it is not on the list (any more), the taker is not another active member or cannot have it, or it ends
            without a reason.
        OutOfTurn: the departure is not announced any more, or this member has agreed already.
    """
    departure = _locked(departure)
    if departure.status != DepartureStatus.ANNOUNCED:
        raise OutOfTurn("This departure is not announced any more. See first how it stands now.")
    if not policy.may_arrange(actor, departure):
        raise NotAllowed("Only a lead of the leaving member, or the coordinator, may do this.")
    listed = leaving.list_of(room)
    if listed is None or subject not in listed.open_of(departure.membership):
        raise Invalid("This is not on the hand-over list any more.")
    if taker is not None:
        _require_taker(departure, taker)
        listed.may_take(subject, taker)
    item = _item(departure, room, subject)
    after = HandOverStatus.OFFERED if taker else HandOverStatus.ENDS
    if item.pk:
        if taker is not None and item.status == HandOverStatus.AGREED and item.taker_id == taker.pk:
            raise OutOfTurn(f"{taker.agency.name} has agreed to take it over already.")
        states.require(HAND_OVER, before=item.status, after=after, thing="hand-over")
        withdraw_notices(kind=notices.TO_TAKE_OVER, subject=item)
    item.taker, item.status, item.answered_by = taker, after, None
    item.reason = "" if taker else required(reason)
    item.updated_at = clock.now()
    item.save()
    record(verb=f"membership.hand_over_{after}", actor=actor, subject=item, room=room, thing=str(subject))
    if taker is not None:
        _ask(actor, departure, item, taker)
    return item


@transaction.atomic
def agree(*, actor: Actor, item: HandOver) -> HandOver:
    """Agree, for the actor's agency, to take something over on the day.

    Raises:
        NotAllowed: the actor's agency is not asked, or the actor is read-only.
        OutOfTurn: it was answered or arranged otherwise in the meantime.
    """
    return _answer(actor, item, HandOverStatus.AGREED)


@transaction.atomic
def decline(*, actor: Actor, item: HandOver, reason: str) -> HandOver:
    """Decline, for the actor's agency, to take something over, saying why.

    Raises:
        NotAllowed: the actor's agency is not asked, or the actor is read-only.
        Invalid: no reason was given.
        OutOfTurn: it was answered or arranged otherwise in the meantime.
    """
    return _answer(actor, item, HandOverStatus.DECLINED, reason=required(reason))


def let_leave_due() -> int:
    """Let those members leave whose day has come. Returns how many did. The system's own work.

    Each is a transaction of its own: one that fails is logged, tried again at the next call, and holds up no other.
    """
    return sum(_let_leave(key) for key in list(Departure.objects.due(clock.today()).values_list("pk", flat=True)))


def _let_leave(key: int) -> bool:
    try:
        with transaction.atomic():
            found = Departure.objects.select_related("membership").get(pk=key)
            lock_member(found.membership)
            # asked again under the lock: it may have left, or changed its mind, in the meantime
            due = Departure.objects.due(clock.today()).filter(pk=key).exists()
            if due:
                leave_after_notice(membership=found.membership, reason=found.reason)
            return due
    except Exception:
        logger.exception("departure %s did not take effect", key)
        return False


def _answer(actor: Actor, item: HandOver, after: str, *, reason: str = "") -> HandOver:
    departure = _locked(item.departure)
    own = Membership.objects.visible_to(actor).active().of_agency(actor).filter(pk=item.taker_id or 0)
    if not actor.may_write or not own.exists():
        raise NotAllowed("Only staff and leads of the member that is asked may answer.")
    item = _item(departure, item.room, item.subject_id)
    if departure.status != DepartureStatus.ANNOUNCED:
        raise OutOfTurn("This departure is not announced any more. See first how it stands now.")
    states.require(HAND_OVER, before=item.status, after=after, thing="hand-over")
    if not own.filter(pk=item.taker_id or 0).exists():
        raise OutOfTurn("Another member was asked in the meantime.")
    item.status, item.reason, item.answered_by_id = after, reason, actor.person_id
    item.updated_at = clock.now()
    item.save()
    withdraw_notices(kind=notices.TO_TAKE_OVER, subject=item)
    record(verb=f"membership.hand_over_{after}", actor=actor, subject=item, room=item.room)
    return item


def _locked(departure: Departure) -> Departure:
    return (
        Departure.objects.select_related("partnership", "membership__agency", "membership__partnership")
        .select_for_update(of=("self",))
        .get(pk=departure.pk)
    )


def _item(departure: Departure, room: str, subject: UUID) -> HandOver:
    found = HandOver.objects.select_for_update(of=("self",)).filter(departure=departure, room=room, subject_id=subject)
    return found.select_related("taker__agency").first() or HandOver(
        departure=departure,
        partnership_id=departure.partnership_id,
        leaver_id=departure.membership_id,
        room=room,
        subject_id=subject,
    )


def _require_notice(membership: Membership, effective_on: date) -> None:
    if effective_on < clock.today():
        raise Invalid("This day has passed. Choose today or later.", field="effective_on")
    days = leaving.notice_days(membership)
    earliest = clock.today() + timedelta(days=days)
    if effective_on < earliest:
        raise Invalid(
            f"What your agency signed asks for {days} days' notice. Choose {date_format(earliest, 'j F Y')} or later.",
            field="effective_on",
        )


def _answers(choices: Mapping[str, str]) -> dict[str, str]:
    for question in leaving.questions():
        if choices.get(question.room) not in {value for value, _words in question.options}:
            raise Invalid(f"Answer this: {question.label}", field=f"choice_{question.room}")
    return {question.room: choices[question.room] for question in leaving.questions()}


def _require_taker(departure: Departure, taker: Membership) -> None:
    active = Membership.objects.active().filter(pk=taker.pk, partnership=departure.partnership_id)
    if taker.pk == departure.membership_id or not active.exists():
        raise Invalid("Choose another active member of this partnership.", field="taker")


def _ask(actor: Actor, departure: Departure, item: HandOver, taker: Membership) -> None:
    named = {taker.representative_id, taker.deputy_id} - {None}
    leads = Person.objects.active().human().leads().filter(agency=taker.agency_id)
    notify(
        kind=notices.TO_TAKE_OVER,
        recipients={person for person in named or leads.values_list("pk", flat=True) if person} - {actor.person_id},
        subject=item,
        occasion=f"asked-{clock.now().isoformat()}",
        agency=departure.membership.agency.name,
        partnership=departure.partnership.name,
        room=item.room,
        day=departure.effective_on.isoformat(),
        path=departure.get_absolute_url(),
    )
    deliver_soon()
