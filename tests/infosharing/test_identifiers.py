"""Lists that an agency gives: nothing of them is kept but fingerprints, and these are its own people's alone."""

import json
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed
from infosharing.identifiers import entries, selectors, services
from infosharing.identifiers.models import GivenList
from infosharing.identifiers.normalising import fingerprint, normalised, words_of
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.access.identifier_routes import CUSTOMS, POLICE
from tests.access.test_bad_input import contents
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.identifiers import SECRET, give
from tests.world.roles import as_owner

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "static" / "js" / "lists.js"
NODE = next(filter(None, (shutil.which("node", path=str(ROOT / ".venv" / "bin")), shutil.which("node"))), None)

# as people write them, and the words that they are
EXAMPLES = {
    "Jan de Vries": "jan de vries",
    "  jan   DE\tVRIES\u00a0": "jan de vries",
    "VRIES, Jan-Piet": "vries jan piet",
    "O’Brien": "o brien",
    "François Lefèvre": "francois lefevre",
    "Franc\u0327ois": "francois",
    "Straße 12-A": "strasse 12 a",
    "STRASSE 12a": "strasse 12a",
    "Łukasz Ærø Đorđe Œuvre": "lukasz aero dorde oeuvre",
    "İstanbul ıssız": "istanbul issiz",
    "ΟΔΥΣΣΕΥΣ ΟΔΥΣΣΕΥΣ": "οδυσσευσ οδυσσευσ",
    "ﬁne １２３ ½ ㎏": "fine 123 1 2 kg",
    "soft\u00adhyphen zero\u200dwidth": "softhyphen zerowidth",
    '"Vries","Jan de";"1987"': "vries jan de 1987",
    "Иван Йовков": "иван иовков",
    "محمد بن سلمان": "محمد بن سلمان",
    "山田 太郎": "山田 太郎",
    "🚢 ship 👩\u200d👩\u200d👧": "ship",
    "!?…": "",
    "": "",
}  # fmt: skip
SALT = bytes(range(16))
ASK_SCRIPT = """
const { fingerprint, wordsOf } = await import(process.argv[1]);
const texts = JSON.parse(await new Response(process.stdin).text());
const salt = Uint8Array.from({ length: 16 }, (_, place) => place);
const said = texts.map((text) => wordsOf(text).join(" "));
const prints = await Promise.all(said.map((words) => fingerprint(salt, words)));
process.stdout.write(JSON.stringify(said.map((words, place) => [words, btoa(prints[place])])));
"""


def by_script(texts: list[str]) -> list[list[str]]:
    """Return what the page's script makes of texts: their words, and the fingerprint of these."""
    assert NODE is not None
    command = [NODE, "--input-type=module", "--eval", ASK_SCRIPT, "--", SCRIPT.as_uri()]
    ran = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=True, cwd=ROOT)
    answered: list[list[str]] = json.loads(ran.stdout)
    return answered


def by_server(text: str) -> list[str]:
    words = normalised(text)
    return [words, b64encode(fingerprint(SALT, words)).decode()]


@pytest.mark.parametrize(("text", "words"), EXAMPLES.items())
def test_spelling_and_signs_make_no_difference(text: str, words: str) -> None:
    assert normalised(text) == words
    assert normalised(words) == words


@pytest.mark.skipif(NODE is None, reason="no node")
def test_the_page_and_the_server_make_the_same_words_and_fingerprints() -> None:
    texts = list(EXAMPLES)
    assert by_script(texts) == [by_server(text) for text in texts]


@pytest.mark.skipif(NODE is None, reason="no node")
@settings(max_examples=8, deadline=None)
@drawn(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cn"]))))
def test_they_do_whatever_is_written(texts: list[str]) -> None:
    assert by_script(texts) == [by_server(text) for text in texts]


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_lists_holds_alone(world: World, wall: str) -> None:
    names = {given.pk: name for name, given in world.given_lists.items()}
    for persona in SIGNED_IN:
        expected = {"police"} if persona in POLICE else {"customs"} if persona in CUSTOMS else set()
        assert {names[pk] for pk in _seen(world, persona, wall)} == expected, persona


def _seen(world: World, persona: str, wall: str) -> Iterator[int]:
    if wall == "queryset":
        with as_owner():
            yield from GivenList.objects.visible_to(world.actor(persona)).values_list("pk", flat=True)
    else:
        with sight(world.person(persona).pk):
            yield from GivenList.objects.values_list("pk", flat=True)


def test_without_a_reader_every_query_on_lists_fails(world: World) -> None:
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        list(GivenList.objects.all())


@pytest.mark.parametrize("persona", ["staff_police", "reader_police", "lead_customs", "client_police"])
def test_nobody_but_a_lead_of_its_agency_changes_a_list_by_services_or_past_them(world: World, persona: str) -> None:
    given, actor = world.given_lists["police"], world.actor(persona)
    with sight(actor.person_id):
        for attempt in (
            lambda: services.replace_list(actor=actor, given=given, name="Mine", entries={"a b c"}),
            lambda: services.remove_list(actor=actor, given=given),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        assert GivenList.objects.filter(pk=given.pk).update(name="Mine") == 0
        assert GivenList.objects.filter(pk=given.pk)._raw_delete("default") == 0
        forged = GivenList(
            agency=world.agencies["police"], name="Forged", salt=SALT, fingerprints=SALT, count=1,
            given_by=world.person(persona), given_at=given.given_at,
        )  # fmt: skip
        with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            GivenList.objects.bulk_create([forged])


def test_of_what_was_given_nothing_but_fingerprints_stands_in_the_database(world: World) -> None:
    caller(world, "lead_police").post("/settings/lists/new/", {"name": "Suspects", "typed": f"{SECRET}\nGolden Anchor"})
    assert contents()
    tables = connection.introspection.table_names()
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM \"{table}\" t WHERE t::text ~* 'quimby|golden anchor'")
            assert cursor.fetchone() == (0,), table
        kept = GivenList.objects.get(name="Suspects")
    expected = sorted(fingerprint(bytes(kept.salt), words) for words in (SECRET.lower(), "golden anchor"))
    assert bytes(kept.fingerprints) == b"".join(expected)
    assert kept.count == 2


def test_giving_replacing_and_removing_are_on_record_with_numbers_alone(world: World) -> None:
    given, actor = world.given_lists["police"], world.actor("lead_police")
    with sight(actor.person_id):
        services.replace_list(actor=actor, given=given, name="Cases", entries=entries.read("Marlin\nRed House"))
        services.remove_list(actor=actor, given=given)
    with as_owner():
        events = Event.objects.filter(object_id=given.public_id).order_by("pk")
        done = [(event.verb.partition(".")[2], event.detail) for event in events]
    assert done == [("list_given", {"entries": 1}), ("list_replaced", {"entries": 2}), ("list_removed", {"entries": 2})]


def test_the_form_of_a_note_has_the_fingerprints_of_the_own_agency_alone(world: World) -> None:
    give(world, "lead_police", "Another", "Marlin")
    page = caller(world, "staff_police").get("/partnerships/haven/notes/new/").content.decode()
    given = json.loads(page.partition('<script id="given-lists" type="application/json">')[2].partition("</script>")[0])
    assert [one["name"] for one in given] == ["Another", world.given_lists["police"].name]
    assert len({one["salt"] for one in given}) == 1, "each run of words is fingerprinted once"
    assert fingerprint(b64decode(given[1]["salt"]), SECRET.lower()) == b64decode(given[1]["fingerprints"])
    for persona in ("lead_tax", "coordinator"):
        assert "given-lists" not in caller(world, persona).get("/partnerships/haven/notes/new/").content.decode()
    for place in (f"/notes/{world.notes['own'].public_id}/edit/", f"/drafts/{world.drafts['writing'].public_id}/edit/"):
        assert "given-lists" in caller(world, "staff_police").get(place).content.decode(), place


def test_what_is_wrong_is_told_by_line_and_not_by_word(world: World) -> None:
    client = caller(world, "lead_police")
    typed = "Golden Anchor\none two three four five\n\nab\n" + "x" * 81
    page = client.post("/settings/lists/new/", {"name": "Cases", "typed": typed})
    summary = page.content.decode().partition("error-summary")[2].partition("</ul>")[0]
    assert page.status_code == 422
    for line in (
        "Line 2 has more than 4 words.",
        "Line 4 has fewer than 3 letters",
        "Line 5 has more than 80 letters.",
    ):
        assert line in summary
    assert "Line 1" not in summary
    assert "three" not in summary.replace("three letters", "")


def upload(world: World, name: str, raw: bytes) -> str:
    body = {"name": "Cases", "typed": "Marlin", "file": SimpleUploadedFile(name, raw)}
    answer = caller(world, "lead_police").post("/settings/lists/new/", body)
    if answer.status_code == 302:
        with as_owner():
            return f"kept {GivenList.objects.get(name='Cases').count}"
    return answer.content.decode().partition("error-summary")[2].partition("</ul>")[0]


def test_a_file_counts_beside_what_was_typed(world: World) -> None:
    assert upload(world, "cases.txt", b"\xef\xbb\xbfMarlin\r\nGolden Anchor\r\n\r\nGOLDEN  anchor") == "kept 2"


def test_a_file_that_is_no_list_is_refused_in_words(world: World) -> None:
    assert "Line 2 of the file has more than 4 words." in upload(world, "cases.csv", b"a,b,c,dd\na,b,c,d,e")
    assert "UTF-8" in upload(world, "cases.txt", "Müller".encode("latin-1"))
    assert ".txt or .csv" in upload(world, "cases.xlsx", b"PK")
    assert "larger than 1 MB" in upload(world, "cases.txt", b"golden anchor\n" * 90_000)


def test_a_list_has_a_name_of_its_own_and_entries_that_one_page_can_carry(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = world.given_lists["police"].name
    for said, text in ((name.upper(), "Marlin"), (" ", "Marlin"), ("Cases", "!?"), ("Cases", _many(5001))):
        with pytest.raises(Invalid):
            give(world, "lead_police", said, text)
    for number in (1, 2):
        give(world, "lead_police", f"Cases {number}", _many(4900))
    with pytest.raises(Invalid, match="10,000"):
        give(world, "lead_police", "Cases", _many(300))
    monkeypatch.setattr(services, "MOST_LISTS", 3)
    with pytest.raises(Invalid, match="3 lists"):
        give(world, "lead_police", "Cases", "Marlin")


def _many(number: int) -> str:
    return "\n".join(f"case {each}" for each in range(number))


def test_the_database_holds_that_there_are_fingerprints_and_nothing_else(world: World) -> None:
    wrong = {
        "given_list_is_fingerprints": {"fingerprints": b"Zacharias Quimby, born 1961"},
        "given_list_of_so_many": {"count": 0, "fingerprints": b""},
        "given_list_has_name": {"name": ""},
        "given_list_name_once": {"name": world.given_lists["police"].name.upper()},
    }
    for constraint, said in wrong.items():
        plain = {
            "agency": world.agencies["police"], "name": "Cases", "salt": SALT, "fingerprints": SALT, "count": 1,
            "given_by": world.people["lead_police"], "given_at": world.given_lists["police"].given_at,
        }  # fmt: skip
        with sight(world.person("lead_police").pk), database_refuses(constraint):
            GivenList.objects.create(**{**plain, **said})


def test_everybody_of_the_agency_sees_which_lists_there_are_and_only_a_lead_changes_them(world: World) -> None:
    name, page = world.given_lists["police"].name, "/settings/lists/"
    for persona, may in (("lead_police", True), ("staff_police", False), ("reader_police", False)):
        text = caller(world, persona).get(page).content.decode()
        assert name in text
        assert world.given_lists["customs"].name not in text
        assert ("Give a list" in text) is may
        assert "gave 1 list" in caller(world, persona).get("/settings/").content.decode()
    assert name in caller(world, "staff_police").get(f"{page}?format=csv").content.decode()


def test_the_list_of_lists_reads_no_fingerprint_and_asks_as_often_for_many_as_for_few(world: World) -> None:
    client, asked = caller(world, "lead_police"), []
    for number in range(6):
        give(world, "lead_police", f"Cases {number}", "Marlin")
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/lists/")
        asked.append(len(queries))
        assert not any('"fingerprints"' in query["sql"] for query in queries)
    assert len(set(asked)) == 1
    assert words_of(SECRET) == ["zacharias", "quimby"]
    actor = world.actor("lead_tax")
    with sight(actor.person_id):
        assert selectors.for_script(actor) == []
