"""What people are reminded of about engagement: inputs that wait for an answer."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung
from partnership.reminders.words import day_of

# what was given to a member that takes no part any more is the coordinator's to answer
QUERY = """
    SELECT i.public_id AS subject_id, i.partnership_id,
           CASE WHEN g.status = 'active' THEN g.id ELSE m.id END AS member_id, NULL::bigint AS doer_id,
           i.answer_by AS day, '{}'::jsonb AS facts
    FROM engagement_input i
    JOIN membership_membership g ON g.id = i.given_to_id
    JOIN membership_membership m
      ON m.partnership_id = i.partnership_id AND m.role = 'coordinator' AND m.status = 'active'
    WHERE i.status = 'received'
"""


def _message(notice: Notice) -> Message:
    # also what was to go out before the day, and was made later because no worker was there
    is_late = timezone.localdate(notice.created_at).isoformat() > notice.facts["day"]
    if is_late:
        title = _("What a group said in %(partnership)s should have been answered by %(day)s")
    else:
        title = _("What a group said in %(partnership)s is to be answered by %(day)s")
    return Message(
        title=title % {**notice.facts, "day": day_of(notice)},
        sentence=_("Say what was done with it, or why it is not taken up: silence is no answer."),
        path=f"/partnerships/{notice.facts['slug']}/engagement/{notice.subject_id}/",
    )


UNANSWERED = sources.register(
    slug="engagement.unanswered",
    label=gettext_lazy("What a group said waits for an answer"),
    ladder=(Rung(-7, Audience.LEAD), Rung(1, Audience.COORDINATOR)),
    query=QUERY,
    message=_message,
)
