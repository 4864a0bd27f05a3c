"""The partnership's own review date, of which its coordinator is reminded."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung
from partnership.reminders.words import day_of

QUERY = """
    SELECT s.public_id AS subject_id, s.id AS partnership_id, m.id AS member_id, NULL::bigint AS doer_id,
           s.review_date AS day, '{}'::jsonb AS facts
    FROM membership_partnership s
    JOIN membership_membership m ON m.partnership_id = s.id AND m.role = 'coordinator' AND m.status = 'active'
    WHERE s.status = 'active'
"""


def _message(notice: Notice) -> Message:
    return Message(
        title=_("The review of %(partnership)s is due on %(day)s") % {**notice.facts, "day": day_of(notice)},
        sentence=_("Look at it with the members, and set the next review date."),
        path=f"/partnerships/{notice.facts['slug']}/",
    )


REVIEW = sources.register(
    slug="membership.review",
    label=gettext_lazy("The review of a partnership"),
    ladder=(Rung(-30, Audience.COORDINATOR), Rung(0, Audience.COORDINATOR)),
    query=QUERY,
    message=_message,
)
