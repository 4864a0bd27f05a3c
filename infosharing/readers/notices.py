"""What readers are told of a note that was taken back: from whom it was; never its title or text."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people.actor import actor_for
from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from infosharing.readers.models import Recall
from partnership.membership.sight import sight


def _recalled(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s took back a note that you read in %(partnership)s") % notice.facts,
        sentence=_("Stop relying on it, and say that you have. The page says why."),
        path=f"/notes/recalls/{notice.subject_id}/",
    )


def _still_to_acknowledge(notices: Sequence[Notice]) -> list[Notice]:
    recipient = notices[0].recipient
    if not recipient.is_active:
        return []
    with sight(recipient.pk):
        waiting = Recall.objects.to_acknowledge_by(actor_for(recipient))
        subjects = [notice.subject_id for notice in notices]
        seen = set(waiting.filter(public_id__in=subjects).values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in seen]


RECALLED = register(
    Kind(
        slug="notes.recalled",
        label=gettext_lazy("A note that I read was taken back"),
        message=_recalled,
        still_holds=alone(_still_to_acknowledge),
        which_hold=_still_to_acknowledge,
    )
)
