"""What departures add to "My work", to the partnership's page and to the leaving member's."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from partnership.membership import leaving
from partnership.membership.departures import selectors
from partnership.membership.models import Departure, HandOver, Membership, Partnership
from partnership.membership.panels import member_board, partnership_board


@register_needs
def to_arrange(actor: Actor) -> list[Need]:
    """For the coordinator and the member's leads: what a leaving member still has to hand over."""
    if not actor.may_write:
        return []
    announced = Departure.objects.visible_to(actor).announced()
    own = announced.filter(membership__agency_id=actor.agency_key) if actor.is_lead else announced.none()
    coordinated = announced.filter(partnership__in=Partnership.objects.coordinated_by(actor))
    needs = []
    for departure in (own | coordinated).select_related("partnership", "membership__agency").order_by("pk"):
        waiting, every = selectors.unsettled(departure)
        if waiting:
            what = f"{departure.membership.agency} leaves: {waiting} of {selectors.counted(every)} not arranged"
            needs.append(_need(departure, what, "Arrange it"))
    return needs


@register_needs
def to_take_over(actor: Actor) -> list[Need]:
    """What the agency is asked to take over."""
    if not actor.may_write:
        return []
    asked = HandOver.objects.asked_of(actor).select_related("departure__partnership", "leaver__agency").order_by("pk")
    needs = []
    for item in asked:
        listed = leaving.list_of(item.room)
        things = listed.describe(actor, item.departure.partnership, [item.subject_id]) if listed else {}
        needs += [
            _need(item.departure, f"Take over from {item.leaver.agency}: {thing.title}", "Answer")
            for thing in things.values()
        ]
    return needs


def _need(departure: Departure, what: str, action: str) -> Need:
    return Need(
        what=what,
        where=departure.partnership.name,
        group=departure.partnership.slug,
        action=action,
        url=departure.get_absolute_url(),
        due_on=departure.effective_on,
    )


def of_partnership(actor: Actor, partnership: Partnership) -> dict[str, object]:
    """Who leaves, and how far the hand-over is."""
    announced = selectors.departures(actor, partnership).announced()  # type: ignore[attr-defined]
    return {"departures": [(departure, _facts(departure)) for departure in announced]}


def of_member(actor: Actor, membership: Membership) -> dict[str, object]:
    """That the member leaves, or left, and when."""
    seen = selectors.departures(actor, membership.partnership).filter(membership=membership)
    return {"departure": seen.exclude(status="taken_back").order_by("-pk").first()}


def _facts(departure: Departure) -> list[str]:
    waiting, every = selectors.unsettled(departure)
    if not every:
        return ["Nothing to hand over"]
    return [f"{every - waiting} of {selectors.counted(every)} arranged"]


partnership_board.register(2, "membership/panel_departures.html", of_partnership)
member_board.register(1, "membership/panel_departure.html", of_member)
