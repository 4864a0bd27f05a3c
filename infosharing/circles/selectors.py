"""Reads of circles that pages need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Subquery

from accounts.people.actor import Actor
from infosharing.circles.models import Circle, CircleMember, MemberStatus, Step
from infosharing.circles.querysets import own_memberships
from partnership.membership.models import Membership, Partnership


def circles(actor: Actor, partnership: Partnership) -> models.QuerySet[Circle]:
    """Return the circles of a partnership that an actor knows of, each with `our_status`; open ones first."""
    ours = CircleMember.objects.visible_to(actor).filter(
        circle=OuterRef("pk"), membership_id__in=own_memberships(actor), status__in=("invited", "member", "ended")
    )
    known = Circle.objects.visible_to(actor).filter(partnership=partnership)
    return (
        known.annotate(our_status=Subquery(ours.order_by("-pk").values("status")[:1]))
        .select_related("partnership", "keeper__agency")
        .order_by("-status", "name", "pk")
    )


def possible_circles(actor: Actor, partnership: Partnership) -> list[Circle]:
    """Return the circles that the actor may share with: open ones that the agency is in."""
    found = Circle.objects.with_me(actor).open().filter(partnership=partnership)
    return list(found.select_related("keeper__agency").order_by("name", "pk"))


def roster(actor: Actor, circle: Circle) -> list[CircleMember]:
    """Return who is in a circle or invited, to those in it; to others, nobody but themselves."""
    rows = CircleMember.objects.visible_to(actor).filter(circle=circle, status__in=("member", "invited"))
    return list(rows.select_related("membership__agency").order_by("membership__agency__name", "pk"))


def rosters(actor: Actor, groups: Iterable[int], at: datetime | None = None) -> dict[int, list[Membership]]:
    """Return who is in the circles of these groups, or was at a moment: one query.

    Returns:
        By group; a group that is no circle's, or of one that the actor's agency is, or was then, not in, is not there.
    """
    mine = CircleMember.objects.visible_to(actor).filter(membership_id__in=own_memberships(actor))
    rows = CircleMember.objects.visible_to(actor).filter(circle__group__in=list(groups))
    # of circles that the own agency is in, or was at that moment
    if at is None:
        rows = rows.in_it().filter(circle__in=mine.in_it().values("circle"))
    else:
        rows = rows.at(at).filter(circle__in=mine.at(at).values("circle"))
    found: dict[int, list[Membership]] = {}
    for row in rows.select_related("circle", "membership__agency").order_by("membership__agency__name", "pk"):
        found.setdefault(row.circle.group_id, []).append(row.membership)
    return found


def may_be_invited(actor: Actor, circle: Circle) -> models.QuerySet[Membership]:
    """Return the active members that are neither in a circle nor invited, by name."""
    rows = CircleMember.objects.visible_to(actor).filter(circle=circle, status__in=("member", "invited"))
    active = Membership.objects.visible_to(actor).active().filter(partnership=circle.partnership_id)
    return active.exclude(pk__in=rows.values("membership")).select_related("agency").by_agency_name()


WORDS = {
    "made": "made the circle",
    "revised": "changed its name or purpose",
    "invited": "was invited",
    MemberStatus.MEMBER: "joined",
    MemberStatus.DECLINED: "declined",
    MemberStatus.TAKEN_BACK: "was invited; that was taken back",
    MemberStatus.LEFT: "left",
    MemberStatus.REMOVED: "was removed",
    "ended": "ended the circle",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A step as a line of the trail."""

    title: str
    when: datetime
    who: str
    text: str


def trail(actor: Actor, circle: Circle) -> list[Line]:
    """Return what happened in a circle since the actor's agency came, newest first."""
    steps = Step.objects.visible_to(actor).filter(circle=circle).select_related("membership__agency", "by__agency")
    return [
        Line(
            title=f"{step.membership.agency.name if step.membership else 'It'} {WORDS.get(step.what, step.what)}",
            when=step.at,
            who=f"{step.by.name}, {step.by.agency}" if step.by else "",
            text=step.reason,
        )
        for step in steps.order_by("-pk")
    ]


HEAD = ("circle", "keeper", "roster", "state", "our part")


def row(circle: Circle) -> Sequence[object]:
    return (
        circle.name,
        circle.keeper.agency.name,
        "confidential" if circle.is_confidential else "",
        circle.status,
        circle.our_status or "",  # type: ignore[attr-defined]
    )


MEMBER_HEAD = ("agency", "state", "since")


def member_row(row: CircleMember) -> Sequence[object]:
    return (row.membership.agency.name, row.status, row.since.isoformat() if row.since else "")
