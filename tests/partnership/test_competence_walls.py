"""Each wall around remarks on competences holds with the other one taken away; states and rows hold their rules."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from foundation import clock
from foundation.errors import NotAllowed, OutOfTurn, Refusal
from partnership.competences.dependence import Network
from partnership.competences.facts import Facts
from partnership.competences.models import CHANGES, Acknowledgement, Change, Holding, Remark, RemarkReader, Statement
from partnership.competences.services import register, remarks
from partnership.membership.sight import sight
from tests.world import World
from tests.world.cast import PERSONAS
from tests.world.roles import as_owner

SIGNED_IN = [persona for persona in PERSONAS if persona != "anonymous"]
# by hand: the police, who wrote it, and customs, whom it names; the others that it names have lost their sight
READS = {"lead_police", "staff_police", "reader_police", "client_police", "lead_customs", "staff_customs"}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_hides_remarks_without_wall_two(world: World, persona: str) -> None:
    with as_owner():
        assert Remark.objects.visible_to(world.actor(persona)).exists() == (persona in READS)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_hides_remarks_without_wall_one(world: World, persona: str) -> None:
    with sight(world.person(persona).pk):
        assert Remark.objects.exists() == (persona in READS)
        # who else reads it, its owner alone learns
        named = {"lead_customs": 1, "staff_customs": 1}.get(persona, 3 if persona in READS else 0)
        assert RemarkReader.objects.count() == named


def test_without_a_reader_every_query_on_remarks_fails(world: World) -> None:
    for model in (Remark, RemarkReader):
        with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
            list(model._base_manager.all())


def test_a_reader_can_neither_change_nor_remove_a_remark_nor_name_more_readers(world: World) -> None:
    with sight(world.person("staff_customs").pk):
        assert Remark.objects.update(text="taken over") == 0
        assert Remark.objects.all().delete()[0] == 0
        reader = RemarkReader(
            remark=world.remarks["police"],
            membership=world.memberships["tax"],
            partnership=world.partnerships["haven"],
        )
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RemarkReader.objects.bulk_create([reader])


def test_nobody_remarks_in_the_name_of_another_agency(world: World) -> None:
    forged = Remark(
        partnership=world.partnerships["haven"],
        holding=world.holdings["police_report"],
        owner=world.memberships["police"],
        text="forged",
        author=world.person("lead_tax"),
        created_at=clock.now(),
    )
    with sight(world.person("lead_tax").pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        forged.save()


def test_a_remark_that_is_taken_off_is_gone_for_all_at_the_next_query(world: World) -> None:
    writer = world.actor("staff_police")
    with sight(writer.person_id):
        remarks.remove_remark(actor=writer, remark=world.remarks["police"])
    with sight(world.person("lead_customs").pk):
        assert not Remark.objects.visible_to(world.actor("lead_customs")).exists()


# --- the states of a change ------------------------------------------------------------------------
STEPS: dict[str, Callable[[World, str, Change], Change]] = {
    "confirmed": lambda world, who, change: register.confirm_change(actor=world.actor(who), change=change),
    "declined": lambda world, who, change: register.decline_change(
        actor=world.actor(who), change=change, reason="Not so"
    ),
    "taken_back": lambda world, who, change: register.take_back_change(actor=world.actor(who), change=change),
}
MAY = {
    "confirmed": {"lead_customs"},
    "declined": {"lead_customs"},
    "taken_back": {"coordinator", "lead_customs", "staff_customs"},
}


def in_state(world: World, state: str) -> Change:
    change = world.changes["waiting"]
    return change if state == "proposed" else STEPS[state](world, "lead_customs", change)


@pytest.mark.parametrize("persona", SIGNED_IN)
@pytest.mark.parametrize("after", sorted(STEPS))
def test_who_may_answer_a_change(world: World, persona: str, after: str) -> None:
    change = world.changes["waiting"]
    if persona in MAY[after]:
        assert STEPS[after](world, persona, change).status == after
    else:
        with pytest.raises(NotAllowed):
            STEPS[after](world, persona, change)


@pytest.mark.parametrize("before", sorted(CHANGES))
@pytest.mark.parametrize("after", sorted(STEPS))
def test_a_change_is_answered_once(world: World, before: str, after: str) -> None:
    change = in_state(world, before)
    if after in CHANGES[before]:
        assert STEPS[after](world, "lead_customs", change).status == after
    else:
        with pytest.raises(OutOfTurn):
            STEPS[after](world, "lead_customs", change)


def test_what_was_answered_or_signed_stays_in_the_database(world: World) -> None:
    answered = register.confirm_change(actor=world.actor("lead_customs"), change=world.changes["waiting"])
    signed = Acknowledgement.objects.get(membership=world.memberships["police"])
    for rows, changes in (
        (Change.objects.filter(pk=answered.pk), {"reason": "otherwise"}),
        (Acknowledgement.objects.filter(pk=signed.pk), {"person_name": "Somebody else"}),
        (Statement.objects.filter(pk=signed.statement_id), {"fingerprint": "0" * 64}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)


def test_a_signature_under_another_text_is_refused_by_the_database(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Acknowledgement.objects.create(
            statement=world.statements["haven"],
            partnership=world.partnerships["haven"],
            membership=world.memberships["tax"],
            person_name="Lead",
            fingerprint="0" * 64,
            at=clock.now(),
        )


def test_nothing_of_another_partnership_can_be_named(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(
            partnership=world.partnerships["haven"],
            competence=world.competences["search"],
            membership=world.memberships["elsewhere"],
            since=clock.now(),
        )


def test_a_competence_that_needs_itself_or_a_stranger_is_refused(world: World) -> None:
    for needs in (("Can search",), ("Can fly",)):
        with pytest.raises(Refusal):
            register.propose_holding(
                actor=world.actor("lead_tax"),
                competence=world.competences["search"],
                membership=world.memberships["tax"],
                facts=Facts(needs=needs),
            )


def test_things_that_need_each_other_in_a_ring_cannot_begin(world: World) -> None:
    register.propose_holding(
        actor=world.actor("lead_police"),
        competence=world.competences["report"],
        membership=world.memberships["police"],
        facts=Facts(lead_days=10, needs=("Can close",)),
    )
    network = Network.of(world.actor("lead_tax"), world.partnerships["haven"], clock.today())
    way = network.ways(world.competences["close"].pk)[0]
    assert (way.is_blocked, way.days) == (True, None)
