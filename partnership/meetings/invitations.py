"""Who is called to a meeting, and the calendar entry that they get: iCalendar (RFC 5545) as mail (RFC 6047)."""

import calendar
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur, vText

from accounts.people.models import Person
from foundation import clock
from partnership.meetings.models import Meeting, Status
from partnership.membership.models import Membership

PRODUCT = "-//Concord//Meetings//EN"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def invitees(meeting: Meeting) -> set[int]:
    """Return the ids of those who are called to a meeting."""
    return set(_called_in(meeting.partnership_id).values_list("pk", flat=True))


def called_to(meetings: models.QuerySet[Meeting], person_id: int) -> models.QuerySet[Meeting]:
    """Return those of some meetings to which somebody is called."""
    return meetings.filter(Exists(_called_in(OuterRef(OuterRef("partnership"))).filter(pk=person_id)))


def _called_in(partnership: int | OuterRef) -> models.QuerySet[Person]:
    """Return who is called in a partnership: of each active member representative and deputy, else its leads."""
    people = Person.objects.active().human()
    own = Membership.objects.active().filter(partnership=partnership, agency=OuterRef("agency"))
    speaks = Q(representative=OuterRef("pk")) | Q(deputy=OuterRef("pk"))
    named = people.filter(Q(pk=OuterRef("representative")) | Q(pk=OuterRef("deputy")), agency=OuterRef("agency"))
    return people.filter(Exists(own.filter(speaks))) | people.leads().filter(Exists(own.filter(~Exists(named))))


def request(meeting: Meeting, person: Person) -> bytes:
    """Return the invitation of one person, or its update: the same UID, a higher SEQUENCE."""
    return _calendar(meeting, method="REQUEST", attendee=person)


def cancellation(meeting: Meeting, person: Person) -> bytes:
    """Return what takes the entry out of one person's calendar."""
    return _calendar(meeting, method="CANCEL", attendee=person)


def publication(meeting: Meeting) -> bytes:
    """Return the entry for somebody who loads it from the page: it names nobody."""
    return _calendar(meeting, method="PUBLISH", attendee=None)


def _calendar(meeting: Meeting, *, method: str, attendee: Person | None) -> bytes:
    entry = Calendar()
    entry.add("prodid", PRODUCT)
    entry.add("version", "2.0")
    entry.add("calscale", "GREGORIAN")
    entry.add("method", method)
    entry.add_component(_zone(meeting.zone, meeting.starts_at))
    entry.add_component(_event(meeting, attendee))
    return entry.to_ical()


def _event(meeting: Meeting, attendee: Person | None) -> Event:
    zone = ZoneInfo(meeting.zone)
    address = settings.CONCORD_URL + meeting.get_absolute_url()
    event = Event()
    # RFC 7986 recommends a bare UUID: it stays the same when the portal moves to another host
    event.add("uid", str(meeting.public_id))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("created", meeting.created_at.astimezone(UTC))
    event.add("last-modified", meeting.updated_at.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", summary_of(meeting))
    if place := place_of(meeting):
        event.add("location", place)
    lines = [_("Agenda, papers and your answer: %(address)s") % {"address": address}]
    if meeting.link:
        lines.insert(0, _("Take part: %(link)s") % {"link": meeting.link})
    event.add("description", "\n".join(lines))
    event.add("url", address)
    event.add("status", "CANCELLED" if meeting.status == Status.CANCELLED else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _organizer(meeting))
    if attendee is not None:
        event.add("attendee", _attendee(attendee))
    return event


def summary_of(meeting: Meeting) -> str:
    """Return what calendars call a meeting."""
    return f"{meeting.title} ({meeting.partnership.name})"


def place_of(meeting: Meeting) -> str:
    """Return where calendars say that a meeting is; empty where nobody said."""
    return meeting.place or meeting.link


def _organizer(meeting: Meeting) -> vCalAddress:
    """The portal sends, in the partnership's name: mail programs take an organizer seriously who is also the sender."""
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(meeting.partnership.name)
    return organizer


def _attendee(person: Person) -> vCalAddress:
    """The recipient alone: who else is called is to be seen on the page, by those who may see it."""
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = vText(person.name)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    # the answer is given on the page, for the member; a mail in answer would reach nobody
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


# --- time zones ------------------------------------------------------------------------------------
def _zone(name: str, moment: datetime) -> Timezone:
    """Describe a time zone by its rules around a moment, as every calendar program understands them.

    Two yearly rules, one for each change of the clocks; Outlook reads no longer list. A zone whose clocks change in no
    such way is written out change by change.
    """
    zone = ZoneInfo(name)
    year = moment.astimezone(zone).year
    before, now = _changes(zone, year - 1), _changes(zone, year)
    found = Timezone()
    found.add("tzid", name)
    if not before and not now:
        found.add_component(_part(TimezoneStandard(), zone, datetime(year - 1, 1, 1, tzinfo=UTC), None))
        return found
    rules = [_yearly(zone, change) for change in now]
    if len(now) != 2 or [_yearly(zone, change) for change in before] != rules:
        for change in (datetime(year - 1, 1, 1, tzinfo=UTC), *before, *now, *_changes(zone, year + 1)):
            found.add_component(_part(TimezoneStandard(), zone, change, None))
        return found
    for change, rule in zip(before, rules, strict=True):
        is_summer = bool(change.astimezone(zone).dst())
        found.add_component(_part(TimezoneDaylight() if is_summer else TimezoneStandard(), zone, change, rule))
    return found


def _part(
    part: TimezoneStandard | TimezoneDaylight, zone: ZoneInfo, change: datetime, rule: vRecur | None
) -> TimezoneStandard | TimezoneDaylight:
    earlier, later = (change - timedelta(seconds=1)).astimezone(zone), change.astimezone(zone)
    # RFC 5545: the onset is told in the local time that held until then
    part.add("dtstart", _as_before(change, zone))
    part.add("tzoffsetfrom", earlier.utcoffset())
    part.add("tzoffsetto", later.utcoffset())
    part.add("tzname", later.tzname() or zone.key)
    if rule is not None:
        part.add("rrule", rule)
    return part


def _as_before(change: datetime, zone: ZoneInfo) -> datetime:
    offset = (change - timedelta(seconds=1)).astimezone(zone).utcoffset() or timedelta()
    return (change + offset).replace(tzinfo=None)


def _yearly(zone: ZoneInfo, change: datetime) -> vRecur:
    """Return the rule by which a change of the clocks comes again: in a month, on the nth or last such weekday."""
    local = _as_before(change, zone)
    is_last = local.day + 7 > calendar.monthrange(local.year, local.month)[1]
    nth = -1 if is_last else (local.day - 1) // 7 + 1
    return vRecur(freq="YEARLY", bymonth=local.month, byday=f"{nth}{WEEKDAYS[local.weekday()]}")


def _changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """Return the moments of a year, in UTC, at which the clocks of a zone change."""
    found = []
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    moment = start
    while moment < end:
        following = moment + timedelta(days=1)
        if moment.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            found.append(_first_after(zone, moment, following))
        moment = following
    return found


def _first_after(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first second between two moments at which the later one's offset holds."""
    offset = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high
