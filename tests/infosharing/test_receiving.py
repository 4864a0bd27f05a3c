"""The agreement drives the button: who can receive a note, why not, and what its reader accepts first."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.datastructures import MultiValueDict

from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid
from infosharing.grants.models import NoteGroupGrant
from infosharing.notes import receiving, services
from infosharing.notes.audiences import Choice
from infosharing.notes.basis import Basis
from infosharing.notes.evidence.services import add_note
from infosharing.notes.forms import NoteForm
from infosharing.notes.models import Acceptance, Note
from partnership.agreements.models import Agreement, Version
from partnership.agreements.services import drafting, sharing, steps
from partnership.membership.sight import sight
from tests.infosharing.test_explaining import explain
from tests.world import PASSWORD, World
from tests.world.attempts import database_refuses
from tests.world.build import fill_gaps
from tests.world.cast import marker
from tests.world.roles import as_owner

PLACE = Basis(category="place")


@pytest.fixture
def agreed(world: World) -> Version:
    """An information-sharing agreement in force: any signatory may tell the others what is seen at a place."""
    coordinator = world.actor("coordinator")
    version = drafting.draft_agreement(
        actor=coordinator,
        partnership=world.partnerships["haven"],
        kind="sharing",
        title="Haven information",
        review_on=clock.today() + timedelta(days=200),
    )
    fill_gaps(version)
    clause = version.clauses.filter(kind="sharing").first() or drafting.write_clause(
        actor=coordinator, version=version, kind="sharing", heading="Sharing", text="What is seen."
    )
    sharing.add_rule(
        actor=coordinator,
        version=version,
        clause=clause,
        givers=sharing.Members(any=True),
        receivers=sharing.Members(any=True),
        category="place",
        purpose="Watching together",
        legal_basis="Public task",
        personal_data=[],
    )
    signers = (("lead_police", "police"), ("lead_customs", "customs"), ("lead_municipality", "municipality"))
    for _persona, code in signers:
        drafting.require_signatory(
            actor=coordinator, version=version, membership=world.memberships[code], function="Director"
        )
    steps.put_to_members(actor=coordinator, version=version)
    version = steps.open_for_signature(actor=coordinator, version=version)
    for persona, _code in signers:
        steps.sign(
            actor=world.actor(persona),
            version=version,
            version_hash=version.content_hash,
            function="Director",
            mandate_basis="Decision 1",
            password=PASSWORD,
        )
    return Version.objects.get(pk=version.pk)


def share(world: World, to: Iterable[str], basis: Basis = PLACE, tlp: str = "AMBER") -> Note:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        return services.share_note(
            actor=actor,
            partnership=world.partnerships["haven"],
            title="Open gate",
            body=f"Seen {marker('agreed')}",
            tlp=tlp,
            audience=Choice("agencies", members=[world.memberships[code] for code in to]),
            review_on=clock.today() + timedelta(days=30),
            basis=basis,
        )


def test_what_the_signed_agreement_allows_is_shared_and_the_grant_says_by_which_rule(
    world: World, agreed: Version
) -> None:
    note = share(world, ["customs"])
    with as_owner():
        grant = NoteGroupGrant.objects.get(content_object=note, group=world.memberships["customs"].group)
    assert grant.rule is not None
    assert grant.rule.version == agreed


def test_who_has_not_signed_receives_nothing_and_the_writer_learns_who_could_change_that(
    world: World, agreed: Version
) -> None:
    with pytest.raises(Invalid, match="Haven Tax Office has not signed that text") as refused:
        share(world, ["customs", "tax"])
    assert refused.value.field == "agencies"
    assert "can join by signing" in refused.value.message


def test_another_category_or_none_at_all_is_refused(world: World, agreed: Version) -> None:
    with pytest.raises(Invalid, match="No clause of an agreement in force covers this category"):
        share(world, ["customs"], Basis(category="financial"))
    with pytest.raises(Invalid, match="Say what it is about"):
        share(world, ["customs"], Basis())


def test_what_may_be_told_to_anyone_needs_no_rule(world: World, agreed: Version) -> None:
    assert share(world, ["tax"], Basis(), tlp="CLEAR").tlp == "CLEAR"


def test_without_an_information_sharing_agreement_in_force_the_marking_alone_decides(world: World) -> None:
    assert not receiving.rules_decide(world.partnerships["haven"], clock.today())
    assert share(world, ["tax"], Basis()).status == "live"


def test_near_the_review_date_the_writer_is_warned_and_after_it_no_more_is_shared(
    world: World, agreed: Version
) -> None:
    with clock.standing_at(clock.now() + timedelta(days=185)):
        form = note_form(world)
        assert any("allows it until" in sentence for sentence in form.warnings)
    with clock.standing_at(clock.now() + timedelta(days=201)), pytest.raises(Invalid, match="was to be reviewed by"):
        share(world, ["customs"])


def note_form(world: World, **typed: str) -> NoteForm:
    data = MultiValueDict({name: [value] for name, value in {"tlp": "AMBER", "category": "place", **typed}.items()})
    haven = world.partnerships["haven"]
    own = haven.memberships.select_related("partnership", "agency").get(agency=world.agencies["police"])
    with sight(world.person("staff_police").pk):
        return NoteForm(data, actor=world.actor("staff_police"), partnership=haven, own=own)


def test_the_composer_offers_only_who_can_receive_it_and_says_of_the_others_why_not(
    world: World, agreed: Version
) -> None:
    form = note_form(world)
    offered = {member.agency.name for member in form.fields["agencies"].queryset}  # type: ignore[attr-defined]
    assert offered == {"Haven City", "Haven Customs"}
    reasons = {verdict.member.agency.name: verdict.missing[0].sentence for verdict in form.cannot_receive}
    assert set(reasons) == {"Haven Tax Office", "Haven Terminals"}
    assert "has not signed that text" in reasons["Haven Terminals"]


def test_personal_data_asks_for_purpose_basis_and_a_near_review(world: World) -> None:
    for basis, field in (
        (Basis(personal_data=("suspects",)), "purpose"),
        (Basis(personal_data=("suspects",), purpose="Inquiry"), "legal_basis"),
        (
            Basis(personal_data=("suspects",), purpose="Inquiry", legal_basis="Law", category="aggregate"),
            "personal_data",
        ),
    ):
        with pytest.raises(Invalid) as refused:
            share(world, ["customs"], basis)
        assert refused.value.field == field
    sound = Basis(category="person", personal_data=("suspects",), purpose="Inquiry", legal_basis="Law")
    actor = world.actor("staff_police")
    with sight(actor.person_id), pytest.raises(Invalid, match="it is reviewed sooner"):
        services.share_note(
            actor=actor, partnership=world.partnerships["haven"], title="T", body="B", tlp="AMBER",
            audience=Choice("own_agency"), review_on=clock.today() + timedelta(days=61), basis=sound,
        )  # fmt: skip
    assert share(world, ["customs"], sound).personal_data == ["suspects"]


# --- handling conditions -----------------------------------------------------------------------------
def opens(client: Client, person: Person, note: Note) -> bool:
    client.force_login(person)
    return marker("agreed") in client.get(note.get_absolute_url()).content.decode()


def test_the_text_opens_to_a_reader_of_another_agency_once_they_accepted_the_conditions(
    world: World, client: Client
) -> None:
    note = share(world, ["customs"], Basis(handling=("no_onward",)))
    assert opens(client, world.people["reader_police"], note)
    assert not opens(client, world.people["staff_customs"], note)
    client.post(f"{note.get_absolute_url()}accept/")
    assert opens(client, world.people["staff_customs"], note)
    assert not opens(client, world.people["lead_customs"], note)


def test_other_conditions_are_accepted_anew(world: World, client: Client) -> None:
    note = share(world, ["customs"], Basis(handling=("no_onward",)))
    reader, writer = world.actor("staff_customs"), world.actor("staff_police")
    with sight(reader.person_id):
        services.accept_conditions(actor=reader, note=note)
    with sight(writer.person_id):
        services.edit_note(
            actor=writer, note=note, title=note.title, body=note.body, tlp=note.tlp, review_on=note.review_on,
            audience=Choice("agencies", members=[world.memberships["customs"]]),
            basis=Basis(handling=("no_onward", "no_action")),
        )  # fmt: skip
    assert not opens(client, world.people["staff_customs"], note)


def test_each_wall_around_acceptances_holds_alone(world: World) -> None:
    note = share(world, ["customs", "tax"], Basis(handling=("call_first",)))
    reader = world.actor("staff_customs")
    with sight(reader.person_id):
        services.accept_conditions(actor=reader, note=note)
    sees = {"staff_customs", "lead_police", "staff_police", "reader_police", "client_police"}
    for persona, actor in world.actors().items():
        with sight(actor.person_id):
            assert Acceptance.objects.exists() == (persona in sees), persona
        with as_owner():
            assert Acceptance.objects.visible_to(actor).exists() == (persona in sees), persona
    forged = Acceptance(note=note, person=world.people["lead_tax"], conditions="x", at=clock.now())
    with sight(reader.person_id), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        forged.save()


def test_a_note_is_gone_for_others_after_its_day_of_destruction(world: World) -> None:
    note = share(world, ["customs"], Basis(destroy_by=clock.today() + timedelta(days=1)))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE notes_note SET destroy_by = current_date - 1 WHERE id = %s", [note.pk])
    assert services.keep_destroy_dates() == 1
    with sight(world.people["staff_customs"].pk):
        assert not Note.objects.visible_to(world.actor("staff_customs")).filter(pk=note.pk).exists()
    with sight(world.people["staff_police"].pk):
        assert Note.objects.get(pk=note.pk).status == "withdrawn"


def test_a_note_for_knowledge_only_leads_others_to_no_action(world: World, client: Client) -> None:
    note = share(world, ["customs"], Basis(handling=("no_action",)))
    reader, customs = world.actor("staff_customs"), world.commitments["report"]
    with sight(reader.person_id):
        services.accept_conditions(actor=reader, note=note)
        with pytest.raises(Invalid, match="for knowledge only"):
            add_note(actor=reader, commitment=customs, note=note)
    client.force_login(world.people["staff_customs"])
    page = f"/partnerships/haven/competences/who/?note={note.public_id}"
    assert "Open gate" not in client.get(page).content.decode()
    client.force_login(world.people["staff_police"])
    assert "Open gate" in client.get(page).content.decode()


def test_the_explanation_names_the_rule_that_allowed_it_and_what_is_in_the_way_of_others(
    world: World, agreed: Version
) -> None:
    note = share(world, ["customs"])
    to_customs, to_tax = explain(world, note, "customs"), explain(world, note, "tax")
    assert (to_customs.visible, to_tax.visible) == (True, False)
    assert f"of Haven information, version {agreed.number}, allows." in " ".join(to_customs.reasons)
    assert "Haven Tax Office" in to_tax.reasons[-1]
    assert "could change that" not in to_tax.reasons[-1]


# --- what rests on one agreement, and personal data --------------------------------------------------
def test_what_rests_on_one_agreement_is_allowed_by_that_one_alone(world: World, agreed: Version) -> None:
    covenant = world.versions["covenant"].agreement
    figures = Basis(category="aggregate")
    with pytest.raises(Invalid, match="The agreement that it rests on does not let them have it"):
        share(world, ["customs"], replace(figures, agreement=agreed.agreement))
    note = share(world, ["customs"], replace(figures, agreement=covenant))
    with as_owner():
        grant = NoteGroupGrant.objects.get(content_object=note, group=world.memberships["customs"].group)
    assert grant.rule is not None
    assert grant.rule.version.agreement == covenant
    form = note_form(world, category="aggregate", agreement=str(agreed.agreement.public_id))
    assert "agencies" not in form.fields
    form = note_form(world, category="aggregate", agreement=str(covenant.public_id))
    assert "agencies" in form.fields


def test_a_note_rests_on_no_agreement_that_is_not_in_force(world: World) -> None:
    draft = world.versions["draft"].agreement
    with pytest.raises(Invalid, match="that is in force"):
        share(world, ["customs"], Basis(category="aggregate", agreement=draft))


def test_personal_data_are_shared_by_a_rule_alone_whatever_else_decides(world: World) -> None:
    assert not receiving.rules_decide(world.partnerships["haven"], clock.today())
    person = Basis(category="person", purpose="To find them", legal_basis="Act 12", personal_data=["suspects"])
    with pytest.raises(Invalid, match="Not by the agreements in force"):
        share(world, ["tax"], person)
    assert share(world, ["customs"], person).status == "live"


def test_the_agreement_is_of_the_notes_own_partnership_in_the_database_too(world: World) -> None:
    hill = world.versions["hill"].agreement if "hill" in world.versions else None
    note = share(world, ["customs"])
    with as_owner():
        other = hill or Agreement.objects.create(
            partnership=world.partnerships["hill"], kind="covenant", title="Elsewhere", created_at=clock.now()
        )
        with database_refuses("note_agreement_in_partnership"):
            Note.objects.filter(pk=note.pk).update(agreement=other)
