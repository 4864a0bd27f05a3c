"""What readers are told of a note that was taken back: from whom it was; never its title or text."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from infosharing.readers.models import Recall
from partnership.membership.noticing import as_recipient


def _recalled(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s took back a note that you read in %(partnership)s") % notice.facts,
        sentence=_("Stop relying on it, and say that you have. The page says why."),
        path=f"/notes/recalls/{notice.subject_id}/",
    )


_still_to_acknowledge = as_recipient(lambda actor: Recall.objects.to_acknowledge_by(actor))


RECALLED = register(
    Kind(
        slug="notes.recalled",
        label=gettext_lazy("A note that I read was taken back"),
        message=_recalled,
        still_holds=alone(_still_to_acknowledge),
        which_hold=_still_to_acknowledge,
    )
)
