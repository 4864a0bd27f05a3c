"""What people are reminded of about responsibilities: those that wait for an answer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.words import day_of

QUERY = """
    SELECT r.public_id AS subject_id, r.partnership_id, r.accountable_id AS member_id, NULL::bigint AS doer_id,
           asked.at::date AS day, '{}'::jsonb AS facts
    FROM responsibilities_responsibility r
    JOIN LATERAL (
        SELECT x.at FROM responsibilities_responsibilitychange x
        WHERE x.responsibility_id = r.id AND x.after = 'proposed' ORDER BY x.id DESC LIMIT 1
    ) asked ON true
    WHERE r.status = 'proposed'
"""


def _message(notice: Notice) -> Message:
    return Message(
        title=_("A responsibility in %(partnership)s waits for an answer since %(day)s")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Accept it, decline it with a reason, or ask for a change: silence is no answer."),
        path=f"/partnerships/{notice.facts['slug']}/responsibilities/{notice.subject_id}/",
    )


TO_ACCEPT = sources.register(
    slug="responsibilities.to_accept",
    label=gettext_lazy("A responsibility waits for an answer"),
    ladder=(Rung(5, Audience.LEAD, Unit.WORKING_DAYS), Rung(10, Audience.COORDINATOR, Unit.WORKING_DAYS)),
    query=QUERY,
    message=_message,
)
