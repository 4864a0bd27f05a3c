"""What people are told about meetings. Invitations, changes and cancellations carry a calendar entry."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people.models import Person
from foundation.languages import moment_in_words
from foundation.notifications.kinds import Attachment, Kind, Message, alone, register
from foundation.notifications.models import Notice
from partnership.meetings import invitations
from partnership.meetings.models import Meeting, Status


def _path(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/meetings/{notice.subject_id}/"


def _words(notice: Notice) -> dict[str, str]:
    return {**notice.facts, "when": moment_in_words(datetime.fromisoformat(notice.facts["starts_at"]))}


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


def _are_called(notices: Sequence[Notice]) -> list[Notice]:
    """Return those whose meeting stands as they say it, and to which the recipient is still called."""
    called = Meeting.objects.filter(public_id__in=[notice.subject_id for notice in notices], status=Status.CALLED)
    theirs = invitations.called_to(called, notices[0].recipient_id)
    sequences = {meeting.public_id: meeting.sequence for meeting in theirs}
    return [notice for notice in notices if sequences.get(notice.subject_id) == int(notice.facts["sequence"])]


def _see_cancelled(notices: Sequence[Notice]) -> list[Notice]:
    """Return those whose meeting is cancelled, in a partnership in which the recipient's agency still takes part."""
    cancelled = Meeting.objects.filter(
        public_id__in=[notice.subject_id for notice in notices],
        status=Status.CANCELLED,
        partnership__memberships__agency__people=notices[0].recipient_id,
        partnership__memberships__status="active",
    )
    known = set(cancelled.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in known]


def told_of(meeting: Meeting) -> set[int]:
    """Return the ids of people who have, or are about to get, an entry of a meeting in their calendar."""
    notices = Notice.objects.filter(kind__in=[INVITED.slug, CHANGED.slug], subject_id=meeting.public_id)
    return set(Person.objects.active().filter(pk__in=notices.values("recipient")).values_list("pk", flat=True))


INVITED = register(
    Kind(
        slug="meetings.invited",
        label=gettext_lazy("Call to a meeting"),
        message=_invited,
        still_holds=alone(_are_called),
        which_hold=_are_called,
        is_timely=True,
    )
)
CHANGED = register(
    Kind(
        slug="meetings.changed",
        label=gettext_lazy("A meeting changed"),
        message=_changed,
        still_holds=alone(_are_called),
        which_hold=_are_called,
        is_timely=True,
    )
)
CANCELLED = register(
    Kind(
        slug="meetings.cancelled",
        label=gettext_lazy("A meeting is cancelled"),
        message=_cancelled,
        still_holds=alone(_see_cancelled),
        which_hold=_see_cancelled,
        is_timely=True,
    )
)
