"""Pages of commitments: lists in three views, what one page shows, and handing over."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client

from foundation import clock
from foundation.audit.models import Event
from foundation.notifications.models import Notice
from partnership.commitments import services
from partnership.commitments.models import Commitment, CommitmentChange
from tests.access.callers import caller
from tests.world import World
from tests.world.work import needs_of

LIST = "/partnerships/haven/commitments/"
EVERYTHING = {"report", "check", "camera", "guard", "claimed", "blocked", "repeating", "asking", "from input"}


def promises(client: Client, query: str) -> list[str]:
    """Return the names of the world's commitments in a list, in its order, as its CSV gives them."""
    text = client.get(f"{LIST}?{query}&format=csv").content.decode("utf-8-sig")
    return [row["promise"].removeprefix("Promise ") for row in csv.DictReader(StringIO(text))]


@pytest.mark.parametrize(
    ("persona", "query", "shown"),
    [
        ("lead_customs", "", EVERYTHING),
        ("lead_customs", "whose=ours", {"report", "claimed", "blocked", "repeating"}),
        ("staff_customs", "whose=mine", {"report", "blocked", "repeating"}),
        ("lead_tax", "whose=helping", {"repeating"}),
        ("lead_tax", "state=blocked", {"blocked"}),
        ("lead_tax", "blocked=by_us", {"blocked"}),
        ("lead_customs", "blocked=by_us", set()),
        ("lead_customs", "blocked=no", EVERYTHING - {"blocked"}),
        ("lead_customs", "approach=AD", {"repeating"}),
        ("lead_customs", "approach=VF", set()),
        ("lead_customs", "state=overdue", set()),
        ("lead_customs", "state=nonsense&approach=nonsense&member=nonsense&due_from=nonsense", EVERYTHING),
    ],
)
def test_a_list_is_narrowed_by_what_stands_in_its_address(
    world: World, persona: str, query: str, shown: set[str]
) -> None:
    client = caller(world, persona)
    for view in ("list", "board"):
        assert set(promises(client, f"{query}&view={view}")) == shown
        page = client.get(f"{LIST}?{query}&view={view}").content.decode()
        assert {name for name in EVERYTHING if f"Promise {name}<" in page} == shown


def test_a_list_is_narrowed_to_a_member_that_promised_or_contributes(world: World) -> None:
    client = caller(world, "lead_police")
    assert promises(client, f"member={world.memberships['tax'].public_id}") == ["repeating"]
    assert set(promises(client, f"member={world.memberships['police'].public_id}")) == {"check", "guard", "from input"}
    assert set(promises(client, f"member={world.memberships['elsewhere'].public_id}")) == EVERYTHING


def test_a_list_is_narrowed_by_due_dates_and_by_how_often_it_was_replanned(world: World) -> None:
    client, today = caller(world, "lead_police"), clock.today()
    due = f"due_from={today + timedelta(days=20)}&due_to={today + timedelta(days=30)}"
    assert promises(client, due) == ["claimed", "from input", "camera"]
    for days in (60, 61):
        services.replan_commitment(
            actor=world.actor("staff_police"),
            commitment=world.commitments["check"],
            due_on=today + timedelta(days=days),
            reason="The crane is late",
        )
        assert promises(client, "replanned=1") == ["check"]
    assert promises(client, "replanned=2") == ["check"]
    assert promises(client, "sort=-due")[0] == promises(client, "sort=-replanned")[0] == "check"
    assert "Re-planned 2 times" in client.get(LIST).content.decode()


def test_a_calendar_shows_a_month_and_leads_to_its_neighbours(world: World) -> None:
    client = caller(world, "lead_police")
    day = world.commitments["camera"].due_on
    month = f"view=calendar&month={day:%Y-%m}"
    in_month = Commitment.objects.filter(
        partnership__slug="haven", due_on__year=day.year, due_on__month=day.month
    ).open()
    assert set(promises(client, month)) == {row.promise.removeprefix("Promise ") for row in in_month}
    page = client.get(f"{LIST}?{month}&whose=").content.decode()
    assert f'<time datetime="{day}">' in page
    assert f"{day:%B %Y}" in page
    before, after = day.replace(day=1) - timedelta(days=1), day.replace(day=28) + timedelta(days=10)
    assert f"month={before:%Y-%m}" in page
    assert f"month={after:%Y-%m}" in page


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "9999-12", "0000-00", "x-y", "2026-1-1"])
def test_a_month_that_is_none_is_this_one(world: World, month: str) -> None:
    page = caller(world, "lead_police").get(f"{LIST}?view=calendar&month={month}").content.decode()
    assert f"{clock.today():%B %Y}" in page


def test_a_formula_in_a_promise_is_not_run_by_a_spreadsheet(world: World) -> None:
    Commitment.objects.filter(pk=world.commitments["check"].pk).update(promise="=1+1")
    for view in ("list", "board", "calendar"):
        assert "'=1+1" in promises(caller(world, "lead_police"), f"view={view}")


def test_a_page_shows_every_earlier_date_with_its_reason(world: World) -> None:
    report = world.commitments["report"]
    first, today = report.due_on, clock.today()
    for days, reason in ((30, "The crane is late"), (31, "The crane is broken")):
        services.replan_commitment(
            actor=world.actor("staff_customs"), commitment=report, due_on=today + timedelta(days=days), reason=reason
        )
    page = caller(world, "lead_police").get(report.get_absolute_url()).content.decode()
    assert "Earlier dates" in page
    for words in (f"{first:%-d %B %Y}", "The crane is late", "The crane is broken", "Re-planned 2 times"):
        assert words in page


def test_a_page_shows_what_it_needs_first_and_what_waits_for_it(world: World) -> None:
    client = caller(world, "lead_tax")
    needing = client.get(world.commitments["report"].get_absolute_url()).content.decode()
    needed = client.get(world.commitments["check"].get_absolute_url()).content.decode()
    assert "Needs first" in needing
    assert world.commitments["check"].get_absolute_url() in needing
    assert "Others wait for this" in needed
    assert world.commitments["report"].get_absolute_url() in needed


@pytest.mark.parametrize(
    ("persona", "name", "primary"),
    [
        ("lead_company", "camera", "Accept for my agency"),
        ("lead_company", "asking", "Accept for my agency"),
        ("coordinator", "asking", "Agree to this date"),
        ("lead_police", "asking", ""),
        ("lead_police", "check", "Say that work has begun"),
        ("staff_customs", "blocked", "Go on: nothing stands in the way"),
        ("lead_police", "claimed", "Verify: it is done"),
        ("lead_customs", "claimed", ""),
        ("lead_tax", "check", ""),
        ("reader_police", "check", ""),
    ],
)
def test_a_page_has_one_primary_action_for_the_person_looking(
    world: World, persona: str, name: str, primary: str
) -> None:
    page = caller(world, persona).get(world.commitments[name].get_absolute_url())
    action = page.context["actions"].primary
    assert (action.label if action else "") == primary
    assert not primary or primary in page.content.decode()


def test_who_is_asked_sees_how_to_answer_and_nothing_to_plan(world: World) -> None:
    client, address = caller(world, "lead_company"), world.commitments["camera"].get_absolute_url()
    actions = client.get(address).context["actions"]
    assert [action.label for action in actions.alternatives] == ["Ask for another date", "Decline, saying why"]
    assert actions.others == []
    for door in ("replan/", "plan/", "needs/", "drop/"):
        assert client.get(address + door).status_code == 403


def test_a_date_asked_for_waits_for_the_coordinator_and_for_nobody_else(world: World) -> None:
    asking = world.commitments["asking"]
    (need,) = [need for need in needs_of(world.actor("coordinator")) if need.what == asking.promise]
    assert (need.who, need.action) == ("Haven Terminals asks for another date", "Agree or keep the date")
    for persona in world.actors():
        if persona != "coordinator":
            assert asking.promise not in [need.what for need in needs_of(world.actor(persona))]
    page = caller(world, "lead_police").get(asking.get_absolute_url()).content.decode()
    assert f"asks for {asking.asked_due_on:%-d %B %Y}" in page
    assert "The list comes in spring" in page
    caller(world, "coordinator").post(f"{asking.get_absolute_url()}keep-date/", {"reason": "The mayor waits"})
    assert asking.promise in [need.what for need in needs_of(world.actor("lead_company"))]


def test_who_needs_what_is_overdue_sees_it_under_needs_you(world: World) -> None:
    check = world.commitments["check"]
    assert check.promise not in [need.what for need in needs_of(world.actor("lead_customs"))]
    Commitment.objects.filter(pk=check.pk).update(due_on=clock.today() - timedelta(days=2))
    (need,) = [need for need in needs_of(world.actor("lead_customs")) if need.what == check.promise]
    assert need.who == "Haven Police is late, and a promise of yours needs it first"
    for persona in ("lead_tax", "reader_police", "lead_elsewhere", "lead_former"):
        assert check.promise not in [need.what for need in needs_of(world.actor(persona))]


def test_who_is_waited_for_sees_it_under_needs_you(world: World) -> None:
    (need,) = [need for need in needs_of(world.actor("lead_tax")) if need.what == "Promise blocked"]
    assert need.who == "Haven Customs waits for your agency"


# --- handing over ----------------------------------------------------------------------------------
def hand_over(world: World, client: Client, seen: str | None = None) -> str:
    query = {
        "person": f"{world.memberships['customs'].public_id}.{world.people['staff_customs'].public_id}",
        "to": str(world.people["lead_customs"].public_id),
    }
    page = client.get(f"{LIST}hand-over/", query)
    shown = [str(row.commitment.public_id) for row in page.context["confirm"]["rows"]]
    sent = {**query, "seen": ",".join(shown) if seen is None else seen}
    return client.post(f"{LIST}hand-over/", sent, follow=True).content.decode()


@pytest.mark.parametrize("persona", ["lead_customs", "coordinator"])
def test_a_colleague_takes_over_all_open_commitments_at_once(world: World, persona: str) -> None:
    theirs = Commitment.objects.filter(person=world.people["staff_customs"]).open()
    keys = list(theirs.values_list("pk", flat=True))
    changes, events = CommitmentChange.objects.count(), Event.objects.count()
    assert f"{len(keys)} commitments are now with Person lead_customs" in hand_over(world, caller(world, persona))
    taken = Commitment.objects.filter(pk__in=keys)
    assert {commitment.person for commitment in taken} == {world.people["lead_customs"]}
    assert CommitmentChange.objects.count() - changes == Event.objects.count() - events == len(keys) > 1
    assert Event.objects.filter(verb="commitments.handed_over").count() == len(keys)
    told = Notice.objects.filter(kind="commitments.taken_over", recipient=world.people["lead_customs"])
    assert told.count() == (0 if persona == "lead_customs" else 1)


@pytest.mark.parametrize("seen", ["", "nonsense", "019a1f6e-7c1b-7d54-9d0e-6f5f0b7c2a11"])
def test_nothing_is_handed_over_that_was_not_seen_before(world: World, seen: str) -> None:
    page = hand_over(world, caller(world, "lead_customs"), seen=seen)
    assert "The list has changed in the meantime" in page
    assert Commitment.objects.filter(person=world.people["staff_customs"]).open().exists()


@pytest.mark.parametrize("persona", ["staff_customs", "lead_police", "reader_police"])
def test_who_neither_leads_the_member_nor_coordinates_hands_nothing_over(world: World, persona: str) -> None:
    client = caller(world, persona)
    asked = {
        "person": f"{world.memberships['customs'].public_id}.{world.people['staff_customs'].public_id}",
        "to": str(world.people["lead_customs"].public_id),
    }
    assert client.get(f"{LIST}hand-over/", asked).status_code in {403, 422}
    assert client.post(f"{LIST}hand-over/", asked).status_code in {403, 422}
    assert Commitment.objects.filter(person=world.people["staff_customs"]).open().exists()


def test_an_empty_form_asks_before_it_takes_everybody_off(world: World) -> None:
    client, repeating = caller(world, "lead_customs"), world.commitments["repeating"]
    address = f"{repeating.get_absolute_url()}plan/"
    page = client.post(address, {})
    assert page.status_code == 422
    assert "This would take away all that stood here" in page.content.decode()
    repeating.refresh_from_db()
    assert (repeating.person, repeating.contributors.count(), repeating.approaches) == (
        world.people["staff_customs"], 1, ["AD"],
    )  # fmt: skip
    assert client.post(address, {"person": world.people["lead_customs"].pk}).status_code == 302
    assert client.post(address, {"means_it": "on"}).status_code == 302
    repeating.refresh_from_db()
    assert (repeating.person, repeating.contributors.count(), repeating.approaches) == (None, 0, [])
    assert client.post(address, {}).status_code == 302, "there is nothing to ask about"


def test_a_hand_over_page_with_nothing_on_it_says_so(world: World) -> None:
    assert "Whose commitments" in caller(world, "lead_customs").get(f"{LIST}hand-over/").content.decode()
    page = caller(world, "lead_tax").get(f"{LIST}hand-over/").content.decode()
    assert "Nothing to hand over" in page
    assert "Whose commitments" not in page


def test_a_choice_that_is_not_there_is_refused_in_plain_words(world: World) -> None:
    client, address = caller(world, "lead_customs"), world.commitments["report"].get_absolute_url()
    for sent in ({"person": "987654"}, {"person": "no id"}, {"contributors": ["987654"]}, {"approaches": ["XX"]}):
        page = client.post(f"{address}plan/", {"person": world.people["lead_customs"].pk, **sent})
        assert page.status_code == 422
        text = page.content.decode()
        assert "That choice is not there, or no longer. Choose again from the list." in text
        for words in ("valid choice", "available choices", "valid value", "987654 is"):
            assert words not in text
