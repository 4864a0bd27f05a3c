"""What people are reminded of about agreements: signatures that are awaited, reviews and ends that come near."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.words import day_of

# the path is safe in a mail: a number and an id
FACTS = """jsonb_build_object('agreement', a.title, 'path',
               '/partnerships/' || s.slug || '/agreement/' || a.public_id || '/' || v.number || '/')"""
TO_SIGN_QUERY = """
    SELECT DISTINCT v.public_id AS subject_id, v.partnership_id, g.membership_id AS member_id,
           NULL::bigint AS doer_id, opened.at::date AS day, {facts} AS facts
    FROM agreements_version v
    JOIN agreements_agreement a ON a.id = v.agreement_id
    JOIN membership_partnership s ON s.id = v.partnership_id
    JOIN agreements_signatory g ON g.version_id = v.id
    JOIN LATERAL (
        SELECT x.at FROM agreements_versionchange x
        WHERE x.version_id = v.id AND x.after = 'open_for_signature' ORDER BY x.id DESC LIMIT 1
    ) opened ON true
    WHERE v.status = 'open_for_signature' AND NOT EXISTS (
        SELECT 1 FROM agreements_signature t
        WHERE t.version_id = v.id AND t.membership_id = g.membership_id AND t.function = g.function
          AND t.version_hash = v.content_hash)
"""
BY_COORDINATOR = """
    SELECT v.public_id AS subject_id, v.partnership_id, m.id AS member_id, NULL::bigint AS doer_id,
           v.{day} AS day, {facts} AS facts
    FROM agreements_version v
    JOIN agreements_agreement a ON a.id = v.agreement_id
    JOIN membership_partnership s ON s.id = v.partnership_id
    JOIN membership_membership m
      ON m.partnership_id = v.partnership_id AND m.role = 'coordinator' AND m.status = 'active'
    WHERE v.status IN ('in_force', 'under_review') AND v.{day} IS NOT NULL
"""
# a quarter ahead, a month ahead, and on the day
AHEAD = tuple(Rung(-days, Audience.COORDINATOR) for days in (90, 30, 0))


def _about(title: Promise, sentence: Promise) -> Callable[[Notice], Message]:
    def message(notice: Notice) -> Message:
        facts = {**notice.facts, "day": day_of(notice)}
        return Message(title=str(title) % facts, sentence=str(sentence) % facts, path=notice.facts["path"])

    return message


TO_SIGN = sources.register(
    slug="agreements.to_sign",
    label=_("An agreement waits for a signature"),
    ladder=(Rung(5, Audience.LEAD, Unit.WORKING_DAYS), Rung(10, Audience.COORDINATOR, Unit.WORKING_DAYS)),
    query=TO_SIGN_QUERY.format(facts=FACTS),
    message=_about(
        _("%(partnership)s: %(agreement)s waits for a signature since %(day)s"),
        _("Nothing is in force before all have signed."),
    ),
)
REVIEW = sources.register(
    slug="agreements.review",
    label=_("The review of an agreement"),
    ladder=AHEAD,
    query=BY_COORDINATOR.format(day="review_on", facts=FACTS),
    message=_about(
        _("%(partnership)s: the review of %(agreement)s is due on %(day)s"),
        _("Look at it with the members. Confirm it as it is, or draft the next version."),
    ),
)
END = sources.register(
    slug="agreements.end",
    label=_("The end of an agreement"),
    ladder=AHEAD,
    query=BY_COORDINATOR.format(day="ends_on", facts=FACTS),
    message=_about(
        _("%(partnership)s: %(agreement)s ends on %(day)s"),
        _("Decide in time whether it is renewed: nothing stands in its place by itself."),
    ),
)
