"""The explanation of who sees a note says what is, and what was."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid, NotAllowed, Refusal
from infosharing.notes.audiences import Choice
from infosharing.notes.explaining import Explainer, Explanation, explain_to_reader, moment_of
from infosharing.notes.models import Note
from infosharing.notes.services import edit_note, share_note, withdraw_note
from partnership.membership import services as membership
from partnership.membership.models import Membership
from partnership.membership.sight import sight
from tests.world import World
from tests.world.roles import as_owner

# who takes or took part in the partnership that notes of the tests are in
TAKE_PART = ("municipality", "police", "customs", "tax", "company", "former", "suspended", "invited")


def author_of(note: Note) -> Person:
    return Person.objects.select_related("agency").get(pk=note.author_id)


def explain(world: World, note: Note, agency: str, *, persona: str = "", days_ago: int | None = None) -> Explanation:
    """Explain as a person of the originator, through both walls."""
    asks = persona or next(name for name, person in world.people.items() if person.pk == note.author_id)
    with sight(world.person(asks).pk):
        found = Note.objects.select_related("owner__agency", "partnership", "author").get(pk=note.pk)
        at = clock.now() - timedelta(days=days_ago) if days_ago is not None else None
        return Explainer(world.actor(asks), found, at).explain(world.agencies[agency])


def really_sees(world: World, note: Note, agency: str) -> bool:
    """Ask wall one as each person of an agency."""
    with as_owner():
        # not those who call alone: a note may name others of an agency
        everybody = [world.actor(persona) for persona in {*world.people, *world.actors()}]
        actors = [actor for actor in everybody if actor.agency_id == world.agencies[agency].pk]
        return any(Note.objects.visible_to(actor).filter(pk=note.pk).exists() for actor in actors)


def test_the_explanation_agrees_with_what_everybody_sees(world: World) -> None:
    for name, note in world.notes.items():
        if name in {"by_former", "by_suspended"} or note.partnership_id != world.partnerships["haven"].pk:
            continue  # nobody of the originator takes part to ask
        for agency in TAKE_PART:
            expected = really_sees(world, note, agency)
            assert explain(world, note, agency).visible == expected, (name, agency)


def said(world: World, note: str, agency: str, **more: object) -> str:
    return " ".join(explain(world, world.notes[note], agency, **more).reasons)  # type: ignore[arg-type]


def test_each_reason_is_told_in_words_with_who_could_change_it(world: World) -> None:
    assert "Person staff_police of Haven Police shared it with this agency on" in said(world, "customs", "customs")
    assert "It is an active member" in said(world, "customs", "customs")
    assert "not among those it was shared with" in said(world, "customs", "tax")
    assert "The originator, Haven Police, could change that." in said(world, "customs", "tax")
    assert "shared it with the whole partnership" in said(world, "partnership", "tax")
    assert "The coordinator, Haven City, can end the suspension." in said(world, "several", "suspended")
    assert "can invite it anew" in said(world, "several", "former")
    assert "Its lead can accept the invitation" in said(world, "partnership", "invited")
    assert "named Person lead_customs on" in said(world, "named", "customs")
    assert "TLP:RED, is for named people" in said(world, "named", "tax")
    assert "Its author, Person staff_police, could change that." in said(world, "named", "tax")
    assert "It is for Haven Police alone." in said(world, "own", "customs")
    assert "Haven Police withdrew this note on" in said(world, "withdrawn", "customs")
    assert "It was wrong." in said(world, "withdrawn", "customs")
    assert "It is the originator" in said(world, "withdrawn", "police")


def test_an_agency_that_came_back_is_told_that_it_is_a_new_member(world: World) -> None:
    invited = membership.invite_member(
        actor=world.actor("coordinator"),
        partnership=world.partnerships["haven"],
        agency=world.agencies["former"],
        role="expert",
    )
    membership.accept_invitation(actor=world.actor("lead_former"), membership=invited)
    explained = explain(world, world.notes["several"], "former")
    assert not explained.visible
    assert "It had this note before it left." in " ".join(explained.reasons)


def test_an_agency_without_people_sees_nothing(world: World) -> None:
    with as_owner():
        for person in world.agencies["tax"].people.all():
            person.is_active = False
            person.save()
    explained = explain(world, world.notes["partnership"], "tax")
    assert not explained.visible
    assert "None of its people has an account" in explained.reasons[-1]


def test_only_the_originator_may_ask_about_others(world: World) -> None:
    for persona in ("lead_customs", "staff_customs"):
        with pytest.raises(NotAllowed):
            explain(world, world.notes["several"], "former", persona=persona)
    # a colleague who was not named does not even see it; one who was asks about today alone
    assert explain(world, world.notes["customs"], "tax", persona="reader_police", days_ago=0).reasons
    with as_owner():
        world.notes["named_by_lead"].refresh_from_db()
    edit(world, world.notes["named"], Choice("persons", persons=[world.people["lead_police"]]), "RED", "staff_police")
    assert explain(world, world.notes["named"], "customs", persona="lead_police").reasons
    with pytest.raises(NotAllowed, match="Only its author"):
        explain(world, world.notes["named"], "customs", persona="lead_police", days_ago=0)


def test_a_reader_is_told_why_in_no_more_than_their_own_grants(world: World) -> None:
    for name in ("several", "confidential", "partnership", "named"):
        with sight(world.person("lead_customs").pk):
            note = Note.objects.select_related("owner__agency", "partnership").get(pk=world.notes[name].pk)
            explained = explain_to_reader(world.actor("lead_customs"), note)
        words = " ".join(explained.reasons)
        assert explained.visible
        assert "Haven Police" in words
        for other in ("Former", "Suspended", "lead_former", "lead_suspended", "staff_police"):
            assert other not in words, (name, words)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "2026-02-30",
        "2026-01-01T10:00:00",
        "9999-12-31",
        "0001-01-01T",
        "\0",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01",
    ],
)
def test_what_is_no_moment_that_has_passed_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid):
        moment_of(text)


def test_a_day_means_its_end_and_today_means_now() -> None:
    assert moment_of("") is None
    assert moment_of(clock.today().isoformat()) is None
    yesterday = clock.today() - timedelta(days=1)
    found = moment_of(yesterday.isoformat())
    assert found is not None
    assert clock.now() - found < timedelta(days=1)
    assert moment_of("2026-01-01T10:00:00Z").isoformat() == "2026-01-01T10:00:00+00:00"  # type: ignore[union-attr]


# --- the past --------------------------------------------------------------------------------------


def edit(world: World, note: Note, choice: Choice, tlp: str, persona: str) -> Note:
    with sight(world.person(persona).pk):
        found = Note.objects.get(pk=note.pk)
        return edit_note(
            actor=world.actor(persona), note=found, title=found.title, body=found.body, tlp=tlp, audience=choice,
            review_on=found.review_on,
        )  # fmt: skip


def member_of(world: World, agency: str) -> Membership:
    """Return the membership of an agency that counts: the newest."""
    rows = Membership.objects.filter(partnership=world.partnerships["haven"], agency=world.agencies[agency])
    return rows.order_by("pk").last()  # type: ignore[return-value]


def step(world: World, note: Note, what: str, agency: str) -> None:
    """Take one step of a history; what its state does not allow does not happen."""
    coordinator = world.actor("coordinator")
    others = [member_of(world, code) for code in ("customs", "tax") if member_of(world, code).status == "active"]
    match what:
        case "share with one":
            edit(world, note, Choice("agencies", members=[member_of(world, agency)]), "AMBER", "staff_police")
        case "share with several":
            edit(world, note, Choice("agencies", members=others), "AMBER", "staff_police")
        case "share with all":
            edit(world, note, Choice("partnership"), "GREEN", "staff_police")
        case "name one":
            lead = world.people[f"lead_{agency}"]
            edit(world, note, Choice("persons", persons=[lead]), "RED", "staff_police")
        case "narrow":
            edit(world, note, Choice("own_agency"), "AMBER", "staff_police")
        case "withdraw":
            with sight(world.person("staff_police").pk):
                withdraw_note(actor=world.actor("staff_police"), note=note, reason="It was wrong")
        case "suspend":
            membership.suspend_member(actor=coordinator, membership=member_of(world, agency), reason="asked")
        case "reinstate":
            membership.reinstate_member(actor=coordinator, membership=member_of(world, agency), reason="answered")
        case "leave":
            membership.withdraw_member(actor=coordinator, membership=member_of(world, agency), reason="Reorganised")
        case "come back":
            invited = membership.invite_member(
                actor=coordinator, partnership=world.partnerships["haven"], agency=world.agencies[agency], role="core"
            )
            membership.accept_invitation(actor=world.actor(f"lead_{agency}"), membership=invited)


class Undo(Exception):
    """Leaves a savepoint as if nothing had been."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


STEPS = (
    "share with one", "share with several", "share with all", "name one", "narrow", "withdraw", "suspend",
    "reinstate", "leave", "come back",
)  # fmt: skip
ASKED = ("customs", "tax", "company", "police")
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(("customs", "tax", "company"))), min_size=1, max_size=8
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_of_any_past_day_it_tells_who_could_see_the_note_on_that_day(
    world: World, history: list[tuple[str, str]]
) -> None:
    # days to come: the members of the world joined today
    begins = clock.now() + timedelta(days=1)
    with undone(), clock.standing_at(begins + timedelta(days=30)):
        with clock.standing_at(begins), sight(world.person("staff_police").pk):
            note = share_note(
                actor=world.actor("staff_police"), partnership=world.partnerships["haven"], title="Seals",
                body="Broken", tlp="AMBER", audience=Choice("own_agency"),
                review_on=clock.today() + timedelta(days=90),
            )  # fmt: skip
        recorded = []
        for number, (what, agency) in enumerate(history, start=1):
            moment = begins + timedelta(days=number)
            with clock.standing_at(moment), suppress(Refusal):
                step(world, note, what, agency)
            recorded.append((moment, {code: really_sees(world, note, code) for code in ASKED}))
        asked_by = world.actor("staff_police")
        with sight(asked_by.person_id):
            found = Note.objects.select_related("owner__agency", "partnership", "author").get(pk=note.pk)
            for moment, seen in recorded:
                explainer = Explainer(asked_by, found, moment + timedelta(hours=1))
                told = {code: explainer.explain(world.agencies[code]).visible for code in ASKED}
                assert told == seen, (moment, [explainer.explain(world.agencies[code]) for code in ASKED])
            now = Explainer(asked_by, found)
            assert {code: now.explain(world.agencies[code]).visible for code in ASKED} == recorded[-1][1]
            before = Explainer(asked_by, found, begins - timedelta(days=1))
            assert not any(before.explain(world.agencies[code]).visible for code in ASKED)
