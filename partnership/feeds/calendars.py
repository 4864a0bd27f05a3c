"""A feed as iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from partnership.feeds.entries import Entry

PRODUCT = "-//Concord//Calendar feed//EN"
# how often a program should look again; the server does not hold it to that
REFRESH = timedelta(hours=2)


def calendar_of(name: str, entries: Iterable[Entry]) -> bytes:
    """Return entries as a calendar for programs that subscribe to it. It names nobody but what the entries say."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # RFC 7986, and what programs knew before it
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    address = settings.CONCORD_URL + entry.path
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("description", "\n".join(filter(None, (entry.description, address))))
    event.add("url", address)
    if entry.sequence is not None:
        event.add("sequence", entry.sequence)
    if entry.state:
        event.add("status", entry.state)
    if entry.place:
        event.add("location", entry.place)
    if entry.starts_at is not None and entry.ends_at is not None:
        zone = ZoneInfo(entry.zone or settings.TIME_ZONE)
        event.add("dtstart", entry.starts_at.astimezone(zone))
        event.add("dtend", entry.ends_at.astimezone(zone))
        # what was cancelled takes nobody's time
        event.add("transp", "TRANSPARENT" if entry.state == "CANCELLED" else "OPAQUE")
    elif entry.day is not None:
        event.add("dtstart", entry.day)
        # the end of a whole day is the day after, which is not part of it
        event.add("dtend", entry.day + timedelta(days=1))
        # what is due on a day leaves that day free
        event.add("transp", "TRANSPARENT")
    return event
