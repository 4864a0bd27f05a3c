"""What people are reminded of about requests: that an answer is awaited. Its own people alone: see `within_member`."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.words import day_of

# the view holds no word of a request, and is read by nobody: see migration 0002
DUE_QUERY = """
    SELECT v.subject_id, v.partnership_id, v.member_id, v.doer_id, v.day, '{}'::jsonb AS facts
    FROM requests_to_answer v
"""


def _due(notice: Notice) -> Message:
    return Message(
        title=_("A request for information waits for your agency"),
        sentence=_("In %(partnership)s an answer is asked for by %(day)s. Answer, or refuse with a reason.")
        % {**notice.facts, "day": day_of(notice)},
        path=f"/partnerships/{notice.facts['slug']}/requests/{notice.subject_id}/",
    )


DUE = sources.register(
    slug="requests.due",
    label=gettext_lazy("A request for information waits for an answer"),
    ladder=(Rung(-3, Audience.DOER, Unit.WORKING_DAYS), Rung(0, Audience.DOER)),
    query=DUE_QUERY,
    message=_due,
    within_member=True,
)
