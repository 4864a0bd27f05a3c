"""Search finds what plain reading finds, among what somebody may see, and behind each wall alone."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation import clock
from infosharing.notes import searching
from infosharing.notes.audiences import Choice
from infosharing.notes.handling import Handling
from infosharing.notes.models import Note
from infosharing.notes.searching import Excerpt, count_notes, excerpts, find_notes
from infosharing.notes.selectors import Place
from infosharing.notes.services import accept_conditions, edit_note, share_note, withdraw_note
from infosharing.notes.wall import SEEN, SEEN_AMONG
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_newest import place
from tests.infosharing.test_walls import SEES, SIGNED_IN, names
from tests.world import World
from tests.world.cast import marker
from tests.world.roles import as_owner

# what a note can be searched for: each note of the world gets some of these words, by its place in it
TEXTS = (
    "Containers were moved at night from the harbour",
    "The harbour police checked a container; nobody was running",
    "Shell companies buy harbour bars, and the running costs are paid in cash",
    "Night watch at the quay: containers of fruit",
    "Fruit company with cash, without staff",
)
QUERIES = (
    "container", "containers", "running", "runnin", "ru", "harbour container", "harbour -night", "fruit or cash",
    '"harbour police"', '"police harbour"', '"moved at night"', "fruit contain", "night OR watch cash", "was", "x",
    "nothing-of-this", "cash fruit harbour", "-harbour", "companies", "company cas", '"night watch" fru', "note",
)  # fmt: skip

# what a count asks, without wall one
GRANTS_OF_FOUND = """
    SELECT content_object_id FROM grants_notegroupgrant WHERE content_object_id = ANY(ARRAY(SELECT id FROM found))
    UNION
    SELECT content_object_id FROM grants_noteusergrant WHERE content_object_id = ANY(ARRAY(SELECT id FROM found))
"""


@cache
def stem(word: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (ts_lexize('english_stem', %s))[1]", [word])
        # a stop word, which that dictionary drops, stands for itself here
        return cursor.fetchone()[0] or word


class Oracle:
    """Reads a text as a person would: words in order, no index, no query of PostgreSQL's."""

    def __init__(self, text: str) -> None:
        self.words = re.findall(r"\w+", text.lower())
        self.stems = [stem(word) for word in self.words]

    def has(self, query: str) -> bool:
        groups = re.split(r"\s+or\s+", query, flags=re.IGNORECASE)
        return any(self._all(group, last=group is groups[-1]) for group in groups)

    def _all(self, group: str, *, last: bool) -> bool:
        terms = re.findall(r'-?"[^"]*"|\S+', group)
        return all(self._one(term, last=last and term is terms[-1]) for term in terms)

    def _one(self, term: str, *, last: bool) -> bool:
        if term.startswith("-"):
            return not self._one(term[1:], last=False)
        wanted = [stem(word) for word in re.findall(r"\w+", term.lower())]
        size = len(wanted)
        if any(self.stems[at : at + size] == wanted for at in range(len(self.stems) - size + 1)):
            return True
        begun = last and len(term) > 1 and term.isalnum()
        return begun and any(word.startswith(term.lower()) for word in self.words)


@pytest.fixture
def told(world: World) -> World:
    """The world, in which notes say something."""
    with as_owner():
        for number, note in enumerate(world.notes.values()):
            note.body = TEXTS[number % len(TEXTS)]
            note.title = f"Note {marker('x')} number{number}"
            note.save()
    return world


def wanted(world: World, persona: str, query: str) -> set[str]:
    return {name for name in SEES[persona] if Oracle(f"{world.notes[name].title} {world.notes[name].body}").has(query)}


def found(world: World, persona: str, query: str) -> set[str]:
    return names(world, find_notes(world.actor(persona), query, limit=100))


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_everybody_finds_what_reading_would_find_among_what_they_see(told: World, persona: str) -> None:
    with sight(told.person(persona).pk):
        for query in QUERIES:
            assert found(told, persona, query) == wanted(told, persona, query), query
            assert count_notes(told.actor(persona), query) == len(wanted(told, persona, query)), query


def test_the_questions_have_answers_of_every_size(told: World) -> None:
    sizes = {query: len(wanted(told, "staff_police", query)) for query in QUERIES}
    assert sizes["containers"] == sizes["container"] > 0
    assert min(sizes["runnin"], sizes['"moved at night"'], sizes["fruit or cash"], sizes["harbour -night"]) > 0
    assert sizes['"police harbour"'] == sizes["nothing-of-this"] == 0


def keys_alone(world: World, persona: str, query: str) -> set[int]:
    with connection.cursor() as cursor:
        asked = searching._asked(world.actor(persona), query, most=100, before=None)
        cursor.execute(f"SELECT {searching.FUNCTION}", asked)
        return {key for (key,) in cursor.fetchall()}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_function_alone_gives_no_key_beyond_what_the_reader_sees(told: World, persona: str) -> None:
    """Neither wall behind it: what only it keeps."""
    with sight(told.person(persona).pk):
        for query in QUERIES:
            keys = {told.notes[name].pk for name in wanted(told, persona, query)}
            assert keys_alone(told, persona, query) == keys, query


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_each_wall_alone_holds_back_what_a_broken_function_gives(
    told: World, persona: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function that gives all keys there are."""
    every = f"unnest(ARRAY{[note.pk for note in told.notes.values()]}::bigint[])"
    for query in ("FOUND", "COUNTED"):
        monkeypatch.setattr(searching, query, getattr(searching, query).replace(searching.FUNCTION, every))
    with as_owner():
        assert found(told, persona, "harbour") == SEES[persona]
        assert count_notes(told.actor(persona), "harbour") == len(SEES[persona])
    monkeypatch.setattr(searching, "FOUND", searching.FOUND.replace(SEEN.format(note="found.id"), "true"))
    among = SEEN_AMONG.format(notes="ARRAY(SELECT id FROM found)")
    assert among in searching.COUNTED
    monkeypatch.setattr(searching, "COUNTED", searching.COUNTED.replace(among, GRANTS_OF_FOUND))
    with sight(told.person(persona).pk):
        assert found(told, persona, "harbour") == SEES[persona]
        assert count_notes(told.actor(persona), "harbour") == len(SEES[persona])
        shown = excerpts(told.actor(persona), list(told.notes.values()), "harbour")
        assert set(shown) == {told.notes[name].pk for name in SEES[persona]}


def test_without_a_reader_it_fails(told: World) -> None:
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        keys_alone(told, "staff_police", "harbour")


def test_the_entries_are_out_of_the_applications_reach(told: World) -> None:
    with (
        sight(told.person("staff_police").pk),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM notes_searchentry")


ENTRIES = """
    SELECT n.id FROM notes_note n LEFT JOIN notes_searchentry e ON e.note_id = n.id
    CROSS JOIN LATERAL (SELECT coalesce(array_agg(key ORDER BY key), '{}') AS keys FROM (
        SELECT group_id::bigint AS key FROM grants_notegroupgrant WHERE content_object_id = n.id
        UNION ALL SELECT -user_id FROM grants_noteusergrant WHERE content_object_id = n.id) held) live
    WHERE coalesce((SELECT array_agg(key ORDER BY key) FROM unnest(e.keys) key), '{}') IS DISTINCT FROM live.keys
       OR e.note_id IS NOT NULL AND (e.words, e.tlp, e.created_at, e.owner_id, e.partnership_id)
          IS DISTINCT FROM (notes_words(n.title, n.body), n.tlp::varchar, n.created_at, n.owner_id, n.partnership_id)
"""


def require_true_entries() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(ENTRIES)
        assert cursor.fetchall() == []


def test_the_entries_follow_whatever_becomes_of_a_note(world: World) -> None:
    require_true_entries()
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        note = world.notes["own"]
        facts = {"actor": actor, "note": note, "title": "Other", "body": "Sugar on board", "review_on": note.review_on}
        customs = Choice("agencies", members=[world.memberships["customs"]])
        for tlp, choice in (
            ("AMBER", customs),
            ("CLEAR", Choice("partnership")),
            ("RED", Choice("persons", persons=[world.person("lead_customs")])),
            ("AMBER+STRICT", Choice("own_agency")),
            ("AMBER", customs),
        ):
            edit_note(**facts, tlp=tlp, audience=choice)  # type: ignore[arg-type]
            require_true_entries()
            assert note in find_notes(actor, "sugar")
    with sight(world.person("lead_customs").pk):
        assert note in find_notes(world.actor("lead_customs"), "sugar", limit=5)
    with sight(actor.person_id):
        withdraw_note(actor=actor, note=note, reason="Mistaken")
        assert note in find_notes(actor, "sugar")
    require_true_entries()
    with sight(world.person("lead_customs").pk):
        assert note not in find_notes(world.actor("lead_customs"), "sugar")


def test_a_suspended_member_finds_nothing_and_a_named_person_who_moved_does_not_either(told: World) -> None:
    assert "named" in SEES["lead_customs"]
    person = told.people["lead_customs"]
    person.agency = told.agencies["tax"]
    person.save()
    with sight(person.pk):
        assert {told.notes[name].pk for name in SEES["lead_tax"]} == keys_alone(told, "lead_customs", "note")
    membership.suspend_member(actor=told.actor("coordinator"), membership=told.memberships["police"], reason="asked")
    with sight(told.person("lead_police").pk):
        assert keys_alone(told, "lead_police", "note") == set()


def by_hand(world: World, persona: str, query: str, keep: Callable[[Note], bool]) -> set[str]:
    with as_owner():
        notes = {
            name: Note.objects.select_related("owner__agency").get(pk=note.pk) for name, note in world.notes.items()
        }
    return {name for name in wanted(world, persona, query) if keep(notes[name])}


def test_filters_leave_what_they_say(told: World) -> None:
    actor, customs, haven = told.actor("staff_police"), told.agencies["customs"], told.partnerships["haven"]
    at = told.notes["customs"].created_at
    cases: tuple[tuple[dict[str, object], Callable[[Note], bool]], ...] = (
        ({"tlp": "AMBER"}, lambda note: note.tlp == "AMBER"),
        ({"ours": True}, lambda note: note.owner.agency_id == actor.agency_id),
        ({"originator": customs.public_id}, lambda note: note.owner.agency_id == customs.pk),
        ({"originator": customs.public_id, "ours": True}, lambda note: False),
        ({"partnership": haven}, lambda note: note.partnership_id == haven.pk),
        ({"partnership": told.partnerships["hill"]}, lambda note: False),
        ({"since": at}, lambda note: note.created_at >= at),
        ({"until": at}, lambda note: note.created_at < at),
        ({"since": at, "until": at + timedelta(microseconds=1)}, lambda note: note.created_at == at),
    )
    with sight(actor.person_id):
        for filters, keep in cases:
            right = by_hand(told, "staff_police", "note", keep)
            assert names(told, find_notes(actor, "note", limit=100, **filters)) == right, filters
            assert names(told, find_notes(actor, limit=100, **filters)) == right, filters
            assert count_notes(actor, "note", **filters) == len(right)


@pytest.mark.parametrize("query", ["note", "harbour", "fruit or cash"])
def test_page_after_page_gives_every_find_once_newest_first(told: World, query: str) -> None:
    actor = told.actor("staff_police")
    with sight(actor.person_id):
        whole = find_notes(actor, query, limit=100)
        pages: list[Note] = []
        while page := find_notes(actor, query, limit=1, before=place(pages)):
            pages += page
    assert pages == whole == sorted(whole, key=lambda note: (note.created_at, note.pk), reverse=True)
    assert len(whole) > 2


def many(world: World, count: int) -> None:
    """Copies of a note of the police to the whole partnership: more than are read one by one."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notes_note SELECT r.* FROM notes_note n, generate_series(1, %s) i,"
            " LATERAL jsonb_populate_record(n, jsonb_build_object("
            " 'id', nextval(pg_get_serial_sequence('notes_note', 'id')), 'public_id', gen_random_uuid(),"
            " 'title', 'Copy', 'body', 'word' || i %% 7 || ' part' || i,"
            " 'created_at', n.created_at + i / 3 * interval '1 minute')) r WHERE n.id = %s",
            [count, world.notes["partnership"].pk],
        )
        cursor.execute(
            "INSERT INTO grants_notegroupgrant (created_at, granted_at, content_object_id, group_id, permission_id)"
            " SELECT n.created_at, now(), n.id, g.group_id, g.permission_id FROM notes_note n, grants_notegroupgrant g"
            " WHERE n.title = 'Copy' AND g.content_object_id = %s",
            [world.notes["partnership"].pk],
        )


@pytest.mark.parametrize("persona", ["staff_police", "lead_tax", "lead_elsewhere"])
def test_common_and_rare_words_are_found_among_more_than_is_read_one_by_one(world: World, persona: str) -> None:
    many(world, 1_500)
    actor = world.actor(persona)
    with sight(actor.person_id):
        with as_owner():
            seen = list(Note.objects.visible_to(actor).newest_first())
        for query in ("word3", "part7", "part1400", "part77 or part1477", "word1 or word2 or canary", "-word1", "cop"):
            right = [note for note in seen if Oracle(f"{note.title} {note.body}").has(query)]
            assert find_notes(actor, query, limit=26) == right[:26], query
            assert find_notes(actor, query, limit=2000) == right, query
            if len(right) > 30:
                before = Place(right[25].created_at, right[25].pk)
                assert find_notes(actor, query, limit=26, before=before) == right[26:52], query
            assert count_notes(actor, query) == min(len(right), searching.COUNTED_AT_MOST + 1), query
    require_true_entries()


def test_found_words_are_marked_and_nothing_else_is_markup(world: World) -> None:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        note = share_note(
            actor=actor, partnership=world.partnerships["haven"], tlp="AMBER+STRICT", audience=Choice("own_agency"),
            title="<b>Sugar</b> & \ue000spice\ue001", review_on=clock.today() + timedelta(days=9),
            body="**Sugar** <script>alert(1)</script> &lt;img src=x onerror=alert(1)&gt; was running \ue000late",
        )  # fmt: skip
        for query, marked in (
            ("sugar", "<mark>Sugar</mark>"), ("runs", "<mark>running</mark>"), ("runni", "<mark>running</mark>"),
            ("alert", "<mark>alert</mark>(1)"), ("img", ""), ("lt", ""), ("mark", ""), ("<mark>", ""), ("-sugar", ""),
        ):  # fmt: skip
            shown = excerpts(actor, [note], query)[note.pk]
            html = f"{shown.title} {shown.body}"
            assert marked in html, (query, html)
            assert set(re.findall(r"<[^>]*>", html)) <= {"<mark>", "</mark>"}, (query, html)
            assert "\ue000" not in html
            assert "\ue001" not in html


def test_a_text_whose_conditions_are_not_accepted_is_found_and_not_shown(told: World) -> None:
    note, actor = told.notes["customs"], told.actor("staff_customs")
    with as_owner():
        Note.objects.filter(pk=note.pk).update(
            body="Sugar on the quay", title="About the quay", handling=[Handling.CALL_FIRST]
        )
    with sight(actor.person_id):
        notes = find_notes(actor, "sugar")
        assert notes == [note]
        assert excerpts(actor, notes, "sugar")[note.pk] == Excerpt("About the quay", "")
        accept_conditions(actor=actor, note=notes[0])
        assert excerpts(actor, notes, "sugar")[note.pk].body == "<mark>Sugar</mark> on the quay"
    with sight(told.person("staff_police").pk):
        own = told.actor("staff_police")
        assert "Sugar" in excerpts(own, find_notes(own, "sugar"), "sugar")[note.pk].body


ODD = st.text(max_size=60) | st.lists(
    st.sampled_from(["harbour", "night", '"', "-", "or", "OR", "and", "(", ")", ":*", "&", "|", "!", "<->", "'", "\\",
                     "contain", "\0", "%", "%s", "é", "12-AB-34", "a@b.example", "http://x.example/?a=b", "--", "  "]),
    max_size=12,
).map(" ".join)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=ODD)
def test_whatever_is_typed_finds_what_the_same_question_to_every_note_finds(told: World, query: str) -> None:
    query = query.encode("utf-8", "ignore").decode()
    actor = told.actor("staff_police")
    with sight(actor.person_id):
        keys = keys_alone(told, "staff_police", query)
        shown = excerpts(actor, [told.notes["own"]], query)[told.notes["own"].pk]
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM notes_note WHERE notes_words(title, body) @@ notes_query(%s)",
                [query.replace("\0", " ")],
            )
            every = {key for (key,) in cursor.fetchall()}
    assert keys == every & {told.notes[name].pk for name in SEES["staff_police"]}
    assert set(re.findall(r"<[^>]*>", f"{shown.title}{shown.body}")) <= {"<mark>", "</mark>"}


@pytest.fixture
def browser(told: World) -> Client:
    return caller(told, "staff_police")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=ODD)
def test_whatever_is_typed_breaks_no_page(told: World, browser: Client, query: str) -> None:
    query = query.encode("utf-8", "ignore").decode()
    for address in ("/notes/", "/partnerships/haven/notes/"):
        assert browser.get(address, {"q": query}).status_code == 200
    assert browser.get("/notes/", {"q": query, "format": "csv"}).status_code == 200


def test_the_pages_and_programs_find_the_same(told: World) -> None:
    browser, program = caller(told, "staff_police"), caller(told, "client_police")
    titles = {told.notes[name].title for name in wanted(told, "client_police", "fruit")}
    page = browser.get("/notes/", {"q": "fruit"}).content.decode()
    assert f"{len(titles)} notes that you may see" in page
    assert "<mark>fruit</mark>" in page.lower()
    answer = program.get("/api/v1/notes", {"q": "fruit"}).json()
    assert {note["title"] for note in answer["results"]} == titles
    day = told.notes["own"].created_at.date().isoformat()
    narrowed = program.get("/api/v1/notes", {"q": "fruit", "since": day, "until": day, "tlp": "AMBER", "limit": 1})
    assert narrowed.status_code == 200
    assert program.get("/api/v1/notes", {"q": "x" * 201}).status_code == 400
    table = browser.get("/notes/", {"q": "fruit", "format": "csv"}).content.decode()
    assert all(title in table for title in titles)
    assert "No note that you may see has these words" in browser.get("/notes/", {"q": "zzzz"}).content.decode()


def test_the_filters_of_a_page_are_days_of_both_ends_and_survive_to_the_older_page(told: World) -> None:
    browser, day = caller(told, "staff_police"), clock.today()
    today = {"since": day.isoformat(), "until": day.isoformat()}
    assert ">10 notes that you may see" in browser.get("/notes/", {"q": "note", **today}).content.decode()
    for query in ({"until": "0001-01-01"}, {"since": "9999-12-31"}):
        assert "No note that you may see" in browser.get("/notes/", {"q": "note", **query}).content.decode()
    for query in ({"since": "0001-01-01"}, {"until": "9999-12-31"}, {"originator": "nobody"}, {"partnership": "\0"}):
        assert "No note that you may see" not in browser.get("/notes/", {"q": "note", **query}).content.decode()


def test_who_may_be_chosen_as_originator_does_not_follow_from_hidden_notes(told: World) -> None:
    """The same members for somebody who sees every note and for somebody who sees none of theirs."""

    def offered(persona: str) -> set[str]:
        page = caller(told, persona).get("/partnerships/haven/notes/").content.decode()
        select = page.partition('name="originator"')[2].partition("</select>")[0]
        return set(re.findall(r'value="([^"]+)"', select))

    assert offered("lead_tax") == offered("staff_police")
    assert len(offered("lead_tax")) > 3
