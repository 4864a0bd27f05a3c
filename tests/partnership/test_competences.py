"""The register of competences: what members can do, as they themselves confirmed it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from infosharing.notes.audiences import Choice
from infosharing.notes.services import share_note
from partnership.commitments import recurrence
from partnership.commitments import services as commitments
from partnership.commitments.models import Commitment
from partnership.competences import checking
from partnership.competences.acting import answers
from partnership.competences.coverage import matrix
from partnership.competences.dependence import Network
from partnership.competences.facts import Facts
from partnership.competences.models import Change, Holding, Remark, Step
from partnership.competences.services import register, remarks, statements
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.world import PASSWORD, World
from tests.world.cast import marker


def test_what_the_coordinator_proposes_stands_only_when_the_members_lead_confirms_it(world: World) -> None:
    change = world.changes["waiting"]
    held = Holding.objects.held(clock.today()).filter(competence=change.competence, membership=change.membership)
    assert not held.exists()
    for persona in ("coordinator", "staff_customs", "lead_police"):
        with pytest.raises(NotAllowed):
            register.confirm_change(actor=world.actor(persona), change=change)
    register.confirm_change(actor=world.actor("lead_customs"), change=change)
    assert held.get().lead_days == 5
    with pytest.raises(OutOfTurn):
        register.confirm_change(actor=world.actor("lead_customs"), change=change)


def test_a_lead_looks_at_all_that_waits_and_confirms_it_at_once_but_not_what_came_since(world: World) -> None:
    first = world.changes["waiting"]
    member, coordinator = first.membership, world.actor("coordinator")

    def propose(name: str) -> Change:
        return register.propose_holding(
            actor=coordinator, competence=world.competences[name], membership=member, facts=Facts("partly", lead_days=7)
        )

    second = propose("search")
    client = caller(world, "lead_customs")
    address = f"/partnerships/haven/competences/members/{member.public_id}/changes/"
    page = client.get(address).content.decode()
    assert str(second.public_id) in page
    since = propose("close")
    for persona in ("coordinator", "staff_customs", "lead_police"):
        assert caller(world, persona).get(address).status_code == 403
        with pytest.raises(NotAllowed):
            register.confirm_changes(actor=world.actor(persona), membership=member, shown=second)
    assert client.post(address, {"shown": str(second.public_id)}).status_code == 302
    left = Change.objects.filter(membership=member, status="proposed")
    assert list(left) == [since]
    held = Holding.objects.held(clock.today()).filter(membership=member)
    assert {first.competence_id, second.competence_id} <= set(held.values_list("competence", flat=True))
    assert client.post(address, {"shown": "nonsense"}).status_code == 404
    with pytest.raises(OutOfTurn):
        register.confirm_changes(actor=world.actor("lead_customs"), membership=member, shown=second)


def test_the_matrix_names_the_gap_and_the_single_dependence(world: World) -> None:
    found = matrix(world.actor("lead_tax"), world.partnerships["haven"], clock.today())
    assert [row.words for row in found.rows] == ["2 members", "Only Haven City", "Nobody can act"]
    assert found.finding == ["Nobody can act on “Step recruiting”.", "Only Haven City can act on “Step storage”."]


def test_a_container_leads_to_customs_and_the_police(world: World) -> None:
    found = answers(world.actor("lead_company"), world.partnerships["haven"], clock.today(), words="container")
    assert [[way.holding.membership.agency.name for way in answer.ways] for answer in found] == [
        ["Haven Police", "Haven Customs"]
    ]


def test_an_area_that_a_step_names_leads_to_those_who_can_act_there(world: World) -> None:
    asked = {"actor": world.actor("lead_company"), "partnership": world.partnerships["haven"], "today": clock.today()}
    assert answers(**asked, words="Eastquay") == []
    Step.objects.filter(pk=world.steps["arrival"].pk).update(description="Containers come in at Eastquay.")
    assert [answer.competence for answer in answers(**asked, words="Eastquay")] == [world.competences["search"]]


def test_a_closure_takes_as_long_as_the_report_it_needs_and_its_own_time(world: World) -> None:
    network = Network.of(world.actor("lead_tax"), world.partnerships["haven"], clock.today())
    way = network.ways(world.competences["close"].pk)[0]
    assert (way.days, way.is_blocked) == (24, False)
    assert [edge.sentence for edge in way.first] == [
        "Haven City needs “Can report” from Haven Police before “Can close”."
    ]


def test_a_remark_is_read_by_the_holder_and_the_members_it_names_alone(world: World) -> None:
    readers = set()
    for persona, actor in world.actors().items():
        with sight(actor.person_id):
            if Remark.objects.visible_to(actor).exists():
                readers.add(persona)
    police = {"lead_police", "staff_police", "reader_police", "client_police"}
    assert readers == police | {"lead_customs", "staff_customs"}


def test_a_changed_register_asks_everybody_again(world: World) -> None:
    first = world.statements["haven"]
    register.confirm_change(actor=world.actor("lead_customs"), change=world.changes["waiting"])
    second = first.partnership.statements.latest("number")
    assert second.number == 2
    with pytest.raises(OutOfTurn):
        statements.acknowledge(
            actor=world.actor("lead_customs"), statement=first, fingerprint=first.fingerprint, password=PASSWORD
        )
    signed = statements.acknowledge(
        actor=world.actor("lead_customs"), statement=second, fingerprint=second.fingerprint, password=PASSWORD
    )
    assert signed.membership == world.memberships["customs"]
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.delete()


def test_who_lacks_a_competence_is_refused_and_told_who_holds_it(world: World) -> None:
    with pytest.raises(Invalid, match=r"does not hold “Can search”\. Haven Customs and Haven Police do\."):
        checking.require_holder(world.competences["search"], world.memberships["tax"])
    checking.require_holder(world.competences["search"], world.memberships["customs"])


def test_only_one_change_of_a_thing_waits_at_a_time(world: World) -> None:
    with pytest.raises(OutOfTurn):
        register.propose_holding(
            actor=world.actor("coordinator"),
            competence=world.competences["report"],
            membership=world.memberships["customs"],
            facts=Facts(),
        )
    assert Change.objects.waiting().count() == 1


def test_a_member_remarks_on_its_own_holdings_alone(world: World) -> None:
    actor = world.actor("staff_customs")
    with sight(actor.person_id), pytest.raises(NotAllowed):
        remarks.add_remark(actor=actor, holding=world.holdings["police_report"], text="Not ours", readers=[])


# --- what needs a competence -----------------------------------------------------------------------
def propose(world: World, owner: str, competence: str) -> Commitment:
    return commitments.propose_commitment(
        actor=world.actor("coordinator"),
        partnership=world.partnerships["haven"],
        promise="Search the containers of Friday",
        owner=world.memberships[owner],
        due_on=clock.today() + timedelta(days=9),
        done_when="The report is there",
        competence=world.competences[competence],
    )


def test_a_commitment_is_refused_to_who_lacks_the_competence_and_the_holders_are_named(world: World) -> None:
    with pytest.raises(Invalid, match=r"Haven Tax Office cannot promise this: it does not hold “Can search”\."):
        propose(world, "tax", "search")
    with pytest.raises(Invalid, match=r"No member of this partnership does\."):
        propose(world, "tax", "shelter")
    assert propose(world, "customs", "search").competence == world.competences["search"]


def test_the_database_itself_refuses_an_owner_that_does_not_hold_it(world: World) -> None:
    made = propose(world, "customs", "search")
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=made.pk).update(owner=world.memberships["tax"])


def test_a_promise_that_repeats_ends_when_its_member_holds_the_competence_no_more(world: World) -> None:
    due_on = clock.today() + timedelta(days=3)
    made = commitments.propose_commitment(
        actor=world.actor("staff_customs"),
        partnership=world.partnerships["haven"],
        promise="Search each week",
        owner=world.memberships["customs"],
        due_on=due_on,
        done_when="It is in the log",
        rule=recurrence.rule_for("week", due_on),
        competence=world.competences["search"],
    )
    register.propose_end(
        actor=world.actor("lead_customs"), holding=world.holdings["customs_search"], reason="Moved to another service"
    )
    made = commitments.claim_done(actor=world.actor("staff_customs"), commitment=made, evidence="The log")
    commitments.verify_commitment(actor=world.actor("staff_police"), commitment=made)
    assert Commitment.objects.filter(series=made.series).count() == 1
    assert made.changes.filter(what="series_ended").exists()


# --- pages -----------------------------------------------------------------------------------------
def test_a_note_leads_to_who_can_act_on_what_it_says_for_its_readers_alone(world: World, client: Client) -> None:
    writer = world.actor("staff_police")
    with sight(writer.person_id):
        note = share_note(
            actor=writer,
            partnership=world.partnerships["haven"],
            title="Seals were broken",
            body="Two containers stood open on the quay.",
            tlp="AMBER",
            audience=Choice("agencies", members=[world.memberships["customs"]]),
            review_on=clock.today() + timedelta(days=30),
        )
    page = f"/partnerships/haven/competences/who/?note={note.public_id}"
    client.force_login(world.people["staff_customs"])
    shown = client.get(page).content.decode()
    assert "Seals were broken" in shown
    assert "Can search" in shown
    client.force_login(world.people["lead_tax"])
    hidden = client.get(page).content.decode()
    assert "Seals were broken" not in hidden
    assert "Can search" not in hidden


def test_the_commitment_that_who_can_act_proposes_is_filled_in(world: World, client: Client) -> None:
    client.force_login(world.people["coordinator"])
    page = client.get("/partnerships/haven/competences/who/?q=container").content.decode()
    customs = world.memberships["customs"]
    query = f"owner={customs.public_id}&amp;competence={world.competences['search'].public_id}"
    assert f"/partnerships/haven/commitments/new/?{query}" in page
    form = client.get(f"/partnerships/haven/commitments/new/?{query.replace('&amp;', '&')}").context["form"]
    assert form.initial["owner"] == customs.pk
    assert form.initial["competence"] == world.competences["search"].public_id


def test_the_form_of_a_commitment_names_who_holds_what_the_owner_lacks(world: World, client: Client) -> None:
    client.force_login(world.people["coordinator"])
    answer = client.post(
        "/partnerships/haven/commitments/new/",
        {
            "promise": "Search the containers",
            "owner": world.memberships["tax"].pk,
            "due_on": (clock.today() + timedelta(days=9)).isoformat(),
            "done_when": "It is done",
            "competence": world.competences["search"].public_id,
        },
    )
    assert answer.status_code == 422
    assert "Haven Customs and Haven Police do." in answer.content.decode()


def test_a_private_member_reads_the_register_and_no_remark_of_the_police(world: World, client: Client) -> None:
    client.force_login(world.people["lead_company"])
    page = client.get(f"/partnerships/haven/competences/{world.competences['report'].public_id}/").content.decode()
    assert "Haven Police" in page
    assert marker("remark") not in page
    client.force_login(world.people["staff_customs"])
    page = client.get(f"/partnerships/haven/competences/{world.competences['report'].public_id}/").content.decode()
    assert marker("remark") in page
