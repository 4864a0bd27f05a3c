"""Sharing rules: written in a draft, signed with the text, and asked "may this member give that to another?"."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from partnership.agreements import selectors
from partnership.agreements.content import canonical, hash_of
from partnership.agreements.models import Clause, RuleMember, SharingRule, Version
from partnership.agreements.services import drafting, steps
from partnership.agreements.services.sharing import Members, remove_rule
from partnership.agreements.sharing import Answer, Question, allowing_rules, visible_rules
from partnership.membership import services as membership
from tests.access.callers import caller
from tests.partnership.test_agreements import COORDINATOR, later, next_version
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.build import SIGNATORIES, fill_gaps, sign
from tests.world.sharing import ANY, members, rule


def allowed(
    world: World, giver: str, receiver: str, category: str, data: tuple[str, ...] = (), today: date | None = None
) -> bool:
    pair = [world.memberships[giver], world.memberships[receiver]]
    return bool(allowing_rules(world.partnerships["haven"], *pair, category, data, today or clock.today()))


def ask(
    world: World, giver: str, receiver: str, category: str, data: tuple[str, ...] = (), by: str = "staff_police"
) -> Answer:
    for code in (giver, receiver):
        world.memberships[code].refresh_from_db()
    return Question.about(
        actor=world.actor(by),
        partnership=world.partnerships["haven"],
        giver=world.memberships[giver],
        receiver=world.memberships[receiver],
        category=category,
        personal_data=data,
        today=clock.today(),
    ).answer()


def why_not(*question: Any, **more: Any) -> str:
    answer = ask(*question, **more)
    assert not answer.allowed
    return " ".join(f"{missing.sentence} {missing.who}" for missing in answer.missing)


def in_force(world: World, version: Version) -> Version:
    """Bring a draft into force: put to the members, opened, signed by all."""
    coordinator = world.actor("coordinator")
    steps.put_to_members(actor=coordinator, version=version)
    steps.open_for_signature(actor=coordinator, version=version)
    world.versions["now"] = version
    for persona, function in SIGNATORIES.items():
        sign(world, persona, "now", function)
    return Version.objects.get(pk=version.pk)


# --- what a rule allows ----------------------------------------------------------------------------
def test_customs_may_give_consignments_to_police_with_data_of_suspects_and_of_nobody_else(world: World) -> None:
    assert allowed(world, "customs", "police", "consignment")
    assert allowed(world, "customs", "police", "consignment", ("suspects",))
    assert not allowed(world, "customs", "police", "consignment", ("suspects", "victims"))
    assert not allowed(world, "customs", "police", "financial")
    assert not allowed(world, "police", "customs", "consignment")


def test_a_rule_for_any_member_is_for_those_that_signed_and_for_no_other(world: World) -> None:
    signed, unsigned = ("municipality", "police", "customs"), ("tax", "company")
    for giver in (*signed, *unsigned):
        for receiver in (*signed, *unsigned):
            expected = giver != receiver and {giver, receiver} <= set(signed)
            assert allowed(world, giver, receiver, "aggregate") == expected, (giver, receiver)


def test_nobody_outside_the_partnership_gives_or_receives(world: World) -> None:
    for code in ("elsewhere", "former", "suspended", "invited"):
        assert not allowed(world, "police", code, "aggregate")
        assert not allowed(world, code, "police", "aggregate")


def test_who_joins_by_signing_what_is_in_force_receives_from_then_on(world: World) -> None:
    assert not allowed(world, "customs", "tax", "consignment")
    assert "Haven Tax Office has not signed" in why_not(world, "customs", "tax", "consignment")
    assert "A lead of Haven Tax Office can join" in why_not(world, "customs", "tax", "consignment")
    sign(world, "lead_tax", "covenant", "Inspector")
    assert allowed(world, "customs", "tax", "consignment")


def test_a_suspended_member_receives_nothing_until_it_is_reinstated(world: World) -> None:
    police, coordinator = world.memberships["police"], world.actor("coordinator")
    membership.suspend_member(actor=coordinator, membership=police, reason="asked")
    assert not allowed(world, "customs", "police", "consignment")
    said = why_not(world, "customs", "police", "consignment", by="staff_customs")
    assert "Haven Police is suspended" in said
    assert "The coordinator can end the suspension" in said
    membership.reinstate_member(actor=coordinator, membership=police, reason="answered")
    assert allowed(world, "customs", "police", "consignment")


def test_a_rule_with_a_last_day_holds_on_that_day_and_not_on_the_next(world: World) -> None:
    last = SharingRule.objects.get(category="person").until
    assert allowed(world, "police", "customs", "person", ("convicted",), today=last)
    assert not allowed(world, "police", "customs", "person", ("convicted",), today=last + timedelta(days=1))
    noon = timezone.make_aware(datetime.combine(last + timedelta(days=1), time(12)))
    with clock.standing_at(noon):
        assert "allowed it until" in why_not(world, "police", "customs", "person")


def test_a_version_that_has_run_out_allows_nothing_even_before_it_is_marked_as_expired(world: World) -> None:
    version = drafting.draft_agreement(
        actor=world.actor("coordinator"), partnership=world.partnerships["haven"], kind="sharing", title="Short",
        review_on=later(10), ends_on=later(20),
    )  # fmt: skip
    _signatories(world, version)
    fill_gaps(version)
    rule(world, version, members(world, "police"), members(world, "customs"), "financial")
    in_force(world, version)
    assert allowed(world, "police", "customs", "financial", today=later(20))
    assert not allowed(world, "police", "customs", "financial", today=later(21))


def _signatories(world: World, version: Version) -> None:
    for code, function in (("municipality", "Mayor"), ("police", "Chief of police"), ("customs", "Director")):
        drafting.require_signatory(
            actor=world.actor("coordinator"), version=version, membership=world.memberships[code], function=function
        )


def test_what_is_under_review_is_in_force_meanwhile(world: World) -> None:
    steps.begin_review(actor=world.actor("coordinator"), version=world.versions["covenant"])
    assert allowed(world, "customs", "police", "consignment")


def test_a_superseded_version_allows_nothing_that_the_next_one_leaves_out(world: World) -> None:
    version = next_version(world, is_material=True)
    remove_rule(actor=world.actor("coordinator"), version=version, rule=version.rules.get(category="consignment"))
    assert allowed(world, "customs", "police", "consignment"), "the earlier one stands until the next is in force"
    in_force(world, version)
    assert not allowed(world, "customs", "police", "consignment")
    assert "was superseded on" in why_not(world, "customs", "police", "consignment")


def test_a_version_that_changes_nothing_signed_keeps_what_its_signatories_allowed(world: World) -> None:
    coordinator = world.actor("coordinator")
    version = next_version(world, is_material=False)
    steps.put_to_members(actor=coordinator, version=version)
    steps.bring_into_force(actor=coordinator, version=version)
    assert allowed(world, "customs", "police", "consignment")
    assert not allowed(world, "customs", "tax", "consignment")


@pytest.mark.parametrize("state", ["consultation", "open_for_signature", "in_force", "under_review", "terminated"])
def test_a_rule_holds_in_force_and_under_review_and_in_no_other_state(world: World, state: str) -> None:
    coordinator = world.actor("coordinator")
    version = drafting.draft_agreement(
        actor=coordinator, partnership=world.partnerships["haven"], kind="sharing", title="Other", review_on=later()
    )
    _signatories(world, version)
    fill_gaps(version)
    rule(world, version, members(world, "police"), members(world, "customs"), "method")
    steps.put_to_members(actor=coordinator, version=version)
    if state != "consultation":
        steps.open_for_signature(actor=coordinator, version=version)
        world.versions["other"] = version
    if state in {"in_force", "under_review", "terminated"}:
        for persona, function in SIGNATORIES.items():
            sign(world, persona, "other", function)
    if state == "under_review":
        steps.begin_review(actor=coordinator, version=version)
    if state == "terminated":
        steps.terminate(actor=coordinator, version=version, reason="Over")
    assert allowed(world, "police", "customs", "method") == (state in {"in_force", "under_review"})
    if state == "consultation":
        assert "in consultation and not in force yet" in why_not(world, "police", "customs", "method")
    if state == "open_for_signature":
        assert "Still to sign: Mayor, Haven City" in why_not(world, "police", "customs", "method")
    if state == "terminated":
        assert "was terminated on" in why_not(world, "police", "customs", "method")


# --- what is missing -------------------------------------------------------------------------------
def test_the_answer_no_says_whether_the_category_the_pair_or_the_data_is_missing(world: World) -> None:
    assert "No clause of an agreement in force covers" in why_not(world, "police", "customs", "victim")
    assert "but from Haven Customs to Haven Police and Haven Tax Office" in why_not(
        world, "police", "customs", "consignment"
    )
    assert "not with personal data of victims" in why_not(world, "customs", "police", "consignment", ("victims",))
    assert "needs no rule" in why_not(world, "police", "police", "aggregate")


def test_a_member_that_asks_never_learns_of_a_draft(world: World) -> None:
    question = (world, "municipality", "police", "premises")
    assert "Haven draft" in why_not(*question, by="coordinator")
    for persona in ("lead_police", "staff_customs", "lead_tax"):
        assert "draft," not in why_not(*question, by=persona).replace("can draft", "")
        assert not [
            r for r in visible_rules(world.actor(persona), world.partnerships["haven"]) if r.category == "premises"
        ]


def test_strangers_see_no_rule(world: World) -> None:
    see = {name for name, actor in world.actors().items() if SharingRule.objects.visible_to(actor).exists()}
    assert see == {"coordinator", "client_reader", "lead_police", "staff_police", "reader_police", "client_police",
                   "lead_customs", "staff_customs", "lead_tax", "lead_company"}  # fmt: skip


# --- what is signed --------------------------------------------------------------------------------
def test_a_rule_changes_the_fingerprint_and_its_place_in_the_list_does_not(world: World) -> None:
    draft = world.versions["draft"]
    before = hash_of(draft)
    added = rule(world, draft, ANY, members(world, "police"), "place")
    assert hash_of(draft) != before
    remove_rule(actor=world.actor("coordinator"), version=draft, rule=added)
    assert hash_of(draft) == before
    first = draft.rules.get()
    remove_rule(actor=world.actor("coordinator"), version=draft, rule=first)
    rule(world, draft, ANY, members(world, "police"), "place")
    rule(world, draft, members(world, "municipality"), members(world, "police"), "premises")
    one = hash_of(draft)
    for each in draft.rules.all():
        remove_rule(actor=world.actor("coordinator"), version=draft, rule=each)
    rule(world, draft, members(world, "municipality"), members(world, "police"), "premises")
    rule(world, draft, ANY, members(world, "police"), "place")
    assert hash_of(draft) == one


@pytest.mark.parametrize(
    "other",
    [{"purpose": "Another"}, {"legal_basis": "Act 13"}, {"personal_data": ["victims"]}, {"onward": True},
     {"until": date(2099, 1, 1)}],
)  # fmt: skip
def test_every_part_of_a_rule_is_in_the_fingerprint(world: World, other: dict[str, Any]) -> None:
    draft = world.versions["draft"]
    said = rule(world, draft, members(world, "police"), members(world, "customs"), "place")
    before = hash_of(draft)
    remove_rule(actor=world.actor("coordinator"), version=draft, rule=said)
    rule(world, draft, members(world, "police"), members(world, "customs"), "place", **other)
    assert hash_of(draft) != before


def test_a_text_without_rules_and_notice_keeps_the_fingerprint_that_it_was_signed_under(world: World) -> None:
    said = canonical(world.versions["sharing"])
    assert "notice_days" not in said
    assert all(set(clause) == {"number", "kind", "heading", "text"} for clause in said["clauses"])
    assert selectors.text_is_as_signed(world.versions["covenant"])


def test_rules_are_copied_to_the_next_version_as_they_stand(world: World) -> None:
    covenant = world.versions["covenant"]
    version = next_version(world, is_material=True)
    old, new = (
        sorted(rule.in_words for rule in SharingRule.objects.filter(version=each).with_words())
        for each in (covenant, version)
    )
    assert old == new
    assert len(new) == 3
    assert not set(covenant.rules.values_list("public_id")) & set(version.rules.values_list("public_id"))


def test_a_change_of_a_rule_is_not_passed_off_as_immaterial(world: World) -> None:
    coordinator = world.actor("coordinator")
    version = next_version(world, is_material=False)
    rule(world, version, members(world, "police"), members(world, "customs"), "place")
    steps.put_to_members(actor=coordinator, version=version)
    with pytest.raises(Invalid, match="What may be shared"):
        steps.bring_into_force(actor=coordinator, version=version)


def test_other_days_of_notice_are_not_passed_off_as_immaterial(world: World) -> None:
    coordinator = world.actor("coordinator")
    version = next_version(world, is_material=False)
    drafting.revise_version(actor=coordinator, version=version, review_on=later(), ends_on=None, notice_days=30)
    steps.put_to_members(actor=coordinator, version=version)
    with pytest.raises(Invalid, match="days of notice"):
        steps.bring_into_force(actor=coordinator, version=version)
    with database_refuses("while it is a draft"):
        Version.objects.filter(pk=version.pk).update(notice_days=60)


def test_two_versions_side_by_side_show_which_rules_differ(world: World) -> None:
    version = next_version(world, is_material=True)
    rule(world, version, members(world, "police"), members(world, "customs"), "place")
    different = [each for each in selectors.differences(world.versions["covenant"], version) if not each.is_same]
    assert [each.after.heading for each in different] == ["What may be shared, and on what ground"]
    assert not any(piece.is_changed for piece in different[0].rules_before)
    assert [piece.is_changed for piece in different[0].rules_after] == [False, False, False, True]


# --- who writes them, and when ---------------------------------------------------------------------
def test_the_coordinator_alone_adds_and_removes_rules(world: World) -> None:
    draft = world.versions["draft"]
    there = draft.rules.get()
    for persona, actor in world.actors().items():
        if persona in COORDINATOR:
            continue
        with undone(), pytest.raises(NotAllowed):
            _add(world, actor, draft)
        with undone(), pytest.raises(NotAllowed):
            remove_rule(actor=actor, version=draft, rule=there)
    before = Event.objects.count()
    remove_rule(actor=world.actor("lead_municipality"), version=draft, rule=there)
    _add(world, world.actor("lead_municipality"), draft)
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))[before:]
    assert verbs == ["agreements.rule_removed", "agreements.rule_added"]


def _add(world: World, actor: Any, version: Version, **more: Any) -> SharingRule:
    from partnership.agreements.services.sharing import add_rule  # noqa: PLC0415

    said: dict[str, Any] = {
        "givers": ANY, "receivers": ANY, "category": "aggregate", "purpose": "To see", "legal_basis": "None",
        "clause": version.clauses.get(kind="sharing"), **more,
    }  # fmt: skip
    return add_rule(actor=actor, version=version, **said)


@pytest.mark.parametrize("name", ["terms", "sharing", "covenant"])
def test_rules_change_in_draft_alone(world: World, name: str) -> None:
    version = world.versions[name]
    with pytest.raises(OutOfTurn):
        _add(world, world.actor("coordinator"), version)
    with database_refuses("while a version is a draft"):
        SharingRule.objects.create(
            version=version, clause=version.clauses.get(kind="sharing"), partnership=version.partnership,
            from_any=True, to_any=True, category="aggregate", purpose="P", legal_basis="B",
        )  # fmt: skip


def test_the_database_holds_what_was_signed_against_every_door(world: World) -> None:
    signed = world.versions["covenant"].rules.get(category="consignment")
    for attempt in (
        lambda: SharingRule.objects.filter(pk=signed.pk).update(onward=True),
        lambda: SharingRule.objects.filter(pk=signed.pk)._raw_delete("default"),
        lambda: RuleMember.objects.filter(rule=signed, side="receives")._raw_delete("default"),
    ):
        with database_refuses("while a version is a draft"):
            attempt()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nobody gives": ({"givers": Members()}, "givers"),
    "an unknown category": ({"category": "gossip"}, "category"),
    "figures about suspects": ({"personal_data": ["suspects"]}, "personal_data"),
    "data of nobody we know": ({"category": "place", "personal_data": ["neighbours"]}, "personal_data"),
    "no purpose": ({"purpose": "  "}, "purpose"),
    "no basis": ({"legal_basis": ""}, "legal_basis"),
    "a day that has passed": ({"until": date(2020, 1, 1)}, "until"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_rule_says_everything_it_must(world: World, what: str) -> None:
    said, field = WRONG[what]
    with pytest.raises(Invalid) as refused:
        _add(world, world.actor("coordinator"), world.versions["draft"], **said)
    assert refused.value.field == field


def test_a_rule_names_active_members_of_its_own_partnership(world: World) -> None:
    for code in ("elsewhere", "former", "suspended", "invited"):
        with pytest.raises(Invalid) as refused:
            _add(world, world.actor("coordinator"), world.versions["draft"], givers=members(world, code))
        assert refused.value.field == "givers"
    said = world.versions["draft"].rules.get()
    with database_refuses("rule_member_in_partnership"):
        RuleMember.objects.create(
            rule=said, version=said.version, partnership=said.partnership, side="receives",
            membership=world.memberships["elsewhere"],
        )  # fmt: skip


def test_a_side_names_members_or_any_member_and_not_both(world: World) -> None:
    both = Members(named=[world.memberships["police"]], any=True)
    with pytest.raises(Invalid):
        _add(world, world.actor("coordinator"), world.versions["draft"], receivers=both)
    with pytest.raises(Invalid, match="itself"):
        _add(
            world, world.actor("coordinator"), world.versions["draft"],
            givers=members(world, "police"), receivers=members(world, "police"),
        )  # fmt: skip
    said = world.versions["draft"].rules.get()
    with database_refuses("names members or says any member"):
        SharingRule.objects.filter(pk=said.pk).update(from_any=True)
    with database_refuses("names members or says any member"):
        RuleMember.objects.filter(rule=said, side="receives")._raw_delete("default")


def test_a_rule_stands_in_a_clause_on_sharing_and_keeps_it_one(world: World) -> None:
    coordinator, draft = world.actor("coordinator"), world.versions["draft"]
    with pytest.raises(Invalid):
        _add(world, coordinator, draft, clause=draft.clauses.get(kind="duty"))
    clause = draft.clauses.get(kind="sharing")
    with pytest.raises(Invalid) as refused:
        drafting.write_clause(
            actor=coordinator, version=draft, kind="duty", heading="Other", text="Other", clause=clause
        )
    assert refused.value.field == "kind"
    with database_refuses("in a clause on sharing"):
        Clause.objects.filter(pk=clause.pk).update(kind="duty")


def test_a_clause_that_is_taken_out_takes_its_rules_along(world: World) -> None:
    draft = world.versions["draft"]
    drafting.remove_clause(actor=world.actor("coordinator"), version=draft, clause=draft.clauses.get(kind="sharing"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not draft.rules.exists()


def test_a_rule_ends_no_later_than_its_agreement(world: World) -> None:
    draft = drafting.revise_version(
        actor=world.actor("coordinator"), version=world.versions["draft"], review_on=later(10), ends_on=later(20)
    )
    with pytest.raises(Invalid) as refused:
        _add(world, world.actor("coordinator"), draft, until=later(21))
    assert refused.value.field == "until"


# --- the page --------------------------------------------------------------------------------------
def page(world: World, persona: str, query: str) -> str:
    client: Client = caller(world, persona)
    answer = client.get(f"/partnerships/haven/agreement/may-share/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_answers_yes_with_clause_purpose_basis_and_passing_on(world: World) -> None:
    customs, police = world.memberships["customs"].public_id, world.memberships["police"].public_id
    text = page(world, "staff_police", f"giver={customs}&receiver={police}&category=consignment&personal_data=suspects")
    assert "Yes, Haven Customs may give this to Haven Police" in text
    for words in (
        "Fewer crimes",
        "Act 12",
        "Not allowed",
        f'href="{world.versions["covenant"].get_absolute_url()}#clause',
    ):
        assert words in text
    text = page(world, "staff_police", f"giver={police}&receiver={customs}&category=consignment")
    assert "No, Haven Police may not give this to Haven Customs" in text


def test_the_table_holds_every_rule_that_the_reader_may_see(world: World) -> None:
    rows = page(world, "coordinator", "format=csv").splitlines()
    assert len(rows) == 1 + 4
    rows = page(world, "lead_tax", "format=csv").splitlines()
    assert len(rows) == 1 + 3
    assert rows[0].lstrip("\ufeff").startswith("from,to,category,purpose")


def test_a_form_without_members_says_so_together_with_all_else_that_is_missing(world: World) -> None:
    draft = world.versions["draft"]
    clause = draft.clauses.get(kind="sharing")
    address = f"{draft.get_absolute_url()}clauses/{clause.public_id}/rules/new/"
    answer = caller(world, "coordinator").post(address, {"from_any": "on"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"receivers", "category", "purpose", "legal_basis"}
