"""What people are reminded of about commitments: what is due, what waits for an answer, what waits to be verified."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.words import audience_of, day_of

# The usual ladder: the doer before and on the day, then the member's leads, the coordinator (who finds it on the next
# agenda), the steering group. Its days follow what partnerships of this kind agree on in their protocols.
LADDER = (
    Rung(-7, Audience.DOER),
    Rung(0, Audience.DOER),
    Rung(5, Audience.LEAD),
    Rung(15, Audience.COORDINATOR),
    Rung(30, Audience.STEERING),
)
WAITING = (
    Rung(5, Audience.LEAD, Unit.WORKING_DAYS),
    Rung(10, Audience.COORDINATOR, Unit.WORKING_DAYS),
)

DUE_QUERY = """
    SELECT c.public_id AS subject_id, c.partnership_id, c.owner_id AS member_id, c.person_id AS doer_id,
           c.due_on AS day, '{}'::jsonb AS facts
    FROM commitments_commitment c WHERE c.status IN ('accepted', 'in_progress', 'blocked')
"""
TO_ACCEPT_QUERY = """
    SELECT c.public_id AS subject_id, c.partnership_id, c.owner_id AS member_id, c.person_id AS doer_id,
           c.created_at::date AS day, '{}'::jsonb AS facts
    FROM commitments_commitment c WHERE c.status = 'proposed' AND c.asked_due_on IS NULL
"""
# the day on which another date was asked for last; who coordinates answers
DATE_ASKED_QUERY = """
    SELECT c.public_id AS subject_id, c.partnership_id, m.id AS member_id, NULL::bigint AS doer_id,
           asked.at::date AS day, '{}'::jsonb AS facts
    FROM commitments_commitment c
    JOIN membership_membership m
      ON m.partnership_id = c.partnership_id AND m.role = 'coordinator' AND m.status = 'active'
    JOIN LATERAL (
        SELECT x.at FROM commitments_commitmentchange x
        WHERE x.commitment_id = c.id AND x.what = 'date_asked' ORDER BY x.id DESC LIMIT 1
    ) asked ON true
    WHERE c.status = 'proposed' AND c.asked_due_on IS NOT NULL
"""
TO_VERIFY_QUERY = """
    SELECT c.public_id AS subject_id, c.partnership_id, m.id AS member_id, NULL::bigint AS doer_id,
           claimed.at::date AS day, '{}'::jsonb AS facts
    FROM commitments_commitment c
    JOIN membership_membership m
      ON m.partnership_id = c.partnership_id AND m.role = 'coordinator' AND m.status = 'active'
    JOIN LATERAL (
        SELECT x.at FROM commitments_commitmentchange x
        WHERE x.commitment_id = c.id AND x.after = 'done' AND x.before <> 'done' ORDER BY x.id DESC LIMIT 1
    ) claimed ON true
    WHERE c.status = 'done'
"""


def _path(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/commitments/{notice.subject_id}/"


def _due(notice: Notice) -> Message:
    # also what was to go out on the day, and was made later because no worker was there
    is_overdue = timezone.localdate(notice.created_at).isoformat() > notice.facts["day"]
    if not is_overdue:
        title = _("A commitment in %(partnership)s is due on %(day)s")
    elif audience_of(notice) == Audience.LEAD:
        title = _("A commitment of your agency in %(partnership)s is overdue since %(day)s")
    else:
        title = _("A commitment in %(partnership)s is overdue since %(day)s")
    sentence = {
        Audience.COORDINATOR: _("Ask its member what stands in the way, and raise it at the next meeting."),
        Audience.STEERING: _("Coordinator and member have not settled it. Decide what happens now."),
    }
    return Message(
        title=title % {**notice.facts, "day": day_of(notice)},
        sentence=sentence.get(
            Audience(audience_of(notice)), _("Say how it stands: in progress, done, or what stands in the way.")
        ),
        path=_path(notice),
    )


def _waits(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s waits for an answer since %(day)s")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Accept it, or decline it with a reason: silence is no answer."),
        path=_path(notice),
    )


def _date_asked(notice: Notice) -> Message:
    return Message(
        title=_("A member in %(partnership)s asks for another date since %(day)s")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Agree to it, or keep the date and say why: until then it cannot accept."),
        path=_path(notice),
    )


def _to_verify(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s waits to be verified since %(day)s")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Its member says that it is done. Verify it, or say what is missing."),
        path=_path(notice),
    )


DUE = sources.register(
    slug="commitments.due",
    label=gettext_lazy("A commitment is due"),
    ladder=LADDER,
    query=DUE_QUERY,
    message=_due,
)
TO_ACCEPT = sources.register(
    slug="commitments.to_accept",
    label=gettext_lazy("A commitment waits for an answer"),
    ladder=WAITING,
    query=TO_ACCEPT_QUERY,
    message=_waits,
)
DATE_ASKED = sources.register(
    slug="commitments.date_asked",
    label=gettext_lazy("A member asks for another date"),
    ladder=(Rung(5, Audience.COORDINATOR, Unit.WORKING_DAYS),),
    query=DATE_ASKED_QUERY,
    message=_date_asked,
)
TO_VERIFY = sources.register(
    slug="commitments.to_verify",
    label=gettext_lazy("A commitment waits to be verified"),
    ladder=(Rung(5, Audience.COORDINATOR, Unit.WORKING_DAYS),),
    query=TO_VERIFY_QUERY,
    message=_to_verify,
)
