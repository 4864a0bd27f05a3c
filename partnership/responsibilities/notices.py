"""What leads are told about responsibilities."""

from django.utils.translation import gettext as _

from foundation.notifications.kinds import Kind, Message, register
from foundation.notifications.models import Notice
from partnership.responsibilities.models import Responsibility


def _to_accept(notice: Notice) -> Message:
    return Message(
        title=_("A responsibility in %(partnership)s waits for your answer") % notice.facts,
        sentence=_("%(by)s proposes it to your agency. Accept it, or decline it with a reason.") % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/responsibilities/{notice.subject_id}/",
    )


def _still_waits(notice: Notice) -> bool:
    person = notice.recipient
    return person.role == "lead" and (
        Responsibility.objects.awaiting_acceptance()
        .filter(public_id=notice.subject_id, accountable__agency=person.agency_id, accountable__status="active")
        .exists()
    )


TO_ACCEPT = register(
    Kind(
        slug="responsibilities.to_accept",
        label="A responsibility to accept",
        message=_to_accept,
        still_holds=_still_waits,
    )
)
