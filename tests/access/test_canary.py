"""Every note, file, remark, request and answer holds a marker of its own. No door shows it to who may not see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core import mail
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client

from accounts.people.actor import actor_for
from foundation.notifications import sending
from foundation.notifications.models import Delivery, Notice
from infosharing.notes.models import Note
from tests.access import attachment_routes, circle_routes, draft_routes, identifier_routes
from tests.access.callers import call, callers
from tests.access.routes import Route, bodies, fill_in, values, walk
from tests.access.test_matrix import Undo
from tests.infosharing.test_request_walls import SEES as SEES_REQUESTS
from tests.infosharing.test_walls import SEES
from tests.world import World
from tests.world.cast import PERSONAS, marker
from tests.world.roles import as_owner

QUERIES = (
    "?format=csv",
    "?status=withdrawn",
    "?state=all&whose=ours",
    "?tlp=AMBER",
    "?whose=ours",
    "?limit=200",
    "?before={note}",
    "?q=canary",
    "?q=bod&since=2020-01-01&whose=ours",
    "?whose=to_us&state=open",
    "?whose=asked&state=closed",
)


# who reads the remark of the police on what they hold: themselves, and customs whom it names
REMARK_READERS = {"lead_police", "staff_police", "reader_police", "client_police", "lead_customs", "staff_customs"}


# what no program is given, though its agency's people may read it
ON_PAGES_ALONE = {"remark", "file_removed"}

# what a member decided is its own and the asker's: police asked, tax or customs answered
ANSWERS = {"answer_hidden": "tax", "answer_refused": "tax", "answer_answered": "customs"}


def seen_by(persona: str) -> set[str]:
    """Return all whose marker a persona may see."""
    member = persona.partition("_")[2]
    answers = {name for name, decided in ANSWERS.items() if member in {"police", decided}}
    requests = {f"request_{name}" for name in SEES_REQUESTS.get(persona, set())}
    files = attachment_routes.seen_by(persona)
    return SEES.get(persona, set()) | files | answers | requests | ({"remark"} if persona in REMARK_READERS else set())


def marked(world: World) -> list[str]:
    """Return the names of all that holds a marker."""
    return [*world.notes, *world.attachments, "remark", *(f"request_{name}" for name in world.requests), *ANSWERS]


def leaks(world: World, persona: str, text: str) -> list[str]:
    """Return what has its marker in a text, and the persona may not see."""
    sees = seen_by(persona)
    of_notes = [name for name in marked(world) if name not in sees and marker(name) in text]
    others = (circle_routes, draft_routes, identifier_routes)
    return of_notes + [leak for room in others for leak in room.leaks(persona, text)]


def addresses(world: World, route: Route) -> list[str]:
    """Return a route's address; one for each note where it is of a note, and where the remark stands."""
    known = values(world)
    if "competences/" in route.pattern and {"competence", "member"} & set(route.parameters):
        report, police = world.competences["report"].public_id, world.memberships["police"].public_id
        return [fill_in(route, known), fill_in(route, {**known, "competence": report, "member": police})]
    if "question" in route.parameters:
        return [fill_in(route, {**known, "question": found.public_id}) for found in world.requests.values()]
    if "draft" in route.parameters:
        return [fill_in(route, {**known, "draft": found.public_id}) for found in world.drafts.values()]
    if "attachment" in route.parameters:
        return [fill_in(route, {**known, **wanted}) for wanted in attachment_routes.each(world)]
    notes = world.notes.values() if "note" in route.parameters else [world.notes["customs"]]
    return [fill_in(route, {**known, "note": note.public_id}) for note in notes]


def crawl(world: World, persona: str, client: Client) -> Iterator[tuple[str, str]]:
    """Yield each address with all that its answer says, headers included; of a list, with every query it knows."""
    for route in sorted(set(walk()), key=lambda route: route.pattern):
        if route.pattern.startswith("/admin/") and persona != "site_admin":
            continue
        for address in addresses(world, route):
            with names_looked_up() as known:
                answer = call(client, "GET", address)
            yield address, said(answer)
            if b"format=csv" in answer.content or b'"results"' in answer.content:
                for query in (query for query in QUERIES if known & {EVERY_NAME, *parse_qs(query[1:])}):
                    asked = address + query.format(note=world.notes["customs"].public_id)
                    yield asked, said(call(client, "GET", asked))


EVERY_NAME = "*"


@contextmanager
def names_looked_up() -> Iterator[set[str]]:
    """Gather the names that a view looks for in its query; a query of others gets the answer that none gets."""
    names: set[str] = set()

    def watched(method: str) -> Any:
        original = getattr(QueryDict, method)

        def look(self: QueryDict, *arguments: Any, **more: Any) -> Any:
            names.add(str(arguments[0]) if arguments else EVERY_NAME)
            return original(self, *arguments, **more)

        return look

    with pytest.MonkeyPatch.context() as patch:
        for method in ("__getitem__", "__contains__", "get", "getlist", "dict", "items", "values"):
            patch.setattr(QueryDict, method, watched(method))
        yield names


def said(answer: HttpResponse) -> str:
    return f"{answer.headers} {answer.content.decode(errors='replace')}"


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_export_answer_or_error_shows_a_note_to_who_may_not_see_it_and_who_may_finds_it(
    world: World, persona: str
) -> None:
    """That who may see something finds it shows that the crawl looks where the markers are."""
    client, missing = callers(world)[persona], seen_by(persona)
    missing.discard("request_hill")  # the crawl is one of Haven
    if persona in world.clients:
        missing = missing - ON_PAGES_ALONE if "notes:read" in world.clients[persona].allowed_scopes else set()
    found = {}
    for address, text in crawl(world, persona, client):
        missing = {name for name in missing if marker(name) not in text}
        if leaked := leaks(world, persona, text):
            found[address] = leaked
    assert (found, missing) == ({}, set())


def test_no_change_shows_a_note_or_a_request_to_who_may_not_see_it(world: World) -> None:
    for persona, client in callers(world).items():
        for pattern, body in bodies(world).items():
            for address in changes_of(world, pattern):
                try:
                    with transaction.atomic():
                        answer = call(client, "POST", address, body)
                        assert leaks(world, persona, answer.content.decode(errors="replace")) == [], persona
                        raise Undo
                except Undo:
                    pass


def changes_of(world: World, pattern: str) -> list[str]:
    """Return the addresses of a change, one for each note or request where it is of one; else none."""
    for parameter, things in (("note", world.notes), ("question", world.requests)):
        if f"<uuid:{parameter}>" in pattern:
            route = Route(pattern, (parameter,))
            known = values(world)
            return [fill_in(route, {**known, parameter: thing.public_id}) for thing in things.values()]
    return []


def test_no_mail_holds_anything_of_a_note_and_none_goes_to_who_may_not_see_it(world: World) -> None:
    with as_owner():
        Delivery.objects.update(state="queued", sent_at=None)
    sending.deliver_ready()
    assert mail.outbox
    for message in mail.outbox:
        text = message.message().as_string()
        assert not any(marker(name) in text for name in marked(world))
    told = {(message.to[0], message.body) for message in mail.outbox}
    for note in Notice.objects.filter(kind="notes.shared"):
        with as_owner():
            sees = Note.objects.visible_to(actor_for(note.recipient)).filter(public_id=note.subject_id).exists()
        got = any(to == note.recipient.email and str(note.subject_id) in body for to, body in told)
        assert got <= sees
