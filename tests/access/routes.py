"""Every address of the site, found by walking the resolver, each with a real object and a body that would be taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from foundation import clock
from foundation.audit.models import Event
from foundation.notifications.preferences import unsubscribe_token
from tests.access import (
    agreement_routes,
    attachment_routes,
    auditor_routes,
    barrier_routes,
    catalogue_routes,
    circle_routes,
    commitment_routes,
    competence_routes,
    draft_routes,
    engagement_routes,
    identifier_routes,
    meeting_routes,
    request_routes,
    sharing_routes,
)
from tests.world import PASSWORD, World
from tests.world.cast import marker

# Static files are served before the resolver; there is nothing to guard in them.


@dataclass(frozen=True, slots=True)
class Route:
    """An address pattern as one line of text, and how to fill it in."""

    pattern: str
    parameters: tuple[str, ...]


def walk(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[Route]:
    """Yield every route there is, unnamed ones included."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield Route(pattern, tuple(entry.pattern.regex.groupindex))


def fill_in(route: Route, values: dict[str, Any]) -> str:
    """Return a real address of a route.

    Raises:
        KeyError: nobody said what to put in for one of its parameters.
    """
    for start, address in ADDRESSES.items():
        if route.pattern.startswith(start):
            return address
    other = next((chosen for end, chosen in OTHER_OBJECTS.items() if route.pattern.endswith(end)), {})

    def value(match: re.Match[str]) -> str:
        parameter = match[1]
        if parameter == "object_id":
            return str(values[route.pattern.partition("<")[0]])
        return str(values[other.get(parameter, parameter)])

    return CONVERTER.sub(value, route.pattern)


CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")

# routes that are regular expressions: an address for what begins like this
ADDRESSES = {
    "/accounts/^password/reset/key/": "/accounts/password/reset/key/1-abc/",
    "/admin/^(?P<app_label>": "/admin/people/",
    "/admin/(?P<url>": "/admin/nothing-here/",
    "/admin/r/": "/admin/r/1/1/",
}

# where the usual object is in the wrong state for the action: the key in `values` of one that is in the right one
OTHER_OBJECTS = {
    "<uuid:subject>/now/": {"subject": "reminded"},
    "/unsubscribe/<str:token>/": {"token": "unsubscribe_token"},
    **agreement_routes.OTHER_OBJECTS,
    **catalogue_routes.OTHER_OBJECTS,
    **commitment_routes.OTHER_OBJECTS,
    **draft_routes.OTHER_OBJECTS,
    **meeting_routes.OTHER_OBJECTS,
    **sharing_routes.OTHER_OBJECTS,
    "/notes/<uuid:note>/readers/remind/": {"note": "recalled_note"},
    "/invitations/<uuid:member>/": {"member": "invited"},
    "/invitations/<uuid:member>/accept/": {"member": "invited"},
    "/invitations/<uuid:member>/decline/": {"member": "invited"},
    "<uuid:member>/reinstate/": {"member": "suspended"},
}


def values(world: World) -> dict[str, Any]:
    """Return what to put in for each parameter: near misses, so that each persona has a claim to some of it."""
    note, member = world.notes["customs"], world.memberships["customs"]
    return {
        **agreement_routes.values(world),
        **attachment_routes.values(world),
        **auditor_routes.values(world),
        **barrier_routes.values(world),
        **catalogue_routes.values(world),
        **circle_routes.values(world),
        **commitment_routes.values(world),
        **competence_routes.values(world),
        **draft_routes.values(world),
        **engagement_routes.values(world),
        **identifier_routes.values(world),
        **meeting_routes.values(world),
        **request_routes.values(world),
        **sharing_routes.values(world),
        "slug": "haven",
        "source": "commitments.due",
        "reminded": world.commitments["check"].public_id,
        "member": member.public_id,
        "membership": member.public_id,
        "invited": world.memberships["invited"].public_id,
        "suspended": world.memberships["suspended"].public_id,
        "responsibility": world.responsibilities["scan"].public_id,
        "note": note.public_id,
        "recalled_note": world.notes["withdrawn"].public_id,
        "prolongation": world.prolongations["asked"].public_id,
        "recall": world.recalls["withdrawn"].public_id,
        "notice": world.notice_id,
        "unsubscribe_token": unsubscribe_token(world.people["lead_customs"].public_id, "notes.shared"),
        "agency": world.agencies["customs"].public_id,
        "partnership": world.partnerships["haven"].public_id,
        # administration, by where its pages begin
        "/admin/agencies/agency/": world.agencies["customs"].pk,
        "/admin/people/person/": world.people["lead_customs"].pk,
        "/admin/clients/client/": world.clients["client_police"].pk,
        "/admin/audit/event/": Event.objects.earliest("pk").pk,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """Return, by route, a body that the right persona's POST is taken with."""
    later = (clock.today() + timedelta(days=60)).isoformat()
    members = world.memberships
    duty = {"duty": "Watch", "measure": "Counted", "period": "weekly", "accountable": members["police"].pk}
    note = {
        "title": f"New {marker('posted')}",
        "body": "text",
        "tlp": "AMBER",
        "audience": "agencies",
        "agencies": [members["company"].pk],
        "review_on": later,
    }
    about = {"name": "Renamed", "city": "Haven", "purpose": "To see", "review_date": later}
    partnership, one_duty = (
        "/partnerships/<slug:slug>/",
        "/partnerships/<slug:slug>/responsibilities/<uuid:responsibility>/",
    )
    reason = {"reason": "Because it is tested"}
    return {
        **agreement_routes.bodies(world),
        **attachment_routes.bodies(world),
        **auditor_routes.bodies(world),
        **barrier_routes.bodies(world),
        **catalogue_routes.bodies(world),
        **circle_routes.bodies(world),
        **commitment_routes.bodies(world),
        **competence_routes.bodies(world),
        **draft_routes.bodies(world),
        **engagement_routes.bodies(world),
        **identifier_routes.bodies(world),
        **meeting_routes.bodies(world),
        **request_routes.bodies(world),
        **sharing_routes.bodies(world),
        "/notes/<uuid:note>/accept/": {},
        "/notes/recalls/<uuid:recall>/acknowledge/": {},
        "/notes/<uuid:note>/readers/remind/": {},
        "/accounts/login/": {"login": "staff_police@haven.example", "password": PASSWORD},
        "/settings/": {"name": "Somebody", "function": "Liaison", "language": "nl"},
        "/partnerships/<slug:slug>/reminders/<str:source>/": {
            "rung-TOTAL_FORMS": "1",
            "rung-INITIAL_FORMS": "0",
            "rung-0-days": "3",
            "rung-0-unit": "days",
            "rung-0-side": "before",
            "rung-0-audience": "lead",
        },
        "/settings/mail/": {"cadence": "daily", "gathered_at": "08:00", "weekday": "0"},
        "/partnerships/new/": {**about, "slug": "brand-new"},
        partnership + "edit/": about,
        partnership + "members/invite/": {"agency": world.agencies["elsewhere"].pk, "role": "expert"},
        partnership + "members/<uuid:member>/representatives/": {"representative": world.people["staff_customs"].pk},
        partnership + "members/<uuid:member>/suspend/": reason,
        partnership + "members/<uuid:member>/reinstate/": reason,
        partnership + "members/<uuid:member>/withdraw/": reason,
        "/invitations/<uuid:member>/decline/": reason,
        partnership + "responsibilities/new/": duty,
        one_duty + "edit/": duty,
        one_duty + "decline/": reason,
        one_duty + "ask/": reason,
        one_duty + "end/": reason,
        partnership + "notes/new/": note,
        partnership + "notes/conventions/": {"grading": "4x4"},
        partnership + "notes/prolongations/<uuid:prolongation>/answer/": {"agreed": "yes"},
        "/notes/<uuid:note>/prolong/": {
            "until": (clock.today() + timedelta(days=120)).isoformat(),
            "reason": "Needed for the trial",
        },
        "/notes/<uuid:note>/edit/": note,
        "/notes/<uuid:note>/withdraw/": reason,
        "/api/oauth/token": {
            "grant_type": "client_credentials",
            "client_id": "id-client_reader",
            "client_secret": "secret-client_reader",
        },
        "/api/v1/notes": {
            "partnership": "haven",
            "title": f"New {marker('posted')}",
            "body": "text",
            "tlp": "AMBER",
            "audience": {"agencies": [str(world.agencies["company"].public_id)]},
            "review_on": later,
        },
        "/api/v1/notes/<uuid:note>/withdrawal": reason,
    }
