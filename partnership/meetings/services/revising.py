"""Changing a series: its coming meetings follow, except those that somebody changed by themselves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, OutOfTurn
from foundation.words import required
from partnership.meetings import rhythm
from partnership.meetings.models import Meeting, QuorumRule, Series, SeriesCoreMember
from partnership.meetings.outlook import HORIZON, Move, Outlook, Wanted, columns_of, foresee
from partnership.meetings.services.common import require_active, require_quorum
from partnership.meetings.services.entries import cancel, change
from partnership.meetings.services.series import chair_of, make_meetings, require_length
from partnership.membership.models import Membership
from partnership.membership.policy import require_coordinator


def foresee_revision(*, actor: Actor, series: Series, wanted: Wanted) -> Outlook:
    """Return what a change of a series would do, without doing it.

    Raises:
        NotAllowed, Invalid, OutOfTurn: as `revise_series`.
    """
    _require_wanted(actor, series, wanted)
    outlook = foresee(series, wanted, _meetings(series))
    if not (outlook.cancelled or outlook.made or _says_otherwise(series, wanted)):
        raise Invalid("This is how the series is already. Change something of it.")
    return outlook


@transaction.atomic
def revise_series(*, actor: Actor, series: Series, wanted: Wanted, reason: str, seen: str) -> Series:
    """Change a series from a day on. Meetings that follow keep their entry in calendars, and those called are told.

    Those that have been, that begin before that day, or that somebody changed by themselves, stay as they are.

    Args:
        seen: the digest of the outlook that the actor was shown.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: no reason was given, or the rhythm, day, length, chair or quorum is none; or nothing would change.
        OutOfTurn: the series has ended, or something of the outlook has changed since.
    """
    reason = required(reason)
    require_coordinator(actor, series.partnership)
    series = Series.objects.select_related("partnership").select_for_update(of=("self",)).get(pk=series.pk)
    # hold them until the end, in one order
    list(_meetings(series).select_for_update(of=("self",)))
    outlook = foresee_revision(actor=actor, series=series, wanted=wanted)
    if outlook.digest != seen:
        raise OutOfTurn("The meetings of this series have changed meanwhile. Look again at what will happen.")
    for meeting in outlook.cancelled:
        cancel(actor, meeting, reason, leaves_series=True)
    for meeting, day in outlook.stay:
        # it stands for this day, so that the series makes no second one
        Meeting.objects.filter(pk=meeting.pk).update(occurs_on=day)
    chairs = {series.chair_id, *(chair.pk for chair in [chair_of(series)] if chair)}
    core = set(series.core_members.values_list("pk", flat=True))
    for move in outlook.follow:
        _follow(actor, series, wanted, move, reason, chairs=chairs, core=core)
    _save(series, wanted)
    made = make_meetings(series)
    counts = {"followed": len(outlook.follow), "cancelled": len(outlook.cancelled), "made": made}
    record(verb="meetings.series_revised", actor=actor, subject=series, rule=wanted.rule, **counts)
    return series


def _meetings(series: Series) -> Any:
    found = series.meetings.filter(occurs_on__gte=clock.today()).select_related("partnership__coordinator")
    return found.prefetch_related("core_members").order_by("pk")


def _require_wanted(actor: Actor, series: Series, wanted: Wanted) -> None:
    partnership, tomorrow = series.partnership, clock.today() + timedelta(days=1)
    require_coordinator(actor, partnership)
    if series.ended_on is not None:
        raise OutOfTurn("This series has ended. Start another one.")
    rhythm.require_rule(wanted.rule)
    if wanted.since < tomorrow:
        raise Invalid("Choose tomorrow or later; change today's meeting by itself.", field="since")
    if wanted.since > clock.today() + HORIZON:
        raise Invalid("Choose a day within the next six months: later meetings are not planned yet.", field="since")
    if wanted.last_on is not None and wanted.last_on < wanted.since:
        raise Invalid("Choose a day after the one from which this holds. To end now, end the series.", field="last_on")
    require_length(wanted.minutes)
    require_active(partnership, wanted.chair, field="chair")
    require_quorum(partnership, wanted.quorum_rule, wanted.quorum_percent, wanted.core_members)


def _says_otherwise(series: Series, wanted: Wanted) -> bool:
    same = columns_of(wanted) | {name: getattr(wanted, name) for name in ("rule", "starts_at", "minutes", "last_on")}
    core = {member.pk for member in wanted.core_members} if wanted.quorum_rule == QuorumRule.NAMED else set()
    return core != set(series.core_members.values_list("pk", flat=True)) or any(
        getattr(series, name) != value for name, value in same.items()
    )


def _follow(
    actor: Actor, series: Series, wanted: Wanted, move: Move, reason: str, *, chairs: set[int], core: set[int]
) -> None:
    """Let a meeting follow; chair and quorum too, where they are those that the series gave it."""
    meeting = move.meeting
    core_before = {member.pk for member in meeting.core_members.all()}
    core_after: Sequence[Membership] = list(meeting.core_members.all())
    columns = {**columns_of(wanted), "occurs_on": move.day, "starts_at": move.starts_at, "ends_at": move.ends_at}
    if meeting.chair_id not in chairs:
        del columns["chair"]
    if (meeting.quorum_rule, meeting.quorum_percent, core_before) == (series.quorum_rule, series.quorum_percent, core):
        core_after = wanted.core_members if wanted.quorum_rule == QuorumRule.NAMED else ()
    else:
        del columns["quorum_rule"], columns["quorum_percent"]
    is_same = all(getattr(meeting, name) == value for name, value in columns.items())
    if not is_same or {member.pk for member in core_after} != core_before:
        change(actor, meeting, columns, core_after, reason=reason)


def _save(series: Series, wanted: Wanted) -> None:
    if wanted.rule != series.rule:
        # every second week, or quarter, counts from here
        series.first_on = wanted.since
    for name, value in columns_of(wanted).items():
        setattr(series, name, value)
    series.rule, series.starts_at, series.minutes, series.last_on = (
        wanted.rule, wanted.starts_at, wanted.minutes, wanted.last_on,
    )  # fmt: skip
    series.save()
    SeriesCoreMember.objects.filter(series=series).delete()
    if wanted.quorum_rule == QuorumRule.NAMED:
        SeriesCoreMember.objects.bulk_create(
            SeriesCoreMember(series=series, partnership_id=series.partnership_id, member=member)
            for member in wanted.core_members
        )
