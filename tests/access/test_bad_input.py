"""Whatever is sent to a form is refused in words, or taken; it breaks nothing, and what is refused changes nothing.

The forms are found by walking the routes that take a body; a new one is covered by its line in tests/access/routes.py.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.forms import CharField, ChoiceField, DateField, Field, Form, ModelChoiceField
from django.http import HttpResponse
from django.test import Client

from tests.access.callers import callers
from tests.access.routes import Route, bodies, fill_in, values, walk
from tests.access.test_matrix import Undo
from tests.world import World
from tests.world.cast import PERSONAS
from tests.world.roles import as_owner

HOSTILE = {
    "nothing": "",
    "blanks": "   ",
    "far too long": "x" * 100_000,
    "a NUL": "a\0b",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}",
    "a number beyond every key": "9" * 30,
    "a negative number": "-1",
    "no number": "NaN",
    "a day that does not exist": "2027-02-30",
    "the last day there is": "9999-12-31",
    "the first day there is": "0001-01-01",
    "a day as people write it": "31/12/2027",
    "no id": "not-a-uuid",
    "a path": "../../etc/passwd",
    "letters of elsewhere": "Ωmega ‮ \N{PILE OF POO}",
    "two values": ["x", "y"],
}
# what is worth trying in one field alone, by its kind; the rest is tried in all fields at once
FOR_ALL = ("nothing", "a NUL")
FOR_KIND: dict[type, tuple[str, ...]] = {
    DateField: ("a day that does not exist", "the last day there is", "the first day there is"),
    ModelChoiceField: ("a number beyond every key", "no number", "two values"),
    ChoiceField: ("two values",),
    CharField: ("far too long", "markup", "letters of elsewhere"),
}
REFUSED = {400, 404, 413, 422}
TAKEN = {200, 302}
# a draft holds what was typed, right or not: it is looked at when it is to be shared
KEEP_WHAT_IS_TYPED = {"/drafts/<uuid:draft>/edit/"}
# for the workers of a parallel run
PARTS = 8
# more fields than this that are alike in all but name were made by a loop
MADE_BY_HAND = 4
TEN_MEGABYTES = "x" * 10_000_000
# show something once, in the answer itself, that a further page would have to keep: a secret, what a change would do
SHOWN_AT_ONCE = {
    "/settings/calendar/new/",
    "/partnerships/<slug:slug>/competences/import/",
    "/partnerships/<slug:slug>/meetings/series/<uuid:series>/edit/",
}
SUMMARY = re.compile(r'class="govuk-error-summary".*?</ul>', re.DOTALL)
ERROR = re.compile(r"<li>(.*?)</li>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")

PARAMETERS = {route.pattern: route for route in walk()}


def forms(world: World) -> dict[str, dict[str, Any]]:
    """Return the body of each page that takes one. Signing in is tested on its own."""
    return {
        pattern: {**body, "csrfmiddlewaretoken": "sent-by-every-form"}
        for pattern, body in bodies(world).items()
        if not pattern.startswith(("/api/", "/accounts/"))
    }


def post(client: Client, address: str, body: dict[str, Any]) -> HttpResponse:
    return client.post(address, {name: value for name, value in body.items() if value is not None})


def who_may(clients: dict[str, Client], pattern: str, address: str, body: dict[str, Any]) -> Client:
    """Return the first persona whose body is taken."""
    for persona in PERSONAS[1:]:
        try:
            with transaction.atomic():
                taken = post(clients[persona], address, body)
                raise Undo
        except Undo:
            if taken.status_code == 200 and pattern in SHOWN_AT_ONCE:
                return clients[persona]
            if taken.status_code == 302 and "/accounts/" not in taken["Location"]:
                return clients[persona]
    raise AssertionError(f"nobody's body is taken by {address}")


def contents() -> dict[str, str]:
    """Return a digest of every table but that of sessions, where messages to the person are."""
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    digests = {}
    with as_owner(), connection.cursor() as cursor:
        for table in sorted(set(tables) - {"django_session"}):
            cursor.execute(f'SELECT md5(string_agg(t::text, $$|$$ ORDER BY t::text)) FROM "{table}" t')
            digests[table] = cursor.fetchone()[0]
    return digests


def refused_in_words(answer: HttpResponse) -> bool:
    """Whether a page says what is wrong, as sentences, in its summary of errors."""
    found = SUMMARY.search(answer.content.decode())
    errors = [TAGS.sub("", error).strip() for error in ERROR.findall(found[0])] if found else []
    return bool(errors) and all(len(error.split()) > 1 and error[-1] in ".!?" for error in errors)


def try_out(client: Client, address: str, body: dict[str, Any]) -> HttpResponse:
    """Send a body. What it did is taken back if it was taken, and stays, to be found, if it was refused."""
    cache.clear()
    try:
        with transaction.atomic():
            answer = post(client, address, body)
            if answer.status_code in TAKEN:
                raise Undo
    except Undo:
        pass
    return answer


def hostile(form: Form | None, body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    fields = dict(form.fields) if form else {}
    names = sorted({*fields, *body} - {"csrfmiddlewaretoken"})
    for name in without_copies(names, fields):
        kinds = (tried for kind, tried in FOR_KIND.items() if isinstance(fields.get(name), kind))
        yield f"{name} is missing", {**body, name: None}
        for what in (*FOR_ALL, *next(kinds, ("no id",))):
            yield f"{name} is {what}", {**body, name: HOSTILE[what]}
    for what, value in HOSTILE.items():
        yield f"everything is {what}", {**body, **dict.fromkeys(names, value)}
    yield "everything is missing", {"csrfmiddlewaretoken": "alone"}
    yield "fields that nobody asked for", {**body, "is_superuser": "on", "pk": "1", "actor": "1", "status": "verified"}


def without_copies(names: list[str], fields: dict[str, Field]) -> list[str]:
    """Return names, but only two of those fields that a loop made, which are alike in all but name."""
    alike: dict[object, list[str]] = {}
    for name in names:
        alike.setdefault(_made_of(name, fields.get(name)), []).append(name)
    return [name for same in alike.values() for name in (same[:2] if len(same) > MADE_BY_HAND else same)]


def _made_of(name: str, field: Field | None) -> object:
    if field is None or isinstance(field, ModelChoiceField):
        return name
    choices = str(list(field.choices)) if isinstance(field, ChoiceField) else ""
    return type(field), type(field.widget), field.required, choices, str(field.validators)


def outsiders(form: Form | None) -> Iterator[tuple[str, Any]]:
    """Yield, for each choice of records, some that it does not offer."""
    for name, field in form.fields.items() if form else ():
        if isinstance(field, ModelChoiceField):
            # past the second wall: what the first one offers, and what it does not
            with as_owner():
                offered = list(field.queryset.values_list("pk", flat=True))
                strangers = list(field.queryset.model._base_manager.exclude(pk__in=offered)[:3])
            for stranger in strangers:
                yield name, getattr(stranger, field.to_field_name or "pk")


def form_of(client: Client, address: str) -> Form | None:
    context = client.get(address).context
    return context.get("form") if context else None


def wrong(world: World, pattern: str, body: dict[str, Any], clients: dict[str, Client]) -> Iterator[str]:
    address = fill_in(PARAMETERS[pattern], values(world))
    client = who_may(clients, pattern, address, body)
    form = form_of(client, address)
    before = contents()
    for what, sent in hostile(form, body):
        answer = try_out(client, address, sent)
        if answer.status_code not in REFUSED | TAKEN:
            yield f"{pattern}: {what}: {answer.status_code}"
        elif answer.status_code == 422 and not refused_in_words(answer):
            yield f"{pattern}: {what}: refused without a sentence"
    for name, stranger in () if pattern in KEEP_WHAT_IS_TYPED else outsiders(form):
        # alone in its place, whatever else is chosen stays
        answer = try_out(client, address, {**body, name: stranger})
        if answer.status_code != 422 or not refused_in_words(answer):
            yield f"{pattern}: {name} is a record that is not offered: {answer.status_code}"
    for what, status in oversized(client, address, body):
        if status not in {400, 413}:
            yield f"{pattern}: {what}: {status}"
    changed = {table for table, digest in contents().items() if digest != before[table]}
    if changed:
        yield f"{pattern}: what was refused changed {changed}"


def oversized(client: Client, address: str, body: dict[str, Any]) -> Iterator[tuple[str, int]]:
    kind = "application/x-www-form-urlencoded"
    huge = urlencode(body, doseq=True) + "&huge=" + TEN_MEGABYTES
    yield "10 MB", client.post(address, huge, content_type=kind).status_code
    many = urlencode({**body, **{f"field-{number}": "x" for number in range(1000)}}, doseq=True)
    yield "1000 fields", client.post(address, many, content_type=kind).status_code


@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks_and_what_it_refuses_changes_nothing(world: World, part: int) -> None:
    clients = callers(world)
    chosen = sorted(forms(world).items())[part::PARTS]
    assert [found for pattern, body in chosen for found in wrong(world, pattern, body, clients)] == []


def test_bytes_that_are_no_text_break_no_form(world: World) -> None:
    clients = callers(world)
    for pattern in forms(world):
        address = fill_in(PARAMETERS[pattern], values(world))
        for kind in (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "a/b",
        ):
            answer = clients["coordinator"].post(address, b"\xff\xfe%GG=%ff&--x\r\n\0", content_type=kind)
            assert answer.status_code < 500, (pattern, kind)


def test_signing_in_with_nonsense_breaks_nothing(world: World) -> None:
    for value in HOSTILE.values():
        for field in ("login", "password", "next"):
            cache.clear()
            body = {"login": "staff_police@haven.example", "password": "wrong-password", field: value}
            answer = Client(raise_request_exception=False).post("/accounts/login/", body)
            assert answer.status_code in {200, 302, 400}, (field, value[:20])


QUERIES = (
    "status=nonsense", "state=nonsense&whose=nobody", "member=not-a-uuid", "member=%00", "tlp=%00&whose=%00",
    "before=not-a-uuid", "before=%00", "before=1&before=2", "format=xml", "format=csv&format=html", "status=%ff%fe",
    "page=-1&page=99999999999999999999", "q=%00", f"q={'x' * 5000}", "&".join(f"f{number}=x" for number in range(400)),
)  # fmt: skip


def test_unknown_doubled_and_broken_filters_break_no_page(world: World) -> None:
    client = callers(world)["coordinator"]
    broken = []
    for route in PARAMETERS.values():
        if route.pattern.startswith(("/admin/", "/api/", "/accounts/")):
            continue
        address = fill_in(route, values(world))
        page = client.get(address)
        if page.status_code != 200:
            continue
        reads = page.streaming or b"format=csv" in page.content or b'method="get"' in page.content
        for query in QUERIES if reads else QUERIES[-1:]:
            status = client.get(f"{address}?{query}").status_code
            if status not in {200, 302, 400, 404}:
                broken.append((address, query[:40], status))
    assert broken == []


ODD = {
    "slug": ("%00", "x" * 5000),
    "uuid": ("not-a-uuid", "00000000-0000-0000-0000-000000000000"),
    "int": ("9" * 30, "0"),
    "str": ("%00", "x" * 5000),
}


def test_addresses_of_nothing_are_not_found(world: World) -> None:
    client = callers(world)["coordinator"]
    found = []
    for route in PARAMETERS.values():
        if route.pattern.startswith(("/admin/", "/accounts/", "/api/")):
            continue
        for kind, name in re.findall(r"<(\w+):(\w+)>", route.pattern):
            for odd in ODD[kind]:
                address = odd_address(route, values(world), name, odd)
                for method in ("get", "post"):
                    status = getattr(client, method)(address).status_code
                    if status not in {403, 404, 405}:
                        found.append((route.pattern, odd[:40], method, status))
    assert found == []


def odd_address(route: Route, known: dict[str, Any], name: str, odd: str) -> str:
    """Return a route's address with one parameter replaced."""
    mark = "111111111"
    pattern = re.sub(rf"<\w+:{name}>", mark, route.pattern)
    return fill_in(Route(pattern, route.parameters), known).replace(mark, odd)
