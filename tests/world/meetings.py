"""Meetings of the world: one in each state, with an agenda, papers, decisions and attendance."""

from datetime import datetime, time, timedelta

from foundation import clock
from partnership.meetings import services
from partnership.meetings.models import AgendaItem, Meeting
from tests.world.cast import World


def build_meetings(world: World) -> None:
    """One closed, one cancelled, one that sits, one whose hour has come, one called, one planned, one of a series."""
    now = clock.now()
    _held(world, now - timedelta(days=7))
    world.meetings["cancelled"] = services.cancel_meeting(
        actor=world.actor("coordinator"),
        meeting=_called(world, "Cancelled", now + timedelta(days=12)),
        reason="Nobody has time",
    )
    _sitting(world, now - timedelta(minutes=30))
    with clock.standing_at(now - timedelta(hours=2)):
        world.meetings["due"] = _called(world, "Due", now - timedelta(hours=1))
    world.meetings["called"] = _called(world, "Called", now + timedelta(days=5))
    world.items["patrol"] = _item(world, "called", "staff_police", "patrol", presenter="customs")
    world.items["second"] = _item(world, "called", "lead_company", "second", presenter="company")
    world.papers["plan"] = services.add_paper(
        actor=world.actor("staff_police"), item=world.items["patrol"], title="Paper plan", text="The plan as it stands"
    )
    world.meetings["planned"] = plan(world, "Planned", now + timedelta(days=30))
    world.series["monthly"] = services.start_series(
        actor=world.actor("coordinator"),
        partnership=world.partnerships["haven"],
        title="Monthly table",
        rule="FREQ=MONTHLY;BYDAY=2TU",
        first_on=clock.today(),
        starts_at=time(10, 0),
        minutes=90,
        chair=world.memberships["municipality"],
    )
    world.meetings["hill"] = plan(
        world, "Hill table", now + timedelta(days=9), persona="lead_former", partnership="hill", chair="former_in_hill"
    )


def plan(
    world: World,
    title: str,
    starts_at: datetime,
    *,
    persona: str = "coordinator",
    partnership: str = "haven",
    chair: str = "police",
    **more: object,
) -> Meeting:
    """Plan a meeting of an hour, at a whole second, as calendars know them."""
    starts_at = starts_at.replace(microsecond=0)
    return services.plan_meeting(
        actor=world.actor(persona),
        partnership=world.partnerships[partnership],
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        chair=world.memberships[chair],
        place="Room 4",
        **more,  # type: ignore[arg-type]
    )


def _called(world: World, title: str, starts_at: datetime) -> Meeting:
    return services.call_meeting(actor=world.actor("coordinator"), meeting=plan(world, title, starts_at))


def _item(world: World, meeting: str, persona: str, title: str, *, presenter: str) -> AgendaItem:
    return services.propose_item(
        actor=world.actor(persona),
        meeting=world.meetings[meeting],
        title=f"Item {title}",
        presenter=world.memberships[presenter],
    )


def record_all(world: World, meeting: Meeting, status: str = "present", **others: str) -> None:
    """Put every active member of the haven on record, some of them otherwise."""
    members = meeting.partnership.memberships.active().select_related("agency")
    rows = [services.Represented(member, others.get(member.agency.code, status)) for member in members]
    services.record_attendance(actor=world.actor("coordinator"), meeting=meeting, rows=rows)


def _held(world: World, starts_at: datetime) -> None:
    coordinator = world.actor("coordinator")
    with clock.standing_at(starts_at - timedelta(days=3)):
        world.meetings["closed"] = _called(world, "Closed", starts_at)
        world.items["closed"] = _item(world, "closed", "staff_customs", "closed", presenter="customs")
    with clock.standing_at(starts_at):
        meeting = services.start_meeting(actor=coordinator, meeting=world.meetings["closed"])
        record_all(world, meeting, tax="deputy", company="apology", suspended="absent")
        services.note_outcome(actor=coordinator, item=world.items["closed"], status="done", outcome="It was settled")
        world.decisions["closed"] = services.record_decision(
            actor=coordinator, meeting=meeting, text="Decision closed", rule="consensus", item=world.items["closed"]
        )
        services.note_dissent(
            actor=coordinator,
            decision=world.decisions["closed"],
            member=world.memberships["company"],
            text="Too costly",
        )
        world.meetings["closed"] = services.close_meeting(actor=coordinator, meeting=meeting)


def _sitting(world: World, starts_at: datetime) -> None:
    police = world.actor("staff_police")
    with clock.standing_at(starts_at - timedelta(hours=2)):
        world.meetings["sitting"] = _called(world, "Sitting", starts_at)
        world.items["sitting"] = _item(world, "sitting", "staff_police", "sitting", presenter="police")
    world.meetings["sitting"] = services.start_meeting(actor=police, meeting=world.meetings["sitting"])
    record_all(world, world.meetings["sitting"])
    world.decisions["sitting"] = services.record_decision(
        actor=police, meeting=world.meetings["sitting"], text="Decision sitting", rule="majority"
    )
