"""Series: a rhythm makes its meetings some months ahead, once each."""

import logging
from collections.abc import Sequence
from datetime import date, time

from django.conf import settings
from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, OutOfTurn
from foundation.words import required
from partnership.meetings import rhythm
from partnership.meetings.models import CoreMember, Meeting, QuorumRule, Series, SeriesCoreMember, Status
from partnership.meetings.outlook import HORIZON
from partnership.meetings.services.common import note_change, require_active, require_quorum
from partnership.membership.models import Membership, MembershipRole, Partnership
from partnership.membership.policy import require_coordinator

logger = logging.getLogger(__name__)


@transaction.atomic
def start_series(
    *,
    actor: Actor,
    partnership: Partnership,
    title: str,
    rule: str,
    first_on: date,
    starts_at: time,
    minutes: int,
    chair: Membership,
    place: str = "",
    link: str = "",
    quorum_rule: str = QuorumRule.SHARE,
    quorum_percent: int = 50,
    core_members: Sequence[Membership] = (),
    last_on: date | None = None,
) -> Series:
    """Start a rhythm in which the partnership meets, and plan its meetings of the next months.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: the rule is no rhythm, it starts in the past or ends before it starts, or chair or quorum name no
            active member.
    """
    require_coordinator(actor, partnership)
    rhythm.require_rule(rule)
    if first_on < clock.today():
        raise Invalid("This date has passed. Choose today or later.", field="first_on")
    if last_on is not None and last_on < first_on:
        raise Invalid("The last day comes after the first one.", field="last_on")
    require_length(minutes)
    require_active(partnership, chair, field="chair")
    require_quorum(partnership, quorum_rule, quorum_percent, core_members)
    series = Series.objects.create(
        partnership=partnership,
        title=title,
        rule=rule,
        first_on=first_on,
        last_on=last_on,
        starts_at=starts_at,
        minutes=minutes,
        zone=settings.TIME_ZONE,
        place=place,
        link=link,
        chair=chair,
        quorum_rule=quorum_rule,
        quorum_percent=quorum_percent,
        created_by_id=actor.person_id,
        created_at=clock.now(),
    )
    if quorum_rule == QuorumRule.NAMED:
        SeriesCoreMember.objects.bulk_create(
            SeriesCoreMember(series=series, partnership=partnership, member=member) for member in core_members
        )
    made = make_meetings(series)
    record(verb="meetings.series_started", actor=actor, subject=series, rule=rule, made=made)
    return series


@transaction.atomic
def end_series(*, actor: Actor, series: Series, reason: str) -> Series:
    """End a rhythm. Its coming meetings that nobody was called to are cancelled; those already called stay.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: no reason was given.
        OutOfTurn: it has ended.
    """
    require_coordinator(actor, series.partnership)
    reason = required(reason)
    series = Series.objects.select_related("partnership").select_for_update(of=("self",)).get(pk=series.pk)
    if series.ended_on is not None:
        raise OutOfTurn("This series has ended already.")
    series.ended_on, series.reason = clock.today(), reason
    series.save(update_fields=["ended_on", "reason"])
    planned = series.meetings.filter(status=Status.PLANNED, starts_at__gte=clock.now())
    for meeting in planned.select_for_update().order_by("pk"):
        meeting.status, meeting.reason, meeting.updated_at = Status.CANCELLED, reason, clock.now()
        meeting.save(update_fields=["status", "reason", "updated_at"])
        note_change(actor, meeting, before=Status.PLANNED, reason=reason)
        record(verb="meetings.cancelled", actor=actor, subject=meeting, before=Status.PLANNED)
    record(verb="meetings.series_ended", actor=actor, subject=series)
    return series


def require_length(minutes: int) -> None:
    """Refuse a length that no meeting has.

    Raises:
        Invalid: it is shorter than five minutes or longer than a day.
    """
    if not 5 <= minutes <= 1440:
        raise Invalid("Give a length between 5 minutes and a day.", field="minutes")


def make_coming_meetings() -> int:
    """Plan what every running series makes within the horizon. Returns how many meetings are new.

    May run at any time, twice at once too: a series is locked, and the database takes each day of it once.
    """
    made = 0
    for key in Series.objects.running().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            series = Series.objects.running().filter(pk=key).select_for_update(of=("self",)).first()
            if series is not None:
                made += make_meetings(series)
    return made


def make_meetings(series: Series) -> int:
    """Plan the meetings of a series that are missing from today to the horizon or its last day; return how many."""
    today = clock.today()
    chair = chair_of(series)
    if chair is None:
        logger.warning("series %s makes no meetings: nobody is there to chair", series.public_id)
        return 0
    there = set(series.meetings.filter(occurs_on__gte=today).values_list("occurs_on", flat=True))
    until = min(today + HORIZON, series.last_on or date.max)
    days = rhythm.days(series.rule, first_on=series.first_on, after=today, until=until)
    missing = [day for day in days if day not in there]
    core = list(series.core_members.order_by("pk"))
    made = 0
    for day in missing:
        starts_at = rhythm.moment(day, series.starts_at, series.zone)
        if starts_at <= clock.now():
            continue
        meeting = Meeting.objects.create(
            partnership_id=series.partnership_id,
            series=series,
            occurs_on=day,
            title=series.title,
            starts_at=starts_at,
            ends_at=rhythm.end_of(starts_at, series.minutes),
            zone=series.zone,
            place=series.place,
            link=series.link,
            chair=chair,
            quorum_rule=series.quorum_rule,
            quorum_percent=series.quorum_percent,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        CoreMember.objects.bulk_create(
            CoreMember(meeting=meeting, partnership_id=series.partnership_id, member=member) for member in core
        )
        note_change(None, meeting, before="")
        made += 1
    return made


def chair_of(series: Series) -> Membership | None:
    """Return who chairs from now on: the member named, or the coordinator where that one is no longer active."""
    active = Membership.objects.active().filter(partnership=series.partnership_id)
    return active.filter(pk=series.chair_id).first() or active.filter(role=MembershipRole.COORDINATOR).first()
