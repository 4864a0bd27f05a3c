"""What people are told about commitments."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.notifications.kinds import Kind, Message, register
from foundation.notifications.models import Notice
from partnership.commitments.models import UNDER_WAY, Commitment, Rule, Status


def _path(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/commitments/{notice.subject_id}/"


def _theirs(notice: Notice, statuses: tuple[str, ...]) -> bool:
    """Whether the recipient's agency, as an active member, still owns the commitment in one of these states."""
    return Commitment.objects.filter(
        public_id=notice.subject_id,
        status__in=statuses,
        owner__status="active",
        owner__agency__people=notice.recipient_id,
    ).exists()


TITLES = {
    Rule.WEEK_BEFORE: _("A commitment in %(partnership)s is due on %(day)s"),
    Rule.ON_THE_DAY: _("A commitment in %(partnership)s is due: %(day)s"),
    Rule.OVERDUE: _("A commitment of your agency in %(partnership)s is overdue since %(day)s"),
}


def _reminder(notice: Notice) -> Message:
    day = date_format(date.fromisoformat(notice.facts["due_on"]), "l j F")
    return Message(
        title=TITLES[Rule(notice.facts["rule"])] % {"partnership": notice.facts["partnership"], "day": day},
        sentence=_("Say how it stands: in progress, done, or what stands in the way."),
        path=_path(notice),
    )


def _still_due(notice: Notice) -> bool:
    due_on = date.fromisoformat(notice.facts["due_on"])
    return (
        _theirs(notice, UNDER_WAY)
        and Commitment.objects.filter(public_id=notice.subject_id, due_on=due_on).exists()
        and (notice.facts["rule"] != Rule.OVERDUE or notice.recipient.role == "lead")
    )


def _to_accept(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s waits for your answer") % notice.facts,
        sentence=_("%(by)s proposes it to your agency. Accept it, or decline it with a reason.") % notice.facts,
        path=_path(notice),
    )


def _to_verify(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s is claimed done") % notice.facts,
        sentence=_("%(by)s asks you to verify it, or to say what is missing.") % notice.facts,
        path=_path(notice),
    )


def _awaits_verification(notice: Notice) -> bool:
    return Commitment.objects.filter(
        public_id=notice.subject_id,
        status=Status.DONE,
        partnership__memberships__agency__people=notice.recipient_id,
        partnership__memberships__status="active",
    ).exists()


REMINDER = register(
    Kind(slug="commitments.reminder", label="A commitment is due", message=_reminder, still_holds=_still_due)
)
TO_ACCEPT = register(
    Kind(
        slug="commitments.to_accept",
        label="A commitment to accept",
        message=_to_accept,
        still_holds=lambda notice: _theirs(notice, (Status.PROPOSED,)),
    )
)
TO_VERIFY = register(
    Kind(
        slug="commitments.to_verify",
        label="A commitment to verify",
        message=_to_verify,
        still_holds=_awaits_verification,
    )
)
