"""What people are told about auditors of footprints: whose, and where; nothing of a note or of who read one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from infosharing.auditors.models import Auditor
from partnership.membership.noticing import as_recipient


def _list_of(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/notes/auditors/"


def _appointed(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s appointed you an auditor of who read its notes in %(partnership)s") % notice.facts,
        sentence=_("You see who was given them, and nothing of what they say. That you look is on record."),
        path=f"{_list_of(notice)}{notice.subject_id}/readings/",
    )


def _ended(notice: Notice) -> Message:
    return Message(
        title=_("You are no auditor of %(by)s in %(partnership)s any more") % notice.facts,
        sentence=_("A lead of that agency ended it. The page says why."),
        path=_list_of(notice),
    )


def _stepped_down(notice: Notice) -> Message:
    return Message(
        title=_("An auditor whom your agency appointed in %(partnership)s has stepped down") % notice.facts,
        sentence=_("The page says who, and why. As lead you can appoint somebody else."),
        path=_list_of(notice),
    )


_counting = as_recipient(lambda actor: Auditor.objects.counting_for(actor))
_over_for_me = as_recipient(lambda actor: Auditor.objects.of_me(actor).filter(ended_at__isnull=False))
_over_for_us = as_recipient(lambda actor: Auditor.objects.appointed_by_us(actor).filter(ended_at__isnull=False))

APPOINTED = register(
    Kind(
        slug="footprints.appointed",
        label=gettext_lazy("I am appointed an auditor of who read notes"),
        message=_appointed,
        still_holds=alone(_counting),
        which_hold=_counting,
    )
)
ENDED = register(
    Kind(
        slug="footprints.ended",
        label=gettext_lazy("I am no auditor of who read notes any more"),
        message=_ended,
        still_holds=alone(_over_for_me),
        which_hold=_over_for_me,
    )
)
STEPPED_DOWN = register(
    Kind(
        slug="footprints.stepped_down",
        label=gettext_lazy("An auditor whom we appointed has stepped down"),
        message=_stepped_down,
        still_holds=alone(_over_for_us),
        which_hold=_over_for_us,
    )
)
