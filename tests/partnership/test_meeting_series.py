"""Series: the right days, the same local time all year, each meeting once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Delivery, Notice
from partnership.meetings import invitations, rhythm, services
from partnership.meetings.models import Meeting, Series
from partnership.meetings.outlook import HORIZON, SAME_MEETING, Wanted, nearest
from partnership.membership.models import Partnership
from partnership.membership.services import suspend_member
from tests.access.callers import caller
from tests.world import World
from tests.world.attempts import database_refuses

SECOND_TUESDAY = "FREQ=MONTHLY;BYDAY=2TU"
OCTOBER = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def start(world: World, persona: str = "coordinator", **changes: Any) -> Series:
    asked = {
        "title": "Quay table",
        "rule": SECOND_TUESDAY,
        "first_on": clock.today(),
        "starts_at": time(10, 0),
        "minutes": 90,
        "chair": world.memberships["police"],
        **changes,
    }
    return services.start_series(actor=world.actor(persona), partnership=world.partnerships["haven"], **asked)


def local_starts(series: Series) -> list[datetime]:
    return [meeting.starts_at.astimezone(AMSTERDAM) for meeting in series.meetings.soonest_first()]


def test_every_second_tuesday_at_ten_stays_at_ten_when_the_clocks_change(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
    starts = local_starts(series)
    assert [moment.date() for moment in starts] == [
        date(2026, 10, 13), date(2026, 11, 10), date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9),
        date(2027, 3, 9),
    ]  # fmt: skip
    assert {moment.time() for moment in starts} == {time(10, 0)}
    assert {moment.utcoffset() for moment in starts} == {timedelta(hours=1), timedelta(hours=2)}
    assert {meeting.ends_at - meeting.starts_at for meeting in series.meetings.all()} == {timedelta(minutes=90)}


def test_every_second_week_counts_from_its_first_day(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", first_on=date(2026, 10, 6))
    days = [moment.date() for moment in local_starts(series)]
    assert days[:4] == [date(2026, 10, 6), date(2026, 10, 20), date(2026, 11, 3), date(2026, 11, 17)]
    assert {moment.time() for moment in local_starts(series)} == {time(10, 0)}


@given(
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    at=st.times(min_value=time(4, 0)).map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    zone=st.sampled_from(["Europe/Amsterdam", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"]),
)
def test_a_local_time_is_kept_on_every_day_in_every_zone(day: date, at: time, zone: str) -> None:
    moment = rhythm.moment(day, at, zone)
    local = moment.astimezone(ZoneInfo(zone))
    assert (local.date(), local.time().replace(fold=0)) == (day, at)


def test_an_hour_that_the_clocks_skip_is_an_hour_later() -> None:
    moment = rhythm.moment(date(2027, 3, 28), time(2, 30), "Europe/Amsterdam")
    assert moment.astimezone(AMSTERDAM).time() == time(3, 30)


@given(
    every=st.sampled_from(["FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=3", "FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=2"]),
    nth=st.sampled_from(["1", "2", "3", "4", "-1"]),
    weekday=st.sampled_from(list(rhythm.DAYS)),
    first_on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)
def test_days_fall_on_their_weekday_and_none_is_lost_at_a_seam(
    every: str, nth: str, weekday: str, first_on: date
) -> None:
    rule = f"{every};BYDAY={nth if 'MONTHLY' in every else ''}{weekday}"
    rhythm.require_rule(rule)
    until = first_on + timedelta(days=400)
    whole = list(rhythm.days(rule, first_on=first_on, after=first_on, until=until))
    middle = first_on + timedelta(days=150)
    pieces = [
        *rhythm.days(rule, first_on=first_on, after=first_on, until=middle),
        *rhythm.days(rule, first_on=first_on, after=middle + timedelta(days=1), until=until),
    ]
    assert pieces == whole
    assert {list(rhythm.DAYS)[day.weekday()] for day in whole} == {weekday}


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "nonsense",
        "FREQ=SECONDLY",
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        "FREQ=MONTHLY;BYDAY=6TU",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=TU\nEXDATE:20270101",
        "FREQ=WEEKLY;BYDAY=TU;BYHOUR=3",
    ],
)
def test_what_is_no_rhythm_is_refused(world: World, rule: str) -> None:
    with pytest.raises(Invalid):
        start(world, rule=rule)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every second Tuesday"),
        (SECOND_TUESDAY, "the second Tuesday of every month"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "the last Friday of every third month"),
    ],
)
def test_a_rhythm_has_words(rule: str, words: str) -> None:
    assert rhythm.in_words(rule) == words


def test_making_again_makes_nothing_and_time_makes_the_next(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        services.make_coming_meetings()
        before = series.meetings.count()
        assert services.make_coming_meetings() == 0
    with clock.standing_at(OCTOBER + timedelta(days=31)):
        services.make_coming_meetings()
    assert series.meetings.count() == before + 1
    with database_refuses("meeting_once_per_day_of_series"):
        first = series.meetings.soonest_first()[0]
        series.meetings.exclude(pk=first.pk).update(occurs_on=first.occurs_on)


def test_what_was_moved_or_cancelled_is_not_made_again(world: World) -> None:
    coordinator = world.actor("coordinator")
    with clock.standing_at(OCTOBER):
        series = start(world)
        moved, cancelled = series.meetings.soonest_first()[:2]
        services.revise_meeting(
            actor=coordinator,
            meeting=moved,
            title=moved.title,
            starts_at=moved.starts_at + timedelta(days=1),
            ends_at=moved.ends_at + timedelta(days=1),
            chair=moved.chair,
        )
        services.cancel_meeting(actor=coordinator, meeting=cancelled, reason="Holiday")
        count = series.meetings.count()
        services.make_coming_meetings()
    assert series.meetings.count() == count


def test_a_series_hands_down_its_quorum_and_its_place(world: World) -> None:
    core = [world.memberships["police"], world.memberships["customs"]]
    series = start(world, quorum_rule="named", core_members=core, place="Room 9", link="https://talk.example/9")
    for meeting in series.meetings.all():
        assert set(meeting.core_members.all()) == set(core)
        assert (meeting.quorum_rule, meeting.place, meeting.link) == ("named", "Room 9", "https://talk.example/9")


def test_where_the_chair_has_left_the_coordinator_chairs(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    with clock.standing_at(OCTOBER + timedelta(days=60)):
        services.make_coming_meetings()
    latest = series.meetings.latest_first()[0]
    assert latest.chair == world.memberships["municipality"]


def test_an_ended_series_cancels_what_is_planned_and_leaves_what_is_called(world: World) -> None:
    coordinator = world.actor("coordinator")
    with clock.standing_at(OCTOBER):
        series = start(world)
        first = services.call_meeting(actor=coordinator, meeting=series.meetings.soonest_first()[0])
        ended = services.end_series(actor=coordinator, series=series, reason="Another rhythm")
        assert series.meetings.filter(status="called").get() == first
        assert set(series.meetings.exclude(pk=first.pk).values_list("status", "reason")) == {
            ("cancelled", "Another rhythm")
        }
        with pytest.raises(OutOfTurn):
            services.end_series(actor=coordinator, series=ended, reason="Again")
    with clock.standing_at(OCTOBER + timedelta(days=60)):
        count = series.meetings.count()
        services.make_coming_meetings()
    assert series.meetings.count() == count


def test_a_partnership_that_has_ended_plans_no_more(world: World) -> None:
    series = start(world)
    Partnership.objects.filter(pk=world.partnerships["haven"].pk).update(status="ended")
    with clock.standing_at(clock.now() + timedelta(days=60)):
        services.make_coming_meetings()
    assert series.meetings.filter(starts_at__gt=clock.now() + HORIZON + timedelta(days=2)).count() == 0


@pytest.mark.parametrize("persona", ["lead_police", "reader_police", "lead_former", "lead_elsewhere", "site_admin"])
def test_the_coordinator_alone_starts_and_ends_series(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        start(world, persona)
    with pytest.raises(NotAllowed):
        services.end_series(actor=world.actor(persona), series=world.series["monthly"], reason="Mine")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_on": date(2020, 1, 1)}, "first_on"),
        ({"minutes": 1}, "minutes"),
        ({"minutes": 9999}, "minutes"),
        ({"quorum_percent": 0}, "quorum_percent"),
        ({"quorum_percent": 101}, "quorum_percent"),
        ({"quorum_rule": "named"}, "core_members"),
    ],
)
def test_a_series_holds_together(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        start(world, **changes)
    assert refused.value.field == field


def test_a_meeting_of_a_series_and_its_day_go_together(world: World) -> None:
    with database_refuses("meeting_of_series_has_its_day"):
        Meeting.objects.filter(pk=world.meetings["planned"].pk).update(occurs_on=timezone.localdate())
    with database_refuses("meeting_series_in_partnership"):
        Meeting.objects.filter(pk=world.meetings["hill"].pk).update(
            series=world.series["monthly"], occurs_on=date(2030, 1, 1)
        )


# --- changing a series -----------------------------------------------------------------------------------
FIRST_TUESDAY = "FREQ=MONTHLY;BYDAY=1TU"


def wanted(series: Series, **changes: Any) -> Wanted:
    plain = ("title", "rule", "starts_at", "minutes", "chair", "place", "link", "quorum_rule", "quorum_percent")
    same = {name: getattr(series, name) for name in plain}
    return Wanted(**{"since": clock.today() + timedelta(days=1), **same, **changes})


def revise(world: World, series: Series, persona: str = "coordinator", **changes: Any) -> Series:
    actor, asked = world.actor(persona), wanted(series, **changes)
    seen = services.foresee_revision(actor=actor, series=series, wanted=asked).digest
    return services.revise_series(actor=actor, series=series, wanted=asked, reason="It suits more", seen=seen)


def call_first(world: World, series: Series) -> Meeting:
    return services.call_meeting(actor=world.actor("coordinator"), meeting=series.meetings.soonest_first()[0])


def move_alone(world: World, meeting: Meeting, days: int = 1) -> Meeting:
    return services.revise_meeting(
        actor=world.actor("coordinator"),
        meeting=meeting,
        title=meeting.title,
        starts_at=meeting.starts_at + timedelta(days=days),
        ends_at=meeting.ends_at + timedelta(days=days),
        chair=meeting.chair,
    )


def local(meeting: Meeting) -> datetime:
    meeting.refresh_from_db()
    return meeting.starts_at.astimezone(AMSTERDAM)


def test_coming_meetings_follow_their_series_under_the_same_entry(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        called = call_first(world, series)
        before = {meeting.public_id: local(meeting).date() for meeting in series.meetings.all()}
        Delivery.objects.all().delete()
        revise(world, series, starts_at=time(14, 0), place="Room 9")
        assert {meeting.public_id: local(meeting).date() for meeting in series.meetings.all()} == before
        assert {(local(meeting).time(), meeting.place) for meeting in series.meetings.all()} == {
            (time(14, 0), "Room 9")
        }
        called.refresh_from_db()
        assert called.sequence == 1
        assert set(series.meetings.exclude(pk=called.pk).values_list("sequence", flat=True)) == {0}
        told = Notice.objects.filter(kind="meetings.changed", subject_id=called.public_id)
        assert {notice.recipient_id for notice in told} == invitations.invitees(called)
        assert not Notice.objects.filter(kind="meetings.changed").exclude(subject_id=called.public_id).exists()
        assert called.changes.last().reason == "It suits more"
        revise(world, Series.objects.get(pk=series.pk), title="Quay board")
        called.refresh_from_db()
        assert (called.sequence, called.title) == (2, "Quay board")


def test_another_rhythm_moves_each_meeting_to_the_nearest_day(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        ids = [meeting.public_id for meeting in series.meetings.soonest_first()]
        revise(world, series, rule=FIRST_TUESDAY)
        kept = {meeting.public_id: local(meeting).date() for meeting in series.meetings.all()}
    assert [kept.get(public_id) for public_id in ids] == [
        date(2026, 10, 6), date(2026, 11, 3), date(2026, 12, 1), date(2027, 1, 5), date(2027, 2, 2), date(2027, 3, 2),
    ]  # fmt: skip
    assert set(kept) == set(ids)
    with clock.standing_at(OCTOBER):
        assert services.make_coming_meetings() == 0


def test_a_rhythm_half_as_often_keeps_days_that_are_in_both_and_cancels_the_others(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world, rule="FREQ=WEEKLY;BYDAY=TU", first_on=date(2026, 10, 6))
        called = [
            services.call_meeting(actor=world.actor("coordinator"), meeting=meeting)
            for meeting in series.meetings.soonest_first()[:2]
        ]
        count = series.meetings.count()
        revise(world, series, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
        kept = [moment.date() for moment in local_starts(series)]
        assert kept[:3] == [date(2026, 10, 6), date(2026, 10, 20), date(2026, 11, 3)]
        for meeting in called:
            meeting.refresh_from_db()
        assert [(meeting.status, meeting.sequence) for meeting in called] == [("called", 0), ("cancelled", 1)]
        assert called[1].reason == "It suits more"
        assert Notice.objects.filter(kind="meetings.cancelled", subject_id=called[1].public_id).exists()
        assert not Notice.objects.filter(kind="meetings.changed").exists()
        # twice as often again: the days in between come back, as new meetings
        revise(world, Series.objects.get(pk=series.pk), rule="FREQ=WEEKLY;BYDAY=TU")
        assert series.meetings.filter(status__in=("planned", "called")).count() == count


def test_what_was_held_or_changed_by_itself_stays_and_gets_no_double(world: World) -> None:
    coordinator = world.actor("coordinator")
    with clock.standing_at(OCTOBER):
        series = start(world)
        first, moved, cancelled, *_rest = series.meetings.soonest_first()
        services.call_meeting(actor=coordinator, meeting=first)
        move_alone(world, moved)
        services.cancel_meeting(actor=coordinator, meeting=cancelled, reason="Holiday")
        held_at, moved_to = local(first), local(moved)
    with clock.standing_at(held_at):
        services.start_meeting(actor=coordinator, meeting=first)
    with clock.standing_at(held_at + timedelta(days=1)):
        asked = wanted(series, rule="FREQ=MONTHLY;BYDAY=2WE", starts_at=time(9, 0))
        outlook = services.foresee_revision(actor=coordinator, series=series, wanted=asked)
        assert [meeting.pk for meeting, _day in outlook.stay] == [moved.pk]
        services.revise_series(
            actor=coordinator, series=series, wanted=asked, reason="It suits more", seen=outlook.digest
        )
        assert (local(first), local(moved)) == (held_at, moved_to)
        cancelled.refresh_from_db()
        assert (cancelled.status, cancelled.reason) == ("cancelled", "Holiday")
        days = [moment.date() for moment in local_starts(series) if moment.time() == time(9, 0)]
        # the one moved by itself stands for the second Wednesday of November
        assert [day for day in days if day.month == 11] == []
        assert date(2027, 1, 13) in days
        assert services.make_coming_meetings() == 0


def test_a_series_gets_a_last_day_and_loses_it_again(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        count = series.meetings.count()
        revise(world, series, last_on=date(2026, 12, 31))
        assert [moment.date() for moment in local_starts(series)][-1] == date(2026, 12, 8)
        assert services.make_coming_meetings() == 0
        revise(world, Series.objects.get(pk=series.pk))
        assert series.meetings.count() == count


def test_what_comes_before_the_day_from_which_it_holds_stays(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        revise(world, series, starts_at=time(14, 0), since=date(2027, 1, 1))
        hours = {moment.date(): moment.time() for moment in local_starts(series)}
    assert hours[date(2026, 12, 8)] == time(10, 0)
    assert hours[date(2027, 1, 12)] == time(14, 0)


def test_chair_and_quorum_follow_where_they_are_those_of_the_series(world: World) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        first, second, *_rest = series.meetings.soonest_first()
        services.revise_meeting(
            actor=world.actor("coordinator"), meeting=second, title=second.title, starts_at=second.starts_at,
            ends_at=second.ends_at, chair=world.memberships["customs"], quorum_percent=60,
        )  # fmt: skip
        core = [world.memberships["police"]]
        revise(world, series, chair=world.memberships["tax"], quorum_rule="named", core_members=core)
        for meeting in (first, second):
            meeting.refresh_from_db()
        assert (first.chair, first.quorum_rule, list(first.core_members.all())) == (
            world.memberships["tax"], "named", core,
        )  # fmt: skip
        assert (second.chair, second.quorum_rule, second.quorum_percent) == (world.memberships["customs"], "share", 60)


def test_nothing_happens_that_was_not_looked_at(world: World) -> None:
    coordinator = world.actor("coordinator")
    with clock.standing_at(OCTOBER):
        series = start(world)
        asked = wanted(series, starts_at=time(14, 0))
        seen = services.foresee_revision(actor=coordinator, series=series, wanted=asked).digest
        call_first(world, series)
        with pytest.raises(OutOfTurn):
            services.revise_series(actor=coordinator, series=series, wanted=asked, reason="It suits more", seen=seen)
        with pytest.raises(Invalid):
            services.foresee_revision(actor=coordinator, series=series, wanted=wanted(series))
    assert {moment.time() for moment in local_starts(series)} == {time(10, 0)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"since": date(2026, 10, 1)}, "since"),
        ({"since": date(2027, 12, 1)}, "since"),
        ({"last_on": date(2026, 10, 1)}, "last_on"),
        ({"minutes": 1}, "minutes"),
        ({"rule": "FREQ=DAILY"}, None),
        ({"quorum_rule": "named"}, "core_members"),
    ],
)
def test_a_changed_series_holds_together(world: World, changes: dict[str, Any], field: str | None) -> None:
    with clock.standing_at(OCTOBER):
        series = start(world)
        with pytest.raises(Invalid) as refused:
            revise(world, series, **changes)
    assert refused.value.field == field


def test_the_coordinator_alone_changes_a_series_that_runs(world: World) -> None:
    series = start(world)
    for persona in set(world.actors()) - {"coordinator"}:
        with pytest.raises(NotAllowed):
            revise(world, series, persona, minutes=60)
    ended = services.end_series(actor=world.actor("coordinator"), series=series, reason="Enough")
    with pytest.raises(OutOfTurn):
        revise(world, ended, minutes=60)


day_lists = st.lists(st.dates(date(2027, 1, 1), date(2027, 6, 30)), unique=True, max_size=12).map(sorted)


@given(held=day_lists, new=day_lists)
def test_days_are_paired_once_and_what_is_in_both_stays(held: list[date], new: list[date]) -> None:
    pairs = nearest(held, new)
    assert set(pairs) <= set(held)
    assert len(set(pairs.values())) == len(pairs)
    assert set(pairs.values()) <= set(new)
    assert all(pairs[day] == day for day in set(held) & set(new))
    assert all(abs(after - before) <= SAME_MEETING for before, after in pairs.items())
    left, free = set(held) - set(pairs), set(new) - set(pairs.values())
    assert not [1 for old in left for day in free if abs(day - old) <= SAME_MEETING], "nobody near is left over"


def test_the_check_page_says_what_will_change_before_it_does(world: World) -> None:
    client, series = caller(world, "coordinator"), world.series["monthly"]
    address = f"{series.get_absolute_url()}edit/"
    form = client.get(address).context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    said |= {"starts_at": "15:00", "reason": "It suits more"}
    before = list(series.meetings.values_list("starts_at", flat=True))
    page = client.post(address, said)
    assert page.status_code == 200
    assert f"{len(before)} meetings follow" in page.content.decode()
    assert list(series.meetings.values_list("starts_at", flat=True)) == before
    again = client.post(address, {**said, "again": "1"})
    assert again.context["form"]["reason"].value() == "It suits more"
    assert "outlook" not in again.content.decode()
    done = client.post(address, {**said, "seen": page.context["outlook"].digest})
    assert done.status_code == 302
    assert {local(meeting).hour for meeting in series.meetings.all()} == {15}
    stale = client.post(address, {**said, "minutes": "45", "seen": page.context["outlook"].digest})
    assert stale.status_code == 422
