"""Agreements: nothing is in force before all have signed, and what is signed stands."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn, Refusal
from foundation.notifications.models import Notice
from partnership.agreements import obstacles, selectors
from partnership.agreements.comparing import compare
from partnership.agreements.content import hash_of
from partnership.agreements.models import Clause, Signatory, Signature, Version
from partnership.agreements.services import drafting, steps
from partnership.agreements.states import VERSION
from partnership.membership import services as membership
from tests.world import PASSWORD, World
from tests.world.attempts import database_refuses, undone
from tests.world.build import SIGNATORIES, fill_gaps, sign

COORDINATOR = {"coordinator", "lead_municipality"}


def later(days: int = 100) -> date:
    return clock.today() + timedelta(days=days)


def next_version(world: World, *, is_material: bool) -> Version:
    return drafting.draft_version(
        actor=world.actor("coordinator"),
        agreement=world.versions["covenant"].agreement,
        change_note="Clearer",
        is_material=is_material,
        review_on=later(),
        ends_on=None,
    )


def bring(world: World, state: str) -> Version:
    """Return a version of its own agreement that came to a state on the usual way."""
    coordinator = world.actor("coordinator")
    version = drafting.draft_agreement(
        actor=coordinator, partnership=world.partnerships["haven"], kind="covenant", title="Another", review_on=later()
    )
    world.versions["another"] = version
    fill_gaps(version)
    drafting.require_signatory(
        actor=coordinator, version=version, membership=world.memberships["police"], function="Chief of police"
    )
    ways: dict[str, list[Callable[[], object]]] = {
        "draft": [],
        "consultation": [lambda: steps.put_to_members(actor=coordinator, version=version)],
        "open_for_signature": [lambda: steps.open_for_signature(actor=coordinator, version=version)],
        "in_force": [lambda: sign(world, "lead_police", "another", "Chief of police")],
        "under_review": [lambda: steps.begin_review(actor=coordinator, version=version)],
    }
    if state == "terminated":
        steps.terminate(actor=coordinator, version=version, reason="Not needed")
    elif state in {"superseded", "expired"}:
        _walk(ways, "in_force")
        steps._step(None, Version.objects.get(pk=version.pk), state)
    else:
        _walk(ways, state)
    return Version.objects.select_related("agreement__partnership", "partnership").get(pk=version.pk)


def _walk(ways: dict[str, list[Callable[[], object]]], state: str) -> None:
    for name, path in ways.items():
        for step in path:
            step()
        if name == state:
            return


STEPS: dict[str, tuple[Callable[..., Any], dict[str, Any], set[str]]] = {
    "put to members": (steps.put_to_members, {}, {"draft"}),
    "take back": (steps.take_back_to_draft, {"reason": "A word"}, {"consultation", "open_for_signature"}),
    "open": (steps.open_for_signature, {}, {"consultation"}),
    "review": (steps.begin_review, {}, {"in_force"}),
    "confirm": (steps.confirm_after_review, {"review_on": date(2099, 1, 1), "reason": "Fine"}, {"under_review"}),
    "end": (
        steps.terminate,
        {"reason": "Over"},
        {"draft", "consultation", "open_for_signature", "in_force", "under_review"},
    ),
}


@pytest.mark.parametrize("state", VERSION)
def test_each_step_is_taken_in_its_own_states_alone(world: World, state: str) -> None:
    version = bring(world, state)
    for name, (service, words, states) in STEPS.items():
        with undone():
            try:
                service(actor=world.actor("coordinator"), version=version, **words)
            except OutOfTurn:
                assert state not in states, f"{name} was refused to what is {state}"
            else:
                assert state in states, f"{name} was allowed to what is {state}"


@pytest.mark.parametrize("step", STEPS)
def test_the_coordinator_alone_takes_steps(world: World, step: str) -> None:
    service, words, states = STEPS[step]
    version = bring(world, sorted(states)[0])
    for persona, actor in world.actors().items():
        if persona not in COORDINATOR:
            with undone(), pytest.raises(NotAllowed):
                service(actor=actor, version=version, **words)
    for persona in COORDINATOR:
        with undone():
            service(actor=world.actor(persona), version=version, **words)


def test_the_database_holds_the_same_table_of_states(world: World) -> None:
    for before, successors in VERSION.items():
        version = bring(world, before)
        for after in set(VERSION) - successors - {before}:
            with database_refuses("does not become"):
                Version.objects.filter(pk=version.pk).update(status=after)


def test_nothing_is_in_force_before_all_have_signed(world: World) -> None:
    version = world.versions["sharing"]
    with pytest.raises(Invalid, match=r"Mayor.*Director"):
        steps.bring_into_force(actor=world.actor("coordinator"), version=version, reason="In a hurry")
    with database_refuses("nothing is in force before all have signed"):
        Version.objects.filter(pk=version.pk).update(status="in_force", in_force_on=clock.today())
    sign(world, "lead_municipality", "sharing", "Mayor")
    assert Version.objects.get(pk=version.pk).status == "open_for_signature"
    sign(world, "lead_customs", "sharing", "Director")
    assert Version.objects.get(pk=version.pk).status == "in_force"


def test_nobody_signs_for_another_member_or_function(world: World) -> None:
    version = world.versions["sharing"]
    said = {
        "version_hash": version.content_hash,
        "function": "Director",
        "mandate_basis": "Decision",
        "password": PASSWORD,
    }
    for persona in ("lead_police", "lead_municipality"):
        with pytest.raises((Invalid, NotAllowed)):
            steps.sign(actor=world.actor(persona), version=version, **said)
    for persona in ("staff_customs", "coordinator", "lead_tax", "lead_former", "lead_elsewhere", "reader_police"):
        with pytest.raises(NotAllowed):
            steps.sign(actor=world.actor(persona), version=version, **said)
    assert not Signature.objects.filter(version=version, function="Director").exists()


def test_a_signature_needs_the_own_password_and_a_mandate(world: World) -> None:
    lead, version = world.actor("lead_customs"), world.versions["sharing"]
    said = {
        "version": version, "version_hash": version.content_hash, "function": "Director", "mandate_basis": "Decision",
        "password": PASSWORD,
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        steps.sign(actor=lead, **{**said, "password": "guess-guess"})
    assert refused.value.field == "password"
    with pytest.raises(Invalid) as refused:
        steps.sign(actor=lead, **{**said, "mandate_basis": "  "})
    assert refused.value.field == "mandate_basis"


def test_a_signature_is_never_changed_nor_taken_away(world: World) -> None:
    signature = Signature.objects.filter(version=world.versions["covenant"]).first()
    assert signature is not None
    with database_refuses("stays as it was written"):
        Signature.objects.filter(pk=signature.pk).update(function="Somebody else")
    with database_refuses("stays as it was written"):
        Signature.objects.filter(pk=signature.pk).delete()


def test_the_text_does_not_change_once_it_is_put_to_the_members(world: World) -> None:
    for name in ("terms", "sharing", "covenant"):
        version = world.versions[name]
        clause = version.clauses.first()
        with pytest.raises(OutOfTurn):
            drafting.write_clause(
                actor=world.actor("coordinator"), version=version, kind="duty", heading="New", text="More"
            )
        with database_refuses("while a version is a draft"):
            Clause.objects.filter(pk=clause.pk).update(text="Something else")
        with database_refuses("while a version is a draft"):
            Signatory.objects.filter(version=version).delete()


def test_the_fingerprint_is_of_the_text_and_of_who_signs(world: World) -> None:
    version = bring(world, "draft")
    before = hash_of(version)
    assert hash_of(version) == before
    clause = version.clauses.first()
    drafting.write_clause(
        actor=world.actor("coordinator"), version=version, kind=clause.kind, heading=clause.heading, text="Other",
        clause=clause,
    )  # fmt: skip
    changed = hash_of(version)
    assert changed != before
    drafting.require_signatory(
        actor=world.actor("coordinator"), version=version, membership=world.memberships["tax"], function="Director"
    )
    assert hash_of(version) != changed


def test_a_signature_counts_again_only_under_the_same_text(world: World) -> None:
    coordinator, version = world.actor("coordinator"), world.versions["sharing"]

    def reopened(*, changed: bool) -> list[str]:
        steps.take_back_to_draft(actor=coordinator, version=version, reason="A word")
        if changed:
            drafting.write_clause(actor=coordinator, version=version, kind="duty", heading="New", text="More")
        steps.put_to_members(actor=coordinator, version=version)
        steps.open_for_signature(actor=coordinator, version=version)
        return list(Signatory.objects.awaited().filter(version=version).values_list("function", flat=True))

    assert "Chief of police" not in reopened(changed=False)
    assert "Chief of police" in reopened(changed=True)
    sign(world, "lead_police", "sharing", "Chief of police")
    assert Signature.objects.filter(version=version, function="Chief of police").count() == 2


def test_a_material_version_is_signed_anew_by_all(world: World) -> None:
    version = next_version(world, is_material=True)
    assert version.signatories.count() == len(SIGNATORIES)
    assert not version.signatures.exists()
    coordinator = world.actor("coordinator")
    steps.put_to_members(actor=coordinator, version=version)
    steps.open_for_signature(actor=coordinator, version=version)
    world.versions["second"] = version
    for persona, function in SIGNATORIES.items():
        assert Version.objects.get(pk=world.versions["covenant"].pk).status == "in_force"
        sign(world, persona, "second", function)
    assert Version.objects.get(pk=world.versions["covenant"].pk).status == "superseded"
    assert Version.objects.get(pk=version.pk).status == "in_force"


def test_a_version_that_changes_nothing_signed_needs_no_signature_and_copies_none(world: World) -> None:
    coordinator = world.actor("coordinator")
    version = next_version(world, is_material=False)
    definition = version.clauses.get(kind="definition")
    drafting.write_clause(
        actor=coordinator, version=version, kind="definition", heading=definition.heading, text="Clearer words",
        clause=definition,
    )  # fmt: skip
    steps.put_to_members(actor=coordinator, version=version)
    with pytest.raises(OutOfTurn):
        steps.open_for_signature(actor=coordinator, version=version)
    version = steps.bring_into_force(actor=coordinator, version=version)
    assert version.status == "in_force"
    assert not version.signatures.exists()
    assert [line.signature.version_id for line in selectors.signature_lines(version) if line.signature] == [
        world.versions["covenant"].pk
    ] * 3


def test_a_change_of_a_duty_is_not_passed_off_as_immaterial(world: World) -> None:
    coordinator = world.actor("coordinator")
    version = next_version(world, is_material=False)
    duty = version.clauses.get(kind="duty")
    drafting.write_clause(
        actor=coordinator, version=version, kind="duty", heading=duty.heading, text="Twice as much", clause=duty
    )
    steps.put_to_members(actor=coordinator, version=version)
    with pytest.raises(Invalid, match="What each member does"):
        steps.bring_into_force(actor=coordinator, version=version)


def test_the_first_version_is_signed(world: World) -> None:
    with database_refuses("version_first_is_material"):
        Version.objects.filter(pk=world.versions["draft"].pk).update(is_material=False)


def test_a_member_joins_by_signing_what_is_in_force(world: World) -> None:
    version = world.versions["covenant"]
    assert "Haven Tax Office" in selectors.members_without_signature(version)
    sign(world, "lead_tax", "covenant", "Inspector")
    assert "Haven Tax Office" not in selectors.members_without_signature(version)
    assert [line.agency for line in selectors.signature_lines(version) if line.is_accession] == ["Haven Tax Office"]
    with pytest.raises(NotAllowed):
        sign(world, "lead_tax", "covenant", "Inspector")


def test_what_is_unsettled_waits_for_the_coordinators_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obstacles, "_providers", [lambda version: ["One duty is not accepted."]])
    sign(world, "lead_municipality", "sharing", "Mayor")
    sign(world, "lead_customs", "sharing", "Director")
    version = Version.objects.get(pk=world.versions["sharing"].pk)
    assert version.status == "open_for_signature"
    with pytest.raises(Invalid) as refused:
        steps.bring_into_force(actor=world.actor("coordinator"), version=version)
    assert refused.value.field == "reason"
    version = steps.bring_into_force(actor=world.actor("coordinator"), version=version, reason="It is settled by May")
    assert (version.status, version.unaccepted_reason) == ("in_force", "It is settled by May")


def test_a_draft_is_its_coordinators_alone(world: World) -> None:
    draft = world.versions["draft"]
    see = {name for name, actor in world.actors().items() if Version.objects.visible_to(actor).filter(pk=draft.pk)}
    assert see == {"coordinator", "client_reader"}  # that client is the municipality's own


@pytest.mark.parametrize("was_shown", [False, True])
def test_a_draft_that_is_ended_stays_its_coordinators_alone(world: World, was_shown: bool) -> None:
    coordinator = world.actor("coordinator")
    version = bring(world, "consultation" if was_shown else "draft")
    if was_shown:
        # what is drafted after it was taken back, nobody was shown
        version = steps.take_back_to_draft(actor=coordinator, version=version, reason="A word")
    version = steps.terminate(actor=coordinator, version=version, reason="Not needed")
    seen_by_police = Version.objects.visible_to(world.actor("lead_police"))
    assert version in Version.objects.visible_to(coordinator)
    assert version not in seen_by_police
    put = steps.terminate(actor=coordinator, version=bring(world, "consultation"), reason="Not needed")
    assert put in seen_by_police.all()


def test_members_see_what_is_put_to_them_and_strangers_nothing(world: World) -> None:
    members = {"coordinator", "client_reader", "lead_police", "staff_police", "reader_police", "client_police",
               "lead_customs", "staff_customs", "lead_tax", "lead_company"}  # fmt: skip
    for name in ("covenant", "sharing", "terms"):
        pk = world.versions[name].pk
        see = {persona for persona, actor in world.actors().items() if Version.objects.visible_to(actor).filter(pk=pk)}
        assert see == members


def test_an_agreement_expires_after_its_last_day(world: World) -> None:
    coordinator = world.actor("coordinator")
    version = bring(world, "draft")
    last = later(200)
    drafting.revise_version(actor=coordinator, version=version, review_on=later(), ends_on=last)
    steps.put_to_members(actor=coordinator, version=version)
    steps.open_for_signature(actor=coordinator, version=version)
    sign(world, "lead_police", "another", "Chief of police")
    noon = datetime(last.year, last.month, last.day, 12, tzinfo=timezone.utc)  # noqa: UP017
    with clock.standing_at(noon):
        assert steps.expire_ended() == 0
    with clock.standing_at(noon + timedelta(days=1)):
        assert steps.expire_ended() == 1
        assert steps.expire_ended() == 0
    assert Version.objects.get(pk=version.pk).status == "expired"


def test_clauses_keep_their_numbers_without_gaps(world: World) -> None:
    coordinator, version = world.actor("coordinator"), bring(world, "draft")
    first = version.clauses.get(number=1)
    drafting.write_clause(actor=coordinator, version=version, kind="other", heading="First", text="Begin", number=1)
    drafting.remove_clause(actor=coordinator, version=version, clause=version.clauses.get(number=3))
    numbers = list(version.clauses.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert version.clauses.get(pk=first.pk).number == 2


def test_only_one_version_is_in_the_making(world: World) -> None:
    next_version(world, is_material=True)
    with pytest.raises(OutOfTurn):
        next_version(world, is_material=True)


def test_remarks_are_made_in_consultation_by_active_members(world: World) -> None:
    version = world.versions["terms"]
    drafting.remark(actor=world.actor("staff_customs"), version=version, text="Shorter", clause=version.clauses.first())
    with pytest.raises(NotAllowed):
        drafting.remark(actor=world.actor("reader_police"), version=version, text="Longer")
    with pytest.raises(OutOfTurn):
        drafting.remark(actor=world.actor("staff_customs"), version=world.versions["covenant"], text="Too late")
    with pytest.raises(Invalid):
        drafting.remark(
            actor=world.actor("staff_customs"),
            version=version,
            text="Wrong",
            clause=world.versions["covenant"].clauses.first(),
        )


def test_an_annex_goes_its_own_way_and_keeps_every_text(world: World) -> None:
    coordinator, agreement = world.actor("coordinator"), world.versions["covenant"].agreement
    drafting.publish_annex(actor=coordinator, agreement=agreement, name="Map", text="One")
    second = drafting.publish_annex(actor=coordinator, agreement=agreement, name="Map", text="Two")
    assert second.number == 2
    assert second in selectors.annexes(agreement)
    with database_refuses("stays as it was written"):
        agreement.annexes.filter(name="Map", number=1).update(text="Rewritten")
    with pytest.raises(NotAllowed):
        drafting.publish_annex(actor=world.actor("lead_police"), agreement=agreement, name="Map", text="Three")


def test_signatories_are_told_and_untold(world: World) -> None:
    def told() -> set[str]:
        notices = Notice.objects.filter(kind="agreements.to_sign", subject_id=world.versions["sharing"].public_id)
        return set(notices.filter(withdrawn_at=None).values_list("recipient__email", flat=True))

    assert told() == {"lead_customs@haven.example", "lead_municipality@haven.example"}
    sign(world, "lead_customs", "sharing", "Director")
    assert told() == {"lead_municipality@haven.example"}


def test_a_member_of_another_partnership_is_no_signatory(world: World) -> None:
    version = bring(world, "draft")
    with pytest.raises(Invalid):
        drafting.require_signatory(
            actor=world.actor("coordinator"),
            version=version,
            membership=world.memberships["elsewhere"],
            function="Boss",
        )
    with database_refuses("signatory_in_partnership"):
        Signatory.objects.create(
            version=version, partnership_id=version.partnership_id, membership=world.memberships["elsewhere"],
            function="Boss",
        )  # fmt: skip


def test_a_signatory_who_left_is_named_before_the_text_is_closed(world: World) -> None:
    coordinator, version = world.actor("coordinator"), bring(world, "consultation")
    membership.withdraw_member(actor=coordinator, membership=world.memberships["police"], reason="Left")
    with pytest.raises(Invalid, match="Haven Police"):
        steps.open_for_signature(actor=coordinator, version=version)


def test_every_step_leaves_one_line_in_the_audit_trail_and_a_refusal_none(world: World) -> None:
    version = bring(world, "draft")
    before = Event.objects.count()
    steps.put_to_members(actor=world.actor("coordinator"), version=version)
    assert Event.objects.count() == before + 1
    with pytest.raises(Refusal), transaction.atomic():
        steps.put_to_members(actor=world.actor("coordinator"), version=version)
    assert Event.objects.count() == before + 1


@given(st.text(alphabet="ab \n.,é", max_size=60), st.text(alphabet="ab \n.,é", max_size=60))
def test_both_sides_of_a_comparison_read_as_they_were_written(before: str, after: str) -> None:
    sides = compare(before, after)
    assert "".join(piece.text for piece in sides.before) == before
    assert "".join(piece.text for piece in sides.after) == after
    same = [[piece.text for piece in side if not piece.is_changed] for side in (sides.before, sides.after)]
    assert "".join(same[0]) == "".join(same[1])
    assert sides.is_same == (before == after)


def test_a_comparison_marks_words_not_letters() -> None:
    sides = compare("Customs scans ten containers.", "Customs scans twelve containers.")
    assert [piece.text for piece in sides.before if piece.is_changed] == ["ten"]
    assert [piece.text for piece in sides.after if piece.is_changed] == ["twelve"]


def test_nobody_signs_another_text_than_the_one_that_they_read(world: World) -> None:
    coordinator, version = world.actor("coordinator"), world.versions["sharing"]
    read = version.content_hash
    steps.take_back_to_draft(actor=coordinator, version=version, reason="A word")
    drafting.write_clause(actor=coordinator, version=version, kind="duty", heading="New", text="Customs pays for all.")
    steps.put_to_members(actor=coordinator, version=version)
    steps.open_for_signature(actor=coordinator, version=version)
    with pytest.raises(OutOfTurn, match="changed"):
        steps.sign(
            actor=world.actor("lead_customs"), version=version, version_hash=read, function="Director",
            mandate_basis="Decision", password=PASSWORD,
        )  # fmt: skip


def test_a_text_with_gaps_is_not_opened_for_signature(world: World) -> None:
    coordinator, version = world.actor("coordinator"), bring(world, "draft")
    drafting.write_clause(actor=coordinator, version=version, kind="duty", heading="Half", text="Each does …")
    steps.put_to_members(actor=coordinator, version=version)
    with pytest.raises(Invalid, match="Half"):
        steps.open_for_signature(actor=coordinator, version=version)
