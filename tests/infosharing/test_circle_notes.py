"""Notes shared with circles: seen by who is in them, and told to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from foundation import clock
from foundation.errors import Invalid
from foundation.notifications.models import Notice
from infosharing.circles import services as circles
from infosharing.circles.models import CircleMember
from infosharing.grants.models import NoteGroupGrant
from infosharing.notes import policy, selectors
from infosharing.notes.audiences import Choice
from infosharing.notes.basis import Basis
from infosharing.notes.evidence.services import add_note
from infosharing.notes.explaining import Explainer, explain_to_reader
from infosharing.notes.models import Note, NoteEvidence
from infosharing.notes.recipients import recipients_of
from infosharing.notes.searching import find_notes
from infosharing.notes.seen_by import seen_by
from infosharing.notes.services import share_note
from infosharing.readers.models import Recall
from infosharing.readers.services import tell_untold
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.api.client import Program
from tests.infosharing.test_receiving import agreed  # noqa: F401
from tests.world import World
from tests.world.cast import marker
from tests.world.readings import read
from tests.world.roles import as_owner


def share(world: World, *names: str, members: tuple[str, ...] = (), persona: str = "staff_police", **more: Any) -> Note:
    choice = Choice(
        "agencies",
        members=[world.memberships[code] for code in members],
        circles=[world.circles[name] for name in names],
    )
    with sight(world.person(persona).pk):
        return share_note(
            actor=world.actor(persona), partnership=world.partnerships["haven"], title="Cabbages", body="In the night",
            tlp="AMBER", audience=choice, review_on=clock.today() + timedelta(days=30), **more,
        )  # fmt: skip


def sees(world: World, persona: str, note: Note) -> bool:
    """Ask each wall with the other taken away, the page, the search and the list of viewers: one answer."""
    actor, person, haven = world.actor(persona), world.person(persona), world.partnerships["haven"]
    with as_owner():
        found = {
            Note.objects.visible_to(actor).filter(pk=note.pk).exists(),
            note in selectors.newest_notes(actor, partnership=haven, limit=100),
            policy.viewers_of(note).filter(pk=person.pk).exists(),
        }
    with sight(person.pk):
        found |= {
            Note.objects.filter(pk=note.pk).exists(),
            note in find_notes(actor, "cabbages", partnership=haven),
            note in find_notes(actor, "cabbages"),
        }
    assert len(found) == 1, (persona, found)
    return found.pop()


READERS = ("lead_police", "lead_customs", "lead_tax", "lead_company", "lead_elsewhere")


def readers(world: World, note: Note) -> set[str]:
    return {persona for persona in READERS if sees(world, persona, note)}


@pytest.mark.parametrize("name", ["watch", "quiet"])
def test_who_is_in_the_circle_sees_it_from_joining_to_leaving(world: World, name: str) -> None:
    note = share(world, name)
    assert readers(world, note) == {"lead_police", "lead_customs"}
    with sight(world.person("lead_tax").pk):
        circles.accept(actor=world.actor("lead_tax"), circle=world.circles[name])
    assert readers(world, note) == {"lead_police", "lead_customs", "lead_tax"}
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["tax"], reason="asked")
    assert readers(world, note) == {"lead_police", "lead_customs"}
    with sight(world.person("lead_customs").pk):
        circles.leave(actor=world.actor("lead_customs"), circle=world.circles[name], reason="Done")
    assert readers(world, note) == {"lead_police"}


def test_who_leaves_takes_out_what_it_shared_and_keeps_it(world: World) -> None:
    note = share(world, "quiet", persona="staff_customs")
    with sight(world.person("staff_police").pk):
        circles.remove_member(actor=world.actor("staff_police"), member=world.circle_members["customs"], reason="Asked")
    assert readers(world, note) == {"lead_customs"}


def test_who_leaves_and_comes_back_takes_out_no_more_than_what_it_shared_since(world: World) -> None:
    first, others = share(world, "quiet", persona="staff_customs"), share(world, "quiet")
    customs, quiet = world.memberships["customs"], world.circles["quiet"]
    with sight(world.person("lead_customs").pk):
        circles.leave(actor=world.actor("lead_customs"), circle=quiet, reason="Done")
    with sight(world.person("staff_police").pk):
        circles.invite_member(actor=world.actor("staff_police"), circle=quiet, membership=customs)
    with sight(world.person("lead_customs").pk):
        circles.accept(actor=world.actor("lead_customs"), circle=quiet)
    second = share(world, "quiet", persona="staff_customs")
    assert [readers(world, note) for note in (first, others, second)] == [
        {"lead_customs"}, {"lead_police", "lead_customs"}, {"lead_police", "lead_customs"},
    ]  # fmt: skip
    with sight(world.person("lead_customs").pk):
        circles.leave(actor=world.actor("lead_customs"), circle=quiet, reason="Done")
    assert [readers(world, note) for note in (first, others, second)] == [
        {"lead_customs"}, {"lead_police"}, {"lead_customs"},
    ]  # fmt: skip


@pytest.mark.parametrize("forged", ["created_at", "by_member"])
def test_what_a_grant_knows_of_its_note_is_not_for_its_writer_to_say(world: World, forged: str) -> None:
    note = share(world, persona="staff_police", members=("customs",))
    with as_owner():
        given = {
            "permission": NoteGroupGrant.objects.first().permission,
            "granted_by": note.author,
            "created_at": note.created_at,
            "granted_at": clock.now(),
        }
        given[forged] = clock.now() if forged == "created_at" else world.circle_members["customs"]
        grant = NoteGroupGrant(content_object=note, group=world.memberships["tax"].group, **given)
        with pytest.raises(DatabaseError, match="kept by the database"), transaction.atomic():
            NoteGroupGrant.objects.bulk_create([grant])


def test_when_the_circle_ends_each_note_is_its_originators_again(world: World) -> None:
    notes = [share(world, "quiet"), share(world, "quiet", persona="staff_customs")]
    with sight(world.person("staff_police").pk):
        circles.end_circle(actor=world.actor("staff_police"), circle=world.circles["quiet"], reason="Over")
    assert [readers(world, note) for note in notes] == [{"lead_police"}, {"lead_customs"}]


def test_only_who_is_in_it_shares_with_it_also_past_the_service(world: World) -> None:
    with pytest.raises(Invalid, match="your agency is in"):
        share(world, "quiet", persona="lead_tax")
    with pytest.raises(Invalid, match="your agency is in"):
        share(world, "watch", persona="lead_company")
    note = share(world, members=("customs",), persona="lead_tax")
    with as_owner():
        permission = NoteGroupGrant.objects.first().permission
        grant = NoteGroupGrant(
            content_object=note, group=world.circles["watch"].group, permission=permission, granted_at=clock.now()
        )
        with pytest.raises(DatabaseError, match="does not allow this audience"), transaction.atomic():
            NoteGroupGrant.objects.bulk_create([grant])


def panel(world: World, persona: str, note: Note) -> str:
    """Return what the panel says to somebody, each wall with the other taken away."""
    actor = world.actor(persona)
    with as_owner():
        by_one = " ".join(f"{viewer.name} {viewer.reason}" for viewer in selectors.viewers(note, actor))
    with sight(actor.person_id):
        both = " ".join(f"{viewer.name} {viewer.reason}" for viewer in selectors.viewers(note, actor))
    assert by_one == both
    return both


def test_recipients_outside_learn_of_a_confidential_circle_nothing_and_of_another_its_name(world: World) -> None:
    secret = share(world, "quiet", members=("company",))
    assert marker("quiet") in panel(world, "lead_customs", secret)
    assert "Haven Customs" in panel(world, "staff_police", secret)
    outside = panel(world, "lead_company", secret)
    assert "Haven Customs" not in outside
    assert "circle" not in outside.lower()
    with sight(world.person("lead_company").pk):
        groups = NoteGroupGrant._base_manager.filter(content_object=secret).values_list("group_id", flat=True)
        assert world.circles["quiet"].group_id not in groups
    named = share(world, "watch", members=("company",))
    outside = panel(world, "lead_company", named)
    assert marker("watch") in outside
    assert "Haven Customs" not in outside
    for note, expected in ((secret, []), (named, [world.circles["watch"].public_id])):
        with as_owner():
            assert recipients_of(world.actor("lead_company"), [note])[note.pk].circles == expected


def test_explanations_are_right_and_name_the_circle_to_who_is_in_it(world: World) -> None:
    note = share(world, "quiet", members=("company",))
    with sight(world.person("staff_police").pk):
        found = Note.objects.select_related("owner__agency", "partnership", "author").get(pk=note.pk)
        explainer = Explainer(world.actor("staff_police"), found)
        told = {code: explainer.explain(world.agencies[code]) for code in ("police", "customs", "tax", "company")}
        assert {code for code, each in told.items() if each.visible} == {"police", "customs", "company"}
        assert marker("quiet") in " ".join(told["customs"].reasons)
        rows = seen_by(world.actor("staff_police"), world.memberships["customs"])
        assert marker("quiet") in " ".join(why for row in rows if row.note == note for why in row.why)
    for persona, expected in (("lead_customs", True), ("lead_company", False)):
        with sight(world.person(persona).pk):
            found = Note.objects.select_related("owner__agency", "partnership").get(pk=note.pk)
            reasons = " ".join(explain_to_reader(world.actor(persona), found).reasons)
            assert (marker("quiet") in reasons) == expected
            assert ("circle" in reasons) == expected


def test_the_explanation_of_a_past_day_knows_who_was_in_it_then(world: World) -> None:
    begins = clock.now() + timedelta(days=1)
    with clock.standing_at(begins):
        note = share(world, "quiet")
    with clock.standing_at(begins + timedelta(days=2)), sight(world.person("lead_customs").pk):
        circles.leave(actor=world.actor("lead_customs"), circle=world.circles["quiet"], reason="Done")
    with clock.standing_at(begins + timedelta(days=5)), sight(world.person("staff_police").pk):
        found = Note.objects.select_related("owner__agency", "partnership", "author").get(pk=note.pk)
        for days, expected in ((1, True), (3, False)):
            then = Explainer(world.actor("staff_police"), found, begins + timedelta(days=days))
            assert then.explain(world.agencies["customs"]).visible == expected


@pytest.mark.usefixtures("agreed")
def test_nobody_joins_whom_the_agreements_do_not_let_have_what_is_shared_there(world: World) -> None:
    note = share(world, "quiet", basis=Basis(category="place"))
    with sight(world.person("lead_tax").pk), pytest.raises(Invalid) as refused:
        circles.accept(actor=world.actor("lead_tax"), circle=world.circles["quiet"])
    assert "do not let your agency receive everything" in refused.value.message
    assert "Customs" not in refused.value.message
    with sight(world.person("staff_police").pk), pytest.raises(Invalid) as refused:
        circles.invite_member(
            actor=world.actor("staff_police"), circle=world.circles["quiet"], membership=world.memberships["company"]
        )
    assert "may not receive 1 note" in refused.value.message
    assert "has not signed that text" in refused.value.message
    assert readers(world, note) == {"lead_police", "lead_customs"}
    page = caller(world, "lead_tax").post(f"{world.circles['quiet'].get_absolute_url()}accept/", follow=True)
    assert "do not let your agency receive everything" in page.content.decode()


@pytest.mark.usefixtures("agreed")
def test_the_agreements_must_let_every_member_have_it_suspended_ones_included(world: World) -> None:
    with as_owner():
        CircleMember.objects.filter(pk=world.circle_members["tax"].pk).update(status="member", since=clock.now())
    for suspended in (False, True):
        if suspended:
            membership.suspend_member(
                actor=world.actor("coordinator"), membership=world.memberships["tax"], reason="asked"
            )
        with pytest.raises(Invalid, match="Haven Tax Office") as refused:
            share(world, "quiet", basis=Basis(category="place"))
        assert refused.value.field == "circles"


@pytest.mark.usefixtures("agreed")
def test_the_form_offers_circles_whose_members_can_all_have_it(world: World) -> None:
    with as_owner():
        CircleMember.objects.filter(pk=world.circle_members["tax"].pk).update(status="member", since=clock.now())
    body = {"tlp": "AMBER", "audience": "agencies", "category": "place", "refit": "1"}
    page = caller(world, "staff_police").post("/partnerships/haven/notes/new/", body).content.decode()
    assert "is not offered: Haven Tax Office cannot receive it" in page
    assert f"Circle {marker('watch')} (Haven Customs)" in page


def test_a_program_shares_with_circles_and_reads_which(world: World) -> None:
    police = Program("client_police")
    quiet = str(world.circles["quiet"].public_id)
    note = {
        "partnership": "haven", "title": "Cabbages", "body": "Night", "tlp": "AMBER",
        "review_on": (clock.today() + timedelta(days=30)).isoformat(), "audience": {"circles": [quiet]},
    }  # fmt: skip
    made = police.post("/notes", note).json()
    assert made["audience"]["circles"] == [quiet]
    unknown = police.post("/notes", {**note, "audience": {"circles": [made["id"]]}})
    assert unknown.status_code == 400
    grants = police.get(f"/notes/{made['id']}/grants").json()["results"]
    assert [(grant["kind"], grant["id"]) for grant in grants] == [("circle", quiet)]


def test_a_note_that_is_edited_stays_with_its_circle(world: World) -> None:
    note = share(world, "quiet")
    client = caller(world, "staff_police")
    page = client.get(f"/notes/{note.public_id}/edit/").content.decode()
    assert f'name="circles" value="{world.circles["quiet"].pk}"' in page


def test_evidence_tells_nobody_outside_that_a_member_of_the_circle_has_the_note(world: World) -> None:
    note, report = share(world, "quiet", members=("company",)), world.commitments["report"]
    with sight(world.person("staff_customs").pk):
        evidence = add_note(actor=world.actor("staff_customs"), commitment=report, note=note)
    for persona, expected in (("lead_company", False), ("staff_police", True), ("lead_customs", True)):
        actor = world.actor(persona)
        with as_owner():
            assert NoteEvidence.objects.visible_to(actor).filter(pk=evidence.pk).exists() == expected, persona
        with sight(actor.person_id):
            assert NoteEvidence.objects.filter(pk=evidence.pk).exists() == expected, persona


# --- what is taken out of a circle is recalled -----------------------------------------------------
def recalled(note: Note) -> dict[str, str]:
    with as_owner():
        rows = Recall.objects.filter(note=note).select_related("person")
        return {row.person.email.partition("@")[0]: row.reason for row in rows}


@pytest.mark.parametrize("how", ["leave", "end"])
def test_who_read_it_in_the_circle_is_told_to_stop_relying_on_it(world: World, how: str) -> None:
    note = share(world, "watch", persona="staff_customs")
    both = share(world, "watch", members=("police",), persona="staff_customs")
    for one in (note, both):
        read(world, "lead_police", one)
        read(world, "staff_customs", one)
    leaver = "lead_customs" if how == "leave" else "lead_police"
    with sight(world.person(leaver).pk):
        if how == "leave":
            circles.leave(actor=world.actor(leaver), circle=world.circles["watch"], reason="Enough")
        else:
            circles.end_circle(actor=world.actor(leaver), circle=world.circles["watch"], reason="Enough")
    assert list(recalled(note)) == ["lead_police"]
    assert "the circle" in recalled(note)["lead_police"].lower()
    # had in another way too, and kept
    assert recalled(both) == {}
    for _hour in range(2):
        assert tell_untold() > 0
    with as_owner():
        recall = Recall.objects.get(note=note)
    told = Notice.objects.filter(kind="notes.recalled", subject_id=recall.public_id)
    assert [notice.recipient for notice in told] == [world.person("lead_police")]


@pytest.mark.parametrize("how", ["leaves", "is_removed"])
def test_whose_agency_is_no_longer_in_the_circle_is_told_to_stop_relying_on_what_others_shared_there(
    world: World, how: str
) -> None:
    note, both = share(world, "quiet"), share(world, "quiet", members=("customs",))
    for one in (note, both):
        read(world, "lead_customs", one)
        read(world, "lead_police", one)
    if how == "leaves":
        with sight(world.person("lead_customs").pk):
            circles.leave(actor=world.actor("lead_customs"), circle=world.circles["quiet"], reason="Done")
    else:
        with sight(world.person("staff_police").pk):
            police, row = world.actor("staff_police"), world.circle_members["customs"]
            circles.remove_member(actor=police, member=row, reason="Asked")
    for _hour in range(2):
        tell_untold()
    assert recalled(note) == {"lead_customs": "You are no longer among those whom it is for."}
    # had in another way too, and kept
    assert recalled(both) == {}
