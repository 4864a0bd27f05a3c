"""Reads of partnerships and members that pages need."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.utils.text import capfirst

from accounts.people.actor import Actor
from accounts.people.models import Person
from partnership.membership.models import Membership, MembershipChange, Partnership


def partnerships_with_roles(actor: Actor) -> models.QuerySet[Partnership]:
    """Return the partnerships that an actor sees, each with `our_role` and `active_members`."""
    own = Membership.objects.active().of_agency(actor).filter(partnership=OuterRef("pk"))
    active = (
        Membership.objects.active()
        .filter(partnership=OuterRef("pk"))
        .order_by()
        .values("partnership")
        .annotate(number=Count("pk"))
    )
    return (
        Partnership.objects.visible_to(actor)
        .select_related("coordinator")
        .annotate(our_role=Subquery(own.values("role")[:1]), active_members=Subquery(active.values("number")))
        .order_by("name", "pk")
    )


def partnership_row(partnership: Any) -> Sequence[object]:
    return (
        partnership.name,
        partnership.city,
        partnership.status,
        partnership.coordinator.name,
        partnership.our_role,
        partnership.active_members,
        partnership.review_date,
    )


def members(actor: Actor, partnership: Partnership) -> models.QuerySet[Membership]:
    """Return a partnership's memberships of every status, with all that a list shows."""
    return (
        Membership.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("agency", "partnership__coordinator", "representative", "deputy")
        .by_agency_name()
    )


MEMBER_HEAD = ("agency", "role", "status", "sector", "level", "joined on", "left on", "representative", "deputy")


def member_row(member: Membership) -> Sequence[object]:
    return (
        member.agency.name,
        member.role,
        member.status,
        member.agency.sector,
        member.agency.level,
        member.joined_on,
        member.left_on,
        member.representative,
        member.deputy,
    )


def spokespeople(partnership: Partnership) -> set[int]:
    """Return the ids of who speaks for each active member: representative and deputy; where none is named, leads."""
    members = Membership.objects.active().filter(partnership=partnership)
    silent = members.filter(representative__isnull=True, deputy__isnull=True)
    leads = Person.objects.active().human().leads().filter(agency__in=silent.values("agency"))
    named = members.values_list("representative_id", "deputy_id")
    return {*leads.values_list("pk", flat=True), *(person for pair in named for person in pair if person)}


def facts(member: Membership) -> list[dict[str, object]]:
    """Return what a member's page states, in order."""
    agency = member.agency
    return [
        {"key": "Sector and level", "value": capfirst(f"{agency.get_sector_display()}, {agency.get_level_display()}")},
        {"key": "Kind", "value": capfirst(agency.get_kind_display())},
        {"key": "Contact", "value": agency.contact},
        {"key": "Joined on", "value": member.joined_on},
        {"key": "Left on", "value": member.left_on},
        {"key": "Representative", "value": _spokesperson(member.representative, member.representative_mandate)},
        {"key": "Deputy", "value": _spokesperson(member.deputy, member.deputy_mandate)},
    ]


def _spokesperson(person: Any, mandate: str) -> str:
    if person is None:
        return ""
    function = f", {person.function}" if person.function and person.function != person.name else ""
    return f"{person.name}{function}. {mandate}".strip()


def history(member: Membership) -> list[dict[str, object]]:
    """Return the steps of a membership as a timeline, newest first."""
    changes = MembershipChange.objects.filter(membership=member).select_related("by__agency").order_by("-pk")
    return [
        {
            "title": change.after.capitalize(),
            "when": change.at,
            "who": f"{change.by.name}, {change.by.agency}" if change.by else "",
            "text": change.reason,
        }
        for change in changes
    ]
