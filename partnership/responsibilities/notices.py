"""What leads are told about responsibilities."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from partnership.responsibilities.models import Responsibility


def _to_accept(notice: Notice) -> Message:
    return Message(
        title=_("A responsibility in %(partnership)s waits for your answer") % notice.facts,
        sentence=_("%(by)s proposes it to your agency. Accept it, or decline it with a reason.") % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/responsibilities/{notice.subject_id}/",
    )


def _still_waiting(notices: Sequence[Notice]) -> list[Notice]:
    person, subjects = notices[0].recipient, [notice.subject_id for notice in notices]
    if person.role != "lead":
        return []
    waiting = Responsibility.objects.awaiting_acceptance().filter(
        public_id__in=subjects, accountable__agency=person.agency_id, accountable__status="active"
    )
    unanswered = set(waiting.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in unanswered]


TO_ACCEPT = register(
    Kind(
        slug="responsibilities.to_accept",
        label=gettext_lazy("A responsibility to accept"),
        message=_to_accept,
        still_holds=alone(_still_waiting),
        which_hold=_still_waiting,
    )
)
