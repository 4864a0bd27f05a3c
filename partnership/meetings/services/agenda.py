"""The agenda: members bring items in, the coordinator puts them in order; papers to read beforehand."""

from django.db import transaction
from django.db.models import Max

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.words import required
from partnership.meetings import policy
from partnership.meetings.models import (
    AHEAD,
    ITEM_TRANSITIONS,
    AgendaItem,
    ItemKind,
    ItemStatus,
    Meeting,
    Paper,
    PaperReading,
    Status,
)
from partnership.meetings.services.common import locked, require_active, require_state
from partnership.membership.models import Membership
from partnership.membership.policy import may_coordinate, require_coordinator, require_own_membership

OPEN_STATES = (*AHEAD, Status.IN_SESSION)


@transaction.atomic
def propose_item(
    *,
    actor: Actor,
    meeting: Meeting,
    title: str,
    kind: str = ItemKind.DISCUSS,
    minutes: int = 15,
    presenter: Membership,
    purpose: str = "",
) -> AgendaItem:
    """Put an item at the end of the agenda, for the own member; while it sits, coordinator and chair alone may.

    Raises:
        NotAllowed: the actor is read-only or of no active member; or it sits, and the actor does not lead it.
        Invalid: the presenter is no active member, or the minutes are none.
        OutOfTurn: the meeting is closed or cancelled.
    """
    own = require_own_membership(actor, meeting.partnership)
    meeting = locked(meeting)
    require_state(meeting, *OPEN_STATES)
    if meeting.status == Status.IN_SESSION:
        policy.require_runner(actor, meeting)
    _require_item(meeting, kind, minutes, presenter)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting,
        partnership_id=meeting.partnership_id,
        position=last + 1,
        title=title,
        purpose=purpose,
        kind=kind,
        minutes=minutes,
        presenter=presenter,
        proposed_by=own,
        created_by_id=actor.person_id,
        created_at=clock.now(),
    )
    record(verb="meetings.item_proposed", actor=actor, subject=item, meeting=str(meeting.public_id))
    return item


@transaction.atomic
def revise_item(
    *, actor: Actor, item: AgendaItem, title: str, kind: str, minutes: int, presenter: Membership, purpose: str = ""
) -> AgendaItem:
    """Reword an item, or give it other minutes or another presenter.

    Raises:
        NotAllowed: the actor neither coordinates nor is of the member that proposed it.
        Invalid: the presenter is no active member, or the minutes are none.
        OutOfTurn: the meeting sits, is closed or cancelled; or the item was taken off.
    """
    policy.require_item_owner(actor, item)
    meeting, item = _locked_item(item)
    require_state(meeting, *AHEAD)
    _require_open(item)
    _require_item(meeting, kind, minutes, presenter)
    item.title, item.kind, item.minutes = title, kind, minutes
    item.presenter, item.purpose = presenter, purpose
    item.save(update_fields=["title", "kind", "minutes", "presenter", "purpose"])
    record(verb="meetings.item_revised", actor=actor, subject=item)
    return item


@transaction.atomic
def move_item(*, actor: Actor, item: AgendaItem, up: bool) -> AgendaItem:
    """Swap an item with its neighbour above or below; at the end of the agenda nothing moves.

    Raises:
        NotAllowed: the actor does not coordinate.
        OutOfTurn: the meeting is closed or cancelled; or the item was taken off.
    """
    require_coordinator(actor, item.meeting.partnership)
    meeting, item = _locked_item(item)
    require_state(meeting, *OPEN_STATES)
    if item.status == ItemStatus.WITHDRAWN:
        raise OutOfTurn("This item was taken off the agenda.")
    others = meeting.items.on_agenda()
    neighbour = (
        others.filter(position__lt=item.position).order_by("-position").first()
        if up
        else others.filter(position__gt=item.position).order_by("position").first()
    )
    if neighbour is not None:
        # both at once: the database looks at the places when the transaction ends
        item.position, neighbour.position = neighbour.position, item.position
        AgendaItem.objects.bulk_update([item, neighbour], ["position"])
        record(verb="meetings.item_moved", actor=actor, subject=item, position=item.position)
    return item


@transaction.atomic
def withdraw_item(*, actor: Actor, item: AgendaItem, reason: str) -> AgendaItem:
    """Take an item off the agenda, saying why; it stays on record.

    Raises:
        NotAllowed: the actor neither coordinates nor is of the member that proposed it.
        Invalid: no reason was given.
        OutOfTurn: the meeting sits, is closed or cancelled; or the item was taken off before.
    """
    policy.require_item_owner(actor, item)
    reason = required(reason)
    meeting, item = _locked_item(item)
    require_state(meeting, *AHEAD)
    states.require(ITEM_TRANSITIONS, before=item.status, after=ItemStatus.WITHDRAWN, thing="item")
    item.status, item.reason = ItemStatus.WITHDRAWN, reason
    item.save(update_fields=["status", "reason"])
    record(verb="meetings.item_withdrawn", actor=actor, subject=item)
    return item


@transaction.atomic
def add_paper(*, actor: Actor, item: AgendaItem, title: str, link: str = "", text: str = "") -> Paper:
    """Add something to read before an item: a link to where it lies, or its text.

    Raises:
        NotAllowed: the actor is neither of the member that proposed or presents it, nor the coordinator.
        Invalid: link and text are both given, or neither.
        OutOfTurn: the meeting is closed or cancelled; or the item was taken off.
    """
    own = require_own_membership(actor, item.meeting.partnership)
    if not policy.may_add_papers(actor, item):
        raise NotAllowed(policy.PAPERS)
    if bool(link.strip()) == bool(text.strip()):
        raise Invalid("Give a link, or the text itself: one of the two.", field="link")
    meeting, item = _locked_item(item)
    require_state(meeting, *OPEN_STATES)
    if item.status == ItemStatus.WITHDRAWN:
        raise OutOfTurn("This item was taken off the agenda.")
    paper = Paper.objects.create(
        item=item,
        meeting=meeting,
        partnership_id=meeting.partnership_id,
        title=title,
        link=link.strip(),
        text=text.strip(),
        member=own,
        added_by_id=actor.person_id,
        added_at=clock.now(),
    )
    record(verb="meetings.paper_added", actor=actor, subject=paper, item=str(item.public_id))
    return paper


@transaction.atomic
def remove_paper(*, actor: Actor, paper: Paper) -> None:
    """Take a paper away that should not be there.

    Raises:
        NotAllowed: the actor neither coordinates nor is of the member that added it.
        OutOfTurn: the meeting is closed or cancelled.
    """
    own = require_own_membership(actor, paper.meeting.partnership)
    if own.pk != paper.member_id and not may_coordinate(actor, paper.meeting.partnership):
        raise NotAllowed("Only the coordinator, and the member that added a paper, may take it away.")
    meeting = locked(paper.meeting)
    require_state(meeting, *OPEN_STATES)
    record(verb="meetings.paper_removed", actor=actor, subject=paper, title_length=len(paper.title))
    paper.delete()


@transaction.atomic
def read_paper(*, actor: Actor, paper: Paper) -> PaperReading:
    """Note that the actor has read a paper; a second time changes nothing.

    Raises:
        NotAllowed: the actor is read-only or of no active member.
    """
    require_own_membership(actor, paper.meeting.partnership)
    reading, _new = PaperReading.objects.get_or_create(
        paper=paper, person_id=actor.person_id, defaults={"at": clock.now()}
    )
    return reading


def _locked_item(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    meeting = locked(item.meeting)
    return meeting, AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)


def _require_open(item: AgendaItem) -> None:
    if item.status != ItemStatus.OPEN:
        raise OutOfTurn(f"This item is {item.get_status_display()}, so that can no longer be done.")


def _require_item(meeting: Meeting, kind: str, minutes: int, presenter: Membership) -> None:
    if kind not in ItemKind.values:
        raise Invalid("Choose what the item is for.", field="kind")
    if not 1 <= minutes <= 480:
        raise Invalid("Give between 1 and 480 minutes.", field="minutes")
    require_active(meeting.partnership, presenter, field="presenter")
