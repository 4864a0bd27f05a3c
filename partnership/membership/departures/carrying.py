"""What happens on the day on which a member leaves, just before its membership ends."""

from uuid import UUID

from foundation import clock, states
from foundation.audit.services import record
from foundation.notifications.services import withdraw_notices
from partnership.membership import leaving, notices
from partnership.membership.models import Departure, DepartureStatus, HandOver, HandOverStatus, Membership
from partnership.membership.states import DEPARTURE, HAND_OVER

NOBODY = "Nobody took it over."
TAKER_GONE = "Who had agreed to take it over is no active member any more."


def carry_out(membership: Membership) -> Departure | None:
    """Do what a member announced, in the caller's transaction; nothing where nothing is announced.

    Who agreed takes over; all else ends. It also happens when the coordinator ends the membership earlier: what the
    member decided about its own things does not fall away with that.
    """
    announced = Departure.objects.announced().select_for_update(of=("self",)).filter(membership=membership)
    departure = announced.select_related("partnership", "membership__agency").first()
    if departure is None:
        return None
    outcomes = [
        _settle(departure, every, subject) for every in leaving.lists() for subject in every.open_of(membership)
    ]
    changed = {
        question.room: question.on_the_day(departure, departure.choices[question.room])
        for question in leaving.questions()
        # asked since it was announced: nobody decided, so nothing is done
        if question.room in departure.choices
    }
    end(departure, DepartureStatus.EFFECTIVE)
    record(
        verb="membership.departed",
        actor=None,
        subject=departure,
        handed_over=outcomes.count(HandOverStatus.HANDED_OVER),
        ended=outcomes.count(HandOverStatus.ENDED),
        decided=departure.choices,
        changed=changed,
    )
    return departure


def end(departure: Departure, after: str, *, reason: str = "") -> None:
    """Take a departure to its last state; nobody is asked anything about it any more."""
    states.require(DEPARTURE, before=departure.status, after=after, thing="departure")
    departure.status, departure.ended_at, departure.taken_back_reason = after, clock.now(), reason
    if after == DepartureStatus.EFFECTIVE:
        departure.effective_on = min(departure.effective_on, clock.today())
    departure.save(update_fields=["status", "ended_at", "taken_back_reason", "effective_on"])
    withdraw_notices(kind=notices.LEAVES, subject=departure)
    for item in departure.hand_overs.all():
        withdraw_notices(kind=notices.TO_TAKE_OVER, subject=item)


def _settle(departure: Departure, every: leaving.HandOverList, subject: UUID) -> str:
    items = HandOver.objects.select_for_update(of=("self",)).select_related("taker__agency", "answered_by")
    item = items.filter(departure=departure, room=every.room, subject_id=subject).first() or HandOver(
        departure=departure,
        partnership_id=departure.partnership_id,
        leaver_id=departure.membership_id,
        room=every.room,
        subject_id=subject,
    )
    if item.status == HandOverStatus.AGREED and item.taker and item.taker.status == "active":
        every.pass_on(departure, item.subject_id, item.taker, item.answered_by)
        after = HandOverStatus.HANDED_OVER
    else:
        reason = _why_it_ends(item)
        every.end(departure, item.subject_id, reason)
        item.taker, item.reason = None, reason
        after = HandOverStatus.ENDED
    if item.pk:
        states.require(HAND_OVER, before=item.status, after=after, thing="hand-over")
    item.status, item.updated_at = after, clock.now()
    item.save()
    return after


def _why_it_ends(item: HandOver) -> str:
    if item.status == HandOverStatus.ENDS:
        return item.reason
    return TAKER_GONE if item.status == HandOverStatus.AGREED else NOBODY
