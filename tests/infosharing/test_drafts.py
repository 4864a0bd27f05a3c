"""Drafts are the agency's own; where a second pair of eyes is asked for, a colleague of the writer releases them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from guardian.shortcuts import assign_perm

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from infosharing.drafts import services
from infosharing.drafts.models import TRANSITIONS, Draft, Status
from infosharing.grants.models import NoteGroupGrant
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Conventions, HouseRule, Note
from infosharing.notes.recipients import choice_of
from infosharing.notes.services import edit_note, share_note, withdraw_note
from infosharing.notes.services_conventions import set_conventions, set_house_rule
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.cast import marker
from tests.world.drafts import ask, begin, to_customs, to_named, typed
from tests.world.roles import as_owner
from tests.world.work import needs_of

ALL = {"writing", "asked", "named"}
SEES = {
    "staff_police": ALL,
    "lead_police": ALL,
    "reader_police": {"writing", "asked"},
    "client_police": {"writing", "asked"},
}


def names(world: World, found: Iterable[Draft]) -> set[str]:
    by_key = {draft.pk: name for name, draft in world.drafts.items()}
    return {by_key[draft.pk] for draft in found}


def second_pair(world: World) -> None:
    with as_owner():
        set_conventions(
            actor=world.actor("coordinator"), partnership=world.partnerships["haven"], grading="", second_pair=True
        )


def release(world: World, draft: Draft, by: str = "lead_police", edition: int | None = None) -> Note:
    with sight(world.person(by).pk):
        return services.release(actor=world.actor(by), draft=draft, edition=edition or draft.edition)


def seen_by(world: World, persona: str, note: Note) -> bool:
    with sight(world.person(persona).pk):
        return Note.objects.visible_to(world.actor(persona)).filter(pk=note.pk).exists()


def note_by(world: World, persona: str, title: str) -> Note:
    with sight(world.person(persona).pk):
        return Note.objects.visible_to(world.actor(persona)).get(title__contains=title)


# --- who sees a draft --------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    with as_owner():
        assert names(world, Draft.objects.visible_to(world.actor(persona))) == SEES.get(persona, set())


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    with sight(world.person(persona).pk):
        assert names(world, Draft.objects.all()) == SEES.get(persona, set())


def test_without_a_reader_every_query_on_drafts_fails(world: World) -> None:
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        list(Draft.objects.all())


def test_while_a_member_is_suspended_its_people_see_no_draft(world: World) -> None:
    with as_owner():
        membership.suspend_member(
            actor=world.actor("coordinator"), membership=world.memberships["police"], reason="Looked into"
        )
        assert not Draft.objects.visible_to(world.actor("staff_police")).exists()
    with sight(world.person("staff_police").pk):
        assert not Draft.objects.exists()


# --- writing -----------------------------------------------------------------------------------------
def test_a_draft_may_be_unfinished_and_is_asked_about_once_it_is_finished(world: World) -> None:
    draft = begin(world, {"title": ["Half a thought"], "body": [""]})
    with pytest.raises(Invalid, match="Text"):
        ask(world, draft)
    with pytest.raises(Invalid, match="Name at least one agency"):
        ask(world, begin(world, typed("for_nobody", audience="agencies")))
    with sight(world.person("staff_police").pk):
        data = to_customs(world, "finished")
        draft = services.change(actor=world.actor("staff_police"), draft=draft, data=data, edition=draft.edition)
    assert ask(world, draft).status == Status.ASKED


@pytest.mark.parametrize("persona", ["reader_police", "client_police", "lead_suspended", "lead_elsewhere"])
def test_who_may_not_write_here_or_is_a_program_begins_no_draft(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        begin(world, typed("nothing"), author=persona)


def test_only_its_author_changes_a_draft_and_not_while_a_colleague_reads_it(world: World) -> None:
    with sight(world.person("lead_police").pk), pytest.raises(NotAllowed):
        services.change(
            actor=world.actor("lead_police"), draft=world.drafts["writing"], data=typed("taken_over"), edition=1
        )
    with sight(world.person("staff_police").pk), pytest.raises(OutOfTurn):
        services.change(actor=world.actor("staff_police"), draft=world.drafts["asked"], data=typed("late"), edition=1)


@pytest.mark.parametrize(
    ("name", "as_persona", "change", "words"),
    [
        ("asked", "staff_police", {"title": "Another"}, "stands as it is"),
        ("writing", "lead_police", {"title": "Another", "edition": 9}, "its author alone"),
        ("writing", "staff_police", {"title": "Another"}, "another edition"),
        ("writing", "staff_police", {"author_id": None}, "keeps its"),
        ("writing", "staff_police", {"status": "asked", "asked_of": "lead_customs"}, "asks a colleague"),
        ("asked", "lead_police", {"sent_back_because": "x"}, "draft_sent_back_with_reason"),
    ],
)
def test_the_database_holds_whose_a_draft_is_and_that_it_stands(
    world: World, name: str, as_persona: str, change: dict[str, object], words: str
) -> None:
    if "asked_of" in change:
        asked = {"asked_of_id": world.person("lead_customs").pk, "asked_at": world.drafts["asked"].asked_at}
        change = {"status": "asked", **asked}
    if "author_id" in change:
        change = {"author_id": world.person("lead_police").pk}
    with sight(world.person(as_persona).pk), database_refuses(words):
        Draft.objects.filter(pk=world.drafts[name].pk).update(**change)


def test_the_states_of_a_draft_are_those_of_its_table() -> None:
    assert set(TRANSITIONS) == set(Status.values)


def test_of_two_windows_the_second_does_not_undo_what_the_first_saved(world: World) -> None:
    actor, draft = world.actor("staff_police"), world.drafts["writing"]
    with sight(actor.person_id):
        services.change(actor=actor, draft=draft, data=typed("first"), edition=draft.edition)
        with pytest.raises(OutOfTurn, match="in another window"):
            services.change(actor=actor, draft=draft, data=typed("second"), edition=draft.edition)


def test_a_change_of_a_note_is_never_hidden_from_colleagues_whom_it_would_stand_in_the_way_of(world: World) -> None:
    with pytest.raises(Invalid, match="cannot mark a note for named people"):
        begin(world, to_named(world, "hidden", "lead_customs"), note=world.notes["customs"])
    draft = begin(world, to_customs(world, "plain"), note=world.notes["customs"])
    with sight(world.person("staff_police").pk), database_refuses("draft_of_change_is_not_hidden"):
        Draft.objects.filter(pk=draft.pk).update(tlp="RED", edition=9)


# --- asking and releasing ----------------------------------------------------------------------------
def test_what_a_colleague_releases_is_shared_in_the_name_of_its_writer(world: World) -> None:
    second_pair(world)
    note = release(world, world.drafts["asked"])
    assert (note.author_id, note.released_by_id) == (world.person("staff_police").pk, world.person("lead_police").pk)
    assert seen_by(world, "staff_customs", note)
    assert not seen_by(world, "lead_tax", note)
    with sight(world.person("staff_customs").pk):
        # who looked it over is the agency's own affair
        assert {grant.granted_by_id for grant in NoteGroupGrant.objects.filter(content_object=note)} == {note.author_id}
    with as_owner():
        assert not Draft.objects.filter(pk=world.drafts["asked"].pk).exists()
        event = Event.objects.filter(verb="drafts.released").latest("pk")
    assert event.person_id == world.person("lead_police").pk


def test_a_note_to_named_people_is_out_of_its_releasers_sight_afterwards(world: World) -> None:
    second_pair(world)
    release(world, world.drafts["named"])
    note = note_by(world, "lead_customs", marker("draft_named"))
    assert seen_by(world, "staff_police", note)
    # within the test, the transaction that released it goes on: wall one says what it says to the next one
    with as_owner():
        assert not Note.objects.visible_to(world.actor("lead_police")).filter(pk=note.pk).exists()


@pytest.mark.parametrize("persona", ["staff_police", "reader_police", "client_police", "lead_customs", "coordinator"])
def test_nobody_but_a_colleague_who_may_write_releases_a_draft(world: World, persona: str) -> None:
    with pytest.raises((NotAllowed, OutOfTurn)):
        release(world, world.drafts["asked"], by=persona)


def test_the_colleague_who_is_named_alone_releases_it(world: World) -> None:
    draft = begin(world, to_customs(world, "for_one"), author="lead_police")
    ask(world, draft, of="staff_police", author="lead_police")
    with pytest.raises(NotAllowed):
        release(world, draft, by="lead_police")
    assert release(world, draft, by="staff_police").author_id == world.person("lead_police").pk


def test_a_draft_for_named_people_is_asked_of_a_named_colleague(world: World) -> None:
    draft = begin(world, to_named(world, "whom", "lead_customs"))
    with pytest.raises(Invalid, match="Name the colleague"):
        ask(world, draft)
    for stranger in ("lead_customs", "reader_police", "staff_police"):
        with pytest.raises(Invalid, match="Ask a colleague"):
            ask(world, draft, of=stranger)


def test_what_was_read_is_what_is_released(world: World) -> None:
    draft = world.drafts["asked"]
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        services.take_back(actor=actor, draft=draft)
        services.change(actor=actor, draft=draft, data=to_customs(world, "swapped"), edition=draft.edition)
        services.ask_release(actor=actor, draft=draft, of=None)
    with pytest.raises(OutOfTurn, match="since you read it"):
        release(world, draft, edition=draft.edition)


def test_a_draft_that_came_back_says_why_and_is_asked_again(world: World) -> None:
    for name in ("asked", "named"):
        draft = world.drafts[name]
        with sight(world.person("lead_police").pk):
            services.send_back(actor=world.actor("lead_police"), draft=draft, reason="Name no ship")
        with sight(world.person("staff_police").pk):
            stands = Draft.objects.get(pk=draft.pk)
            assert (stands.status, stands.sent_back_because) == (Status.WRITING, "Name no ship")
        with pytest.raises(OutOfTurn):
            release(world, draft)
        assert ask(world, draft, of="lead_police").sent_back_because == ""


def test_nothing_is_released_of_an_author_who_left(world: World) -> None:
    with as_owner():
        person = world.person("staff_police")
        person.is_active = False
        person.save()
    with pytest.raises(OutOfTurn, match="no longer of your agency"):
        release(world, world.drafts["asked"])
    with sight(world.person("lead_police").pk):
        services.discard(actor=world.actor("lead_police"), draft=world.drafts["asked"])
        assert not Draft.objects.filter(pk=world.drafts["asked"].pk).exists()


def test_colleagues_are_told_that_it_waits_and_its_author_what_became_of_it(world: World) -> None:
    def told(kind: str) -> set[int]:
        return set(Notice.objects.filter(kind=kind, withdrawn_at__isnull=True).values_list("recipient_id", flat=True))

    lead, staff = world.person("lead_police").pk, world.person("staff_police").pk
    assert told("drafts.waits") == {lead}
    with sight(lead):
        services.send_back(actor=world.actor("lead_police"), draft=world.drafts["named"], reason="Shorter")
    assert told("drafts.came_back") == {staff}
    release(world, world.drafts["asked"])
    assert told("drafts.released") == {staff}
    assert told("drafts.waits") == set()


def test_one_shares_ones_own_draft_where_no_second_pair_is_asked_for(world: World) -> None:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        note = services.share(actor=actor, draft=world.drafts["writing"])
    assert note.released_by_id is None
    assert seen_by(world, "staff_customs", note)


# --- a second pair of eyes ---------------------------------------------------------------------------
def share(world: World, persona: str = "staff_police", name: str = "direct") -> Note:
    form = begin(world, to_customs(world, name), author=persona)
    actor = world.actor(persona)
    with sight(actor.person_id):
        return services.share(actor=actor, draft=form)


def test_where_it_is_asked_for_nobody_lets_their_own_words_out(world: World) -> None:
    second_pair(world)
    with pytest.raises(Invalid, match="A colleague releases"):
        share(world)
    own = begin(world, typed("kept"))
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        assert services.share(actor=actor, draft=own).audience == "own_agency"


def test_an_agency_asks_it_of_its_own_people_alone(world: World) -> None:
    with as_owner():
        police = world.memberships["police"]
        set_house_rule(actor=world.actor("lead_police"), membership=police, second_pair=True)
    with pytest.raises(Invalid, match="A colleague releases"):
        share(world)
    with as_owner():
        for stranger in ("staff_police", "lead_customs"):
            with pytest.raises(NotAllowed):
                set_house_rule(actor=world.actor(stranger), membership=police, second_pair=False)
        assert HouseRule.objects.visible_to(world.actor("reader_police")).count() == 1
        assert not HouseRule.objects.visible_to(world.actor("lead_customs")).exists()
        set_house_rule(actor=world.actor("lead_police"), membership=police, second_pair=False)
    assert share(world)


def _edited(world: World, note: Note, **changes: object) -> Note:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        note = Note.objects.select_related("partnership", "owner").get(pk=note.pk)
        stands = {name: getattr(note, name) for name in ("title", "body", "tlp", "review_on")}
        stands["audience"] = choice_of(actor, note)
        return edit_note(actor=actor, note=note, **{**stands, **changes})  # type: ignore[arg-type]


def test_a_change_that_gives_more_waits_and_one_that_takes_away_does_not(world: World) -> None:
    note = share(world)
    second_pair(world)
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        stands = choice_of(actor, Note.objects.select_related("partnership").get(pk=note.pk))
    wider = replace(stands, members=[*stands.members, world.memberships["company"]])
    for changes in ({"body": "Other words"}, {"audience": wider}, {"recipients_know_each_other": False}):
        with pytest.raises(Invalid, match="A colleague releases"):
            _edited(world, note, **changes)
    assert _edited(world, note).version == note.version
    with sight(actor.person_id):
        withdraw_note(actor=actor, note=note, reason="Wrong")
    assert not seen_by(world, "staff_customs", note)


def test_a_change_is_a_draft_of_its_note_and_its_words_stay_its_writers(world: World) -> None:
    note = share(world)
    second_pair(world)
    draft = begin(world, to_customs(world, "changed"), note=note)
    with pytest.raises(OutOfTurn, match="already"):
        begin(world, to_customs(world, "twice"), note=note)
    ask(world, draft)
    changed = release(world, draft)
    assert (changed.pk, changed.version) == (note.pk, 2)
    assert (changed.edited_by_id, changed.released_by_id) == (
        world.person("staff_police").pk, world.person("lead_police").pk,
    )  # fmt: skip


def test_a_change_of_what_was_changed_since_is_not_released(world: World) -> None:
    note = share(world)
    draft = ask(world, begin(world, to_customs(world, "changed"), note=note))
    _edited(world, note, body="Meanwhile")
    with pytest.raises(Invalid, match="changed since"):
        release(world, draft)


# --- the same in the database -------------------------------------------------------------------------
def test_the_database_lets_no_words_and_no_grant_out_without_a_colleague(world: World) -> None:
    note = share(world)
    second_pair(world)
    with sight(world.person("staff_police").pk):
        rows = Note.objects.filter(pk=note.pk)
        for change in ({"body": "Other"}, {"tlp": "AMBER+STRICT"}, {"handling": ["call_first"]}):
            with database_refuses("a colleague releases"):
                rows.update(**change)
        with database_refuses("a colleague releases"):
            assign_perm("notes.view_note", world.memberships["company"].group, note)
        with database_refuses("a colleague releases"):
            copy = Note.objects.get(pk=note.pk)
            copy.pk = copy.public_id = None
            copy.public_id = Draft._meta.get_field("public_id").get_default()
            copy.save(force_insert=True)
        assert NoteGroupGrant.objects.filter(content_object=note).count() == 2
    assert Conventions.objects.get().second_pair


@pytest.mark.parametrize(
    ("by", "from_", "words"),
    [
        ("staff_police", "staff_police", "note_released_by_another|its writer asks"),
        ("lead_police", "staff_police", "its writer asks"),
        ("staff_customs", "lead_customs", "its writer asks"),
    ],
)
def test_the_database_knows_no_release_that_was_not_asked_for(world: World, by: str, from_: str, words: str) -> None:
    note = share(world)
    second_pair(world)
    with sight(world.person("staff_police").pk), database_refuses(words):
        Note.objects.filter(pk=note.pk).update(
            body="Other",
            released_by=world.person(by),
            released_from=world.person(from_),
            released_at="2026-01-01T00:00Z",
        )


def test_who_released_a_note_stays_on_record(world: World) -> None:
    note = release(world, world.drafts["asked"])
    with sight(world.person("staff_police").pk), database_refuses("stays on record"):
        Note.objects.filter(pk=note.pk).update(released_by=None, released_from=None, released_at=None)


def test_share_note_takes_nobody_elses_words_without_their_draft(world: World) -> None:
    lead, staff = world.actor("lead_police"), world.actor("staff_police")
    with as_owner():
        Draft.objects.all().delete()
    with sight(lead.person_id), database_refuses("its writer asks"):
        share_note(
            actor=lead, writer=staff, partnership=world.partnerships["haven"], title="Not theirs", body="Forged",
            tlp="AMBER", audience=Choice("own_agency"), review_on=world.partnerships["haven"].review_date,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('concord_app', 'drafts_draft', 'TRUNCATE')")
        assert cursor.fetchone() == (False,)


# --- what nobody goes on with -------------------------------------------------------------------------
def test_a_draft_that_nobody_touches_is_thrown_away_after_a_warning(world: World) -> None:
    def needs(persona: str) -> list[str]:
        return [need.what for need in needs_of(world.actor(persona)) if need.action == "Go on with it"]

    assert services.discard_forgotten() == 0
    with clock.standing_at(clock.now() + timedelta(days=80)):
        assert len(needs("staff_police")) == len(ALL)
        assert needs("lead_police") == []
    with clock.standing_at(clock.now() + timedelta(days=91)):
        assert services.discard_forgotten() == len(ALL)
    with as_owner():
        assert not Draft.objects.exists()
        assert Event.objects.filter(verb="drafts.forgotten").count() == len(ALL)


def test_the_drafts_of_a_member_that_left_are_thrown_away(world: World) -> None:
    with as_owner():
        membership.withdraw_member(
            actor=world.actor("coordinator"), membership=world.memberships["police"], reason="They left"
        )
    assert services.discard_forgotten() == len(ALL)


def test_my_work_says_what_waits_for_whom(world: World) -> None:
    def actions(persona: str) -> list[str]:
        return [need.action for need in needs_of(world.actor(persona)) if need.url.startswith("/drafts/")]

    assert actions("lead_police") == ["Read and release"] * 2
    assert actions("staff_police") == actions("reader_police") == actions("lead_customs") == []
    with sight(world.person("lead_police").pk):
        services.send_back(actor=world.actor("lead_police"), draft=world.drafts["asked"], reason="Shorter")
    assert actions("staff_police") == ["Mend it"]
