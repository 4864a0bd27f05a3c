"""What people are told about meetings. Invitations, changes and cancellations carry a calendar entry."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.people.models import Person
from foundation.notifications.kinds import Attachment, Kind, Message, register
from foundation.notifications.models import Notice
from partnership.meetings import invitations
from partnership.meetings.models import Meeting, Status
from partnership.membership.models import Membership


def _path(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/meetings/{notice.subject_id}/"


def _words(notice: Notice) -> dict[str, str]:
    starts_at = timezone.localtime(datetime.fromisoformat(notice.facts["starts_at"]))
    return {**notice.facts, "when": date_format(starts_at, "l j F Y, H:i")}


def _meeting(notice: Notice) -> Meeting:
    return Meeting.objects.select_related("partnership").get(public_id=notice.subject_id)


def _request(notice: Notice) -> Attachment:
    entry = invitations.request(_meeting(notice), notice.recipient)
    return Attachment(entry.decode(), "text/calendar", {"method": "REQUEST"})


def _cancellation(notice: Notice) -> Attachment:
    entry = invitations.cancellation(_meeting(notice), notice.recipient)
    return Attachment(entry.decode(), "text/calendar", {"method": "CANCEL"})


def _invited(notice: Notice) -> Message:
    return Message(
        title=_("%(partnership)s: meeting on %(when)s") % _words(notice),
        sentence=_("%(by)s calls you to it. Say whether your agency comes, and by whom.") % notice.facts,
        path=_path(notice),
        attachment=lambda: _request(notice),
    )


def _changed(notice: Notice) -> Message:
    return Message(
        title=_("%(partnership)s: the meeting has changed, now %(when)s") % _words(notice),
        sentence=_("%(by)s changed time, place or subject. Look whether your agency's answer still holds.")
        % notice.facts,
        path=_path(notice),
        attachment=lambda: _request(notice),
    )


def _cancelled(notice: Notice) -> Message:
    return Message(
        title=_("%(partnership)s: the meeting on %(when)s is cancelled") % _words(notice),
        sentence=_("%(by)s cancelled it; the reason stands on its page.") % notice.facts,
        path=_path(notice),
        attachment=lambda: _cancellation(notice),
    )


def _is_called(notice: Notice) -> bool:
    """Whether the meeting stands as the notice says it, and the recipient is still one of those called to it."""
    meeting = Meeting.objects.filter(
        public_id=notice.subject_id, status=Status.CALLED, sequence=int(notice.facts["sequence"])
    ).first()
    return meeting is not None and notice.recipient_id in invitations.invitees(meeting)


def _sees_cancelled(notice: Notice) -> bool:
    """Whether it is cancelled, and the recipient's agency still takes part and may know."""
    meeting = Meeting.objects.filter(public_id=notice.subject_id, status=Status.CANCELLED).first()
    return (
        meeting is not None
        and Membership.objects.active()
        .filter(partnership=meeting.partnership_id, agency__people=notice.recipient_id)
        .exists()
    )


def told_of(meeting: Meeting) -> set[int]:
    """Return the ids of people who have, or are about to get, an entry of a meeting in their calendar."""
    notices = Notice.objects.filter(kind__in=[INVITED.slug, CHANGED.slug], subject_id=meeting.public_id)
    return set(Person.objects.active().filter(pk__in=notices.values("recipient")).values_list("pk", flat=True))


INVITED = register(Kind(slug="meetings.invited", label="Call to a meeting", message=_invited, still_holds=_is_called))
CHANGED = register(Kind(slug="meetings.changed", label="A meeting changed", message=_changed, still_holds=_is_called))
CANCELLED = register(
    Kind(
        slug="meetings.cancelled",
        label="A meeting is cancelled",
        message=_cancelled,
        still_holds=_sees_cancelled,
    )
)
