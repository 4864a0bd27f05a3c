"""What people are told about drafts: that one waits, or came back; never its title or a word of it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from infosharing.drafts.models import Draft
from infosharing.notes.notices import those_that_the_recipient_sees
from partnership.membership.noticing import as_recipient


def _waits(notice: Notice) -> Message:
    return Message(
        title=_("A draft waits for your release"),
        sentence=_("A colleague wrote a note in %(partnership)s and asks you to look at it before it is shared.")
        % notice.facts,
        path=f"/drafts/{notice.subject_id}/",
    )


def _came_back(notice: Notice) -> Message:
    return Message(
        title=_("Your draft came back"),
        sentence=_("A colleague says what should be different before it is shared in %(partnership)s.") % notice.facts,
        path=f"/drafts/{notice.subject_id}/",
    )


def _released(notice: Notice) -> Message:
    return Message(
        title=_("Your draft was released"),
        sentence=_("A colleague released it: it is shared in %(partnership)s now.") % notice.facts,
        path=f"/notes/{notice.subject_id}/",
    )


_to_release = as_recipient(lambda actor: Draft.objects.to_release_by(actor))
_sent_back = as_recipient(lambda actor: Draft.objects.written_by(actor).filter(sent_back_by__isnull=False))

WAITS = register(
    Kind(
        slug="drafts.waits",
        label=gettext_lazy("A draft waits for my release"),
        message=_waits,
        still_holds=alone(_to_release),
        which_hold=_to_release,
    )
)
CAME_BACK = register(
    Kind(
        slug="drafts.came_back",
        label=gettext_lazy("My draft came back"),
        message=_came_back,
        still_holds=alone(_sent_back),
        which_hold=_sent_back,
    )
)
RELEASED = register(
    Kind(
        slug="drafts.released",
        label=gettext_lazy("My draft was released"),
        message=_released,
        still_holds=alone(those_that_the_recipient_sees),
        which_hold=those_that_the_recipient_sees,
    )
)
