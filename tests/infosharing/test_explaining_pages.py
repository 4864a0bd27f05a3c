"""The doors to explanations and previews: who may ask, and that nothing leaks through either."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people.models import Person
from foundation import clock
from foundation.notifications.models import Notice
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.seen_by import seen_by
from infosharing.notes.services import share_note
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.access.test_agreement import BROWSERS
from tests.access.test_canary import leaks, said
from tests.api.client import id_of
from tests.infosharing.test_explaining import TAKE_PART, really_sees
from tests.infosharing.test_walls import SEES
from tests.world import World
from tests.world.cast import marker
from tests.world.roles import as_owner

# whose notes these personas' agency owns and takes part for
OWN = {"lead_police": "police", "staff_police": "police", "reader_police": "police", "staff_customs": "customs"}
NOTHING = "Either there is no page at this address, or it is not shared with you."


def page(world: World, persona: str, note: str, rest: str = "explanation/") -> str:
    return f"/notes/{world.notes[note].public_id}/{rest}"


def agency(world: World, code: str) -> str:
    return str(world.agencies[code].public_id)


@pytest.mark.parametrize("persona", BROWSERS)
def test_explanations_and_previews_open_with_the_note_alone_and_show_no_other(world: World, persona: str) -> None:
    client = caller(world, persona)
    for name, note in world.notes.items():
        addresses = [f"/notes/{note.public_id}/explanation/"]
        for code in TAKE_PART:
            addresses += [
                f"/notes/{note.public_id}/explanation/?agency={agency(world, code)}&at=2026-01-01",
                f"/notes/{note.public_id}/preview/{agency(world, code)}/",
            ]
        for address in addresses:
            answer = client.get(address)
            if name not in SEES[persona]:
                assert answer.status_code == 404, (name, address)
            assert leaks(world, persona, said(answer)) == [], address


@pytest.mark.parametrize("persona", BROWSERS)
def test_what_a_member_sees_from_us_shows_no_note_to_who_may_not_see_it(world: World, persona: str) -> None:
    client = caller(world, persona)
    for code in TAKE_PART:
        for query in ("", "?format=csv", f"?before={world.notes['named'].public_id}"):
            address = f"/partnerships/haven/notes/seen-by/{world.memberships[code].public_id}/{query}"
            assert leaks(world, persona, said(client.get(address))) == [], address


def test_the_originator_is_told_of_every_agency_and_of_any_day(world: World) -> None:
    client = caller(world, "reader_police")
    now = client.get(page(world, "reader_police", "several"))
    told = {found.agency.code: found.visible for found in now.context["explanations"]}
    assert told == {code: really_sees(world, world.notes["several"], code) for code in TAKE_PART}
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    then = client.get(f"{page(world, '', 'several')}?at={yesterday}&agency={agency(world, 'customs')}")
    assert [found.visible for found in then.context["explanations"]] == [False]
    assert "There was no such note yet" in then.content.decode()
    assert "Preview<" not in then.content.decode().partition("<table")[2]


@pytest.mark.parametrize("query", ["at=nonsense", "at=2999-01-01", "at=%00", "agency=nonsense", "agency=%00&at=9"])
def test_a_wrong_question_is_answered_with_what_is_wrong(world: World, query: str) -> None:
    answer = caller(world, "staff_police").get(f"{page(world, '', 'several')}?{query}")
    assert answer.status_code == 200
    assert 'class="govuk-error-summary"' in answer.content.decode()
    assert answer.context["explanations"] == []


def test_a_reader_is_told_of_itself_alone(world: World) -> None:
    client = caller(world, "lead_customs")
    for name in ("several", "confidential", "partnership", "named"):
        answer = client.get(page(world, "", name))
        assert "Haven Customs sees this note." in answer.content.decode()
    own = client.get(f"{page(world, '', 'several')}?agency={agency(world, 'customs')}")
    assert own.status_code == 200
    for query in (f"agency={agency(world, 'tax')}", f"agency={id_of(world, 'notes', 'own')}", "at=2026-01-01"):
        refused = client.get(f"{page(world, '', 'several')}?{query}")
        assert refused.status_code == 403, query
    assert client.get(page(world, "", "several", f"preview/{agency(world, 'tax')}/")).status_code == 403


def test_an_agency_that_never_took_part_cannot_be_asked_about(world: World) -> None:
    client = caller(world, "staff_police")
    for code in (agency(world, "elsewhere"), id_of(world, "notes", "own")):
        assert client.get(page(world, "", "several", f"preview/{code}/")).status_code == 404


# --- previews --------------------------------------------------------------------------------------


def test_a_preview_shows_what_the_page_of_the_other_agency_shows(world: World) -> None:
    client, theirs = caller(world, "staff_police"), caller(world, "lead_customs")
    for name in ("several", "confidential", "partnership", "named"):
        shown = client.get(page(world, "", name, f"preview/{agency(world, 'customs')}/")).context["theirs"]
        real = theirs.get(page(world, "", name, "")).content.decode()
        as_preview = shown["page"].replace("<h3", "<h1").replace("</h3", "</h1").replace("<h4", "<h2")
        as_preview = as_preview.replace("</h4", "</h2").replace("-as-seen", "")
        assert lines(as_preview) <= lines(real), lines(as_preview) - lines(real)
        assert (
            shown["line"].strip().splitlines()[1].strip() in theirs.get("/partnerships/haven/notes/").content.decode()
        )


def lines(html: str) -> set[str]:
    return {line.strip() for line in html.splitlines() if line.strip()}


def test_a_preview_hides_recipients_where_they_may_not_know_each_other(world: World) -> None:
    client = caller(world, "staff_police")
    address = page(world, "", "confidential", f"preview/{agency(world, 'customs')}/")
    theirs = client.get(address).context["theirs"]["page"]
    assert "the originator keeps to itself" in theirs
    assert "Suspended Association" not in theirs
    assert "Edit, or change who sees it" not in theirs


@pytest.mark.parametrize("code", ["tax", "former", "suspended", "invited"])
def test_who_sees_nothing_is_shown_to_see_nothing(world: World, code: str) -> None:
    answer = caller(world, "staff_police").get(page(world, "", "several", f"preview/{agency(world, code)}/"))
    assert answer.context["theirs"] is None
    assert NOTHING in answer.content.decode()
    assert "No mail." in answer.content.decode()
    assert NOTHING in caller(world, "lead_tax").get(page(world, "", "several", "")).content.decode()


def test_a_preview_tells_nothing_else_of_who_is_looked_at(world: World) -> None:
    unread = Notice.objects.filter(recipient=world.people["lead_customs"]).count()
    answer = caller(world, "staff_police").get(page(world, "", "several", f"preview/{agency(world, 'customs')}/"))
    theirs = " ".join(answer.context["theirs"].values())
    assert "Person lead_customs" not in theirs
    assert "inbox" not in theirs
    assert not any(marker(name) in theirs for name in world.notes if name != "several")
    assert Notice.objects.filter(recipient=world.people["lead_customs"]).count() == unread
    assert "lead_customs" not in answer.content.decode().replace(theirs, "")


def test_after_a_preview_the_previewer_reads_with_their_own_eyes(world: World) -> None:
    """The sight of the other ends with what is theirs: what is read after it is not theirs any more."""
    with sight(world.person("staff_police").pk):
        with sight(world.person("lead_tax").pk):
            assert not Note.objects.filter(pk=world.notes["own"].pk).exists()
        assert Note.objects.filter(pk=world.notes["own"].pk).exists()
        assert not Note.objects.filter(pk=world.notes["named_by_lead"].pk).exists()


def test_the_mail_is_the_one_that_was_sent_and_never_the_title(world: World) -> None:
    answer = caller(world, "staff_police").get(page(world, "", "customs", f"preview/{agency(world, 'customs')}/"))
    mail = answer.context["mail"]
    assert mail.title == "Haven Police shared a note in Haven against undermining"
    assert marker("customs") not in mail.title + mail.sentence


# --- all that a member sees from us ----------------------------------------------------------------


def seen_of(world: World, persona: str, code: str) -> set[str]:
    with sight(world.person(persona).pk):
        found = seen_by(world.actor(persona), world.memberships[code])
        assert all(each.why for each in found)
        return {name for name, note in world.notes.items() if note.pk in {each.note.pk for each in found}}


@pytest.mark.parametrize("persona", OWN)
def test_the_list_of_what_a_member_sees_holds_what_it_really_sees(world: World, persona: str) -> None:
    for code in ("municipality", "customs", "tax", "company", "police"):
        really = {
            name
            for name, note in world.notes.items()
            if note.owner.agency_id == world.agencies[OWN[persona]].pk
            and name in SEES[persona] - {"withdrawn"}
            and really_sees(world, note, code)
        }
        assert seen_of(world, persona, code) == really, code


@pytest.mark.parametrize(("code", "word"), [("suspended", "can end the suspension"), ("former", "can invite it anew")])
def test_a_member_that_takes_no_part_sees_nothing_and_the_page_says_why(world: World, code: str, word: str) -> None:
    address = f"/partnerships/haven/notes/seen-by/{world.memberships[code].public_id}/"
    answer = caller(world, "staff_police").get(address)
    assert answer.context["rows"] == []
    assert word in answer.content.decode()


def test_it_comes_page_by_page_with_as_many_queries_for_thirty_as_for_three(world: World) -> None:
    client = caller(world, "staff_police")
    address = f"/partnerships/haven/notes/seen-by/{world.memberships['customs'].public_id}/"
    explanation = page(world, "", "several")
    at_first = seen_of(world, "staff_police", "customs")
    few = [count(client, address), count(client, f"{address}?format=csv"), count(client, explanation)]
    for number in range(30):
        more(world, number)
    many = [count(client, address), count(client, f"{address}?format=csv"), count(client, explanation)]
    assert many == few
    first = client.get(address).context
    second = client.get(f"{address}?before={first['older']}").context
    titles = [row.note.title for part in (first, second) for row in part["rows"]]
    assert len(titles) == len(set(titles)) == 30 + len(at_first)
    assert second["older"] is None


def count(client: object, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200  # type: ignore[attr-defined]
    return len(queries)


def more(world: World, number: int) -> None:
    """One more note to customs, and one more member."""
    actor, review_on = world.actor("staff_police"), clock.today() + timedelta(days=90)
    with sight(actor.person_id):
        share_note(
            actor=actor, partnership=world.partnerships["haven"], title=f"More {number}", body="Text", tlp="AMBER",
            audience=Choice("agencies", members=[world.memberships["customs"]]), review_on=review_on,
        )  # fmt: skip
    with as_owner():
        new = type(world.agencies["tax"]).objects.create(
            name=f"More {number}", code=f"more-{number}", city="Haven", kind="police", sector="public", level="local",
            country="NL",
        )  # fmt: skip
        world.people["more"] = Person.objects.create_user(
            f"more-{number}@haven.example", name="M", agency=new, role="lead"
        )
    invited = membership.invite_member(
        actor=world.actor("coordinator"), partnership=world.partnerships["haven"], agency=new, role="core"
    )
    membership.accept_invitation(actor=world.actor("more"), membership=invited)
