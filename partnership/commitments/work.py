"""What commitments add to "My work", to a partnership's page and to a member's."""

from collections.abc import Iterable
from datetime import date

from accounts.people.actor import Actor
from foundation import clock
from foundation.work.needs import Need, register_needs
from partnership.commitments.models import Commitment, Status
from partnership.commitments.selectors import is_overdue
from partnership.engagement.models import Input
from partnership.engagement.panels import input_board
from partnership.membership.models import Membership, Partnership
from partnership.membership.panels import member_board, partnership_board

BUTTONS = {
    Status.PROPOSED: "Accept or decline",
    Status.ACCEPTED: "Say how it stands",
    Status.IN_PROGRESS: "Say how it stands",
    Status.BLOCKED: "Say how it stands",
}
SOON = 14


@register_needs
def ours(actor: Actor) -> list[Need]:
    """Promises of the agency that wait for an answer, or that are due within two weeks."""
    if not actor.may_write:
        return []
    visible = Commitment.objects.visible_to(actor).of_agency(actor).filter(status__in=BUTTONS, owner__status="active")
    today = clock.today()
    return [
        _need(commitment, BUTTONS[Status(commitment.status)])
        for commitment in visible.select_related("partnership").soonest_first()
        if _waits_for_us(commitment, today)
    ]


def _waits_for_us(commitment: Commitment, today: date) -> bool:
    if commitment.status == Status.PROPOSED:
        # while another date is asked for, it is the coordinator's turn
        return commitment.asked_due_on is None
    return (commitment.due_on - today).days <= SOON


@register_needs
def dates_asked_for(actor: Actor) -> list[Need]:
    """For the coordinator: other dates that members ask for before they accept."""
    if not actor.may_write:
        return []
    asked = (
        Commitment.objects.visible_to(actor)
        .awaiting_date()
        .filter(partnership__in=Partnership.objects.coordinated_by(actor))
    )
    return [
        _need(commitment, "Agree or keep the date", who=f"{commitment.owner.agency} asks for another date")
        for commitment in asked.select_related("partnership", "owner__agency").soonest_first()
    ]


@register_needs
def needed_and_late(actor: Actor) -> list[Need]:
    """What other members are late with, and own promises need first."""
    if not actor.may_write:
        return []
    ours = Commitment.objects.visible_to(actor).of_agency(actor).open().filter(owner__status="active")
    late = (
        Commitment.objects.visible_to(actor)
        .overdue(clock.today())
        .filter(dependents__commitment__in=ours)
        .exclude(owner__agency_id=actor.agency_key)
        .distinct()
    )
    return [
        _need(commitment, "See it", who=f"{commitment.owner.agency} is late, and a promise of yours needs it first")
        for commitment in late.select_related("partnership", "owner__agency").soonest_first()
    ]


@register_needs
def blocked_by_us(actor: Actor) -> list[Need]:
    """Promises of other members that wait for the actor's agency."""
    if not actor.may_write:
        return []
    waiting = Commitment.objects.visible_to(actor).waiting_for(actor).select_related("partnership", "owner__agency")
    return [
        _need(commitment, "See what is missing", who=f"{commitment.owner.agency} waits for your agency")
        for commitment in waiting.soonest_first()
    ]


@register_needs
def to_verify(actor: Actor) -> list[Need]:
    """For the coordinator: what other members claim done."""
    if not actor.may_write:
        return []
    claimed = (
        Commitment.objects.visible_to(actor)
        .awaiting_verification()
        .filter(partnership__coordinator_id=actor.agency_id)
        .exclude(owner__agency_id=actor.agency_key)
    )
    return [
        _need(commitment, "Verify", who=f"{commitment.owner.agency} says that it is done")
        for commitment in claimed.select_related("partnership", "owner__agency").soonest_first()
    ]


def _need(commitment: Commitment, action: str, *, who: str = "") -> Need:
    return Need(
        what=commitment.promise,
        where=commitment.partnership.name,
        group=commitment.partnership.slug,
        action=action,
        url=commitment.get_absolute_url(),
        due_on=commitment.due_on,
        who=who,
    )


def _with_overdue(commitments: Iterable[Commitment]) -> list[tuple[Commitment, bool]]:
    return [(commitment, is_overdue(commitment)) for commitment in commitments]


def of_partnership(actor: Actor, partnership: Partnership) -> dict[str, object]:
    """The next commitments of a partnership, on its page."""
    visible = Commitment.objects.visible_to(actor).under_way().filter(partnership=partnership)
    return {"commitments": _with_overdue(visible.select_related("partnership", "owner__agency").soonest_first()[:5])}


def of_member(actor: Actor, membership: Membership) -> dict[str, object]:
    """What a member promised and has not finished, on its page."""
    visible = Commitment.objects.visible_to(actor).open().filter(owner=membership)
    return {"commitments": _with_overdue(visible.select_related("partnership", "owner__agency").soonest_first())}


def of_input(actor: Actor, found: Input) -> dict[str, object]:
    """What was promised because of an input, ended ones included, on its page."""
    visible = Commitment.objects.visible_to(actor).filter(input=found).select_related("partnership", "owner__agency")
    return {
        "commitments": _with_overdue(visible.soonest_first()),
        "public_id": found.public_id,
        "is_open_to_promises": Input.objects.taken_up().filter(pk=found.pk).exists(),
    }


input_board.register(10, "commitments/panel_input.html", of_input)
partnership_board.register(10, "commitments/panel_partnership.html", of_partnership)
member_board.register(20, "commitments/panel_member.html", of_member)
