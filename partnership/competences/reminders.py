"""What people are reminded of about competences: what the register should say, and the statement to acknowledge."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.words import day_of

TO_CONFIRM_QUERY = """
    SELECT x.public_id AS subject_id, x.partnership_id, x.membership_id AS member_id, NULL::bigint AS doer_id,
           x.proposed_at::date AS day, '{}'::jsonb AS facts
    FROM competences_change x
    WHERE x.status = 'proposed'
"""
TO_ACKNOWLEDGE_QUERY = """
    SELECT s.public_id AS subject_id, s.partnership_id, m.id AS member_id, NULL::bigint AS doer_id,
           s.made_at::date AS day, '{}'::jsonb AS facts
    FROM competences_statement s
    JOIN membership_membership m ON m.partnership_id = s.partnership_id AND m.status = 'active'
    WHERE NOT EXISTS (SELECT 1 FROM competences_statement later
                      WHERE later.partnership_id = s.partnership_id AND later.number > s.number)
      AND NOT EXISTS (SELECT 1 FROM competences_acknowledgement a
                      WHERE a.statement_id = s.id AND a.membership_id = m.id)
"""


def _to_confirm(notice: Notice) -> Message:
    return Message(
        title=_("The register of competences in %(partnership)s waits for an answer since %(day)s")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Confirm what is proposed, or say what is wrong: silence is no answer."),
        path=f"/partnerships/{notice.facts['slug']}/competences/changes/{notice.subject_id}/",
    )


def _to_acknowledge(notice: Notice) -> Message:
    return Message(
        title=_("The differences in competence in %(partnership)s wait for a signature since %(day)s")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Read what each member can and cannot do, and acknowledge it."),
        path=f"/partnerships/{notice.facts['slug']}/competences/acknowledgement/",
    )


TO_CONFIRM = sources.register(
    slug="competences.to_confirm",
    label=gettext_lazy("The register of competences waits for an answer"),
    ladder=(Rung(5, Audience.LEAD, Unit.WORKING_DAYS), Rung(10, Audience.COORDINATOR, Unit.WORKING_DAYS)),
    query=TO_CONFIRM_QUERY,
    message=_to_confirm,
)
TO_ACKNOWLEDGE = sources.register(
    slug="competences.to_acknowledge",
    label=gettext_lazy("The differences wait to be acknowledged"),
    ladder=(Rung(5, Audience.LEAD, Unit.WORKING_DAYS), Rung(15, Audience.COORDINATOR, Unit.WORKING_DAYS)),
    query=TO_ACKNOWLEDGE_QUERY,
    message=_to_acknowledge,
)
