"""What people are told about commitments."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from partnership.commitments.models import Commitment, Status
from partnership.membership.models import Membership, MembershipRole


def _path(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/commitments/{notice.subject_id}/"


def _theirs(notices: Sequence[Notice], status: str) -> set[UUID]:
    """Return the ids of commitments that the recipient's agency, as an active member, owns in this state."""
    commitments = Commitment.objects.filter(
        public_id__in=[notice.subject_id for notice in notices],
        status=status,
        owner__status="active",
        owner__agency__people=notices[0].recipient_id,
    )
    return set(commitments.values_list("public_id", flat=True))


def _to_accept(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s waits for your answer") % notice.facts,
        sentence=_("%(by)s proposes it to your agency. Accept it, or decline it with a reason.") % notice.facts,
        path=_path(notice),
    )


def _date_asked(notice: Notice) -> Message:
    return Message(
        title=_("Another date is asked for in %(partnership)s") % notice.facts,
        sentence=_("%(by)s can promise what you asked for, on another day. Agree to it, or keep the date.")
        % notice.facts,
        path=_path(notice),
    )


def _date_answered(notice: Notice) -> Message:
    return Message(
        title=_("Your agency's question for another date in %(partnership)s is answered") % notice.facts,
        sentence=_("%(by)s says by when it is wanted. Accept it, or decline it with a reason.") % notice.facts,
        path=_path(notice),
    )


def _to_verify(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s is claimed done") % notice.facts,
        sentence=_("%(by)s asks you to verify it, or to say what is missing.") % notice.facts,
        path=_path(notice),
    )


def _awaits_answer(notices: Sequence[Notice]) -> list[Notice]:
    theirs = _theirs(notices, Status.PROPOSED)
    return [notice for notice in notices if notice.subject_id in theirs]


def _awaits_date(notices: Sequence[Notice]) -> list[Notice]:
    asked = Commitment.objects.awaiting_date().filter(
        public_id__in=[notice.subject_id for notice in notices],
        partnership__memberships__agency__people=notices[0].recipient_id,
        partnership__memberships__role=MembershipRole.COORDINATOR,
        partnership__memberships__status="active",
    )
    waiting = set(asked.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in waiting]


def _awaits_verification(notices: Sequence[Notice]) -> list[Notice]:
    done = Commitment.objects.filter(
        public_id__in=[notice.subject_id for notice in notices],
        status=Status.DONE,
        partnership__memberships__agency__people=notices[0].recipient_id,
        partnership__memberships__status="active",
    )
    waiting = set(done.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in waiting]


def _waits_for_you(notice: Notice) -> Message:
    return Message(
        title=_("A commitment in %(partnership)s waits for your agency") % notice.facts,
        sentence=_("%(by)s cannot go on without you. Read what is missing, and tell them when it is there.")
        % notice.facts,
        path=_path(notice),
    )


def _still_waits(notices: Sequence[Notice]) -> list[Notice]:
    blocked = Commitment.objects.filter(
        public_id__in=[notice.subject_id for notice in notices],
        status=Status.BLOCKED,
        blocker__status="active",
        blocker__agency__people=notices[0].recipient_id,
    )
    waiting = set(blocked.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in waiting]


def _taken_over(notice: Notice) -> Message:
    return Message(
        title=_("Commitments in %(partnership)s are now yours: %(count)s") % notice.facts,
        sentence=_("%(by)s handed them over to you. You get their reminders from now on.") % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/commitments/?whose=mine",
    )


def _still_theirs(notices: Sequence[Notice]) -> list[Notice]:
    members = Membership.objects.active().filter(
        public_id__in=[notice.subject_id for notice in notices], agency__people=notices[0].recipient_id
    )
    active = set(members.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in active]


TO_ACCEPT = register(
    Kind(
        slug="commitments.to_accept",
        label=gettext_lazy("A commitment to accept"),
        message=_to_accept,
        still_holds=alone(_awaits_answer),
        which_hold=_awaits_answer,
    )
)
DATE_ASKED = register(
    Kind(
        slug="commitments.date_asked",
        label=gettext_lazy("A member asks for another date"),
        message=_date_asked,
        still_holds=alone(_awaits_date),
        which_hold=_awaits_date,
    )
)
DATE_ANSWERED = register(
    Kind(
        slug="commitments.date_answered",
        label=gettext_lazy("Your question for another date is answered"),
        message=_date_answered,
        still_holds=alone(_awaits_answer),
        which_hold=_awaits_answer,
    )
)
TO_VERIFY = register(
    Kind(
        slug="commitments.to_verify",
        label=gettext_lazy("A commitment to verify"),
        message=_to_verify,
        still_holds=alone(_awaits_verification),
        which_hold=_awaits_verification,
    )
)
WAITS_FOR_YOU = register(
    Kind(
        slug="commitments.waits_for_you",
        label=gettext_lazy("A commitment waits for your agency"),
        message=_waits_for_you,
        still_holds=alone(_still_waits),
        which_hold=_still_waits,
    )
)
TAKEN_OVER = register(
    Kind(
        slug="commitments.taken_over",
        label=gettext_lazy("Commitments handed over to you"),
        message=_taken_over,
        still_holds=alone(_still_theirs),
        which_hold=_still_theirs,
    )
)
