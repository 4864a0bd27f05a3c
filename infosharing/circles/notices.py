"""What people are told about circles: never a name, neither of a circle nor of who is in it but whoever invites."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, WhichHold, alone, register
from foundation.notifications.models import Notice
from infosharing.circles.models import Circle, CircleMember
from partnership.membership.models import Membership
from partnership.membership.noticing import as_recipient


def _one(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/notes/circles/{notice.subject_id}/"


def _invited(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s invites your agency to a circle in %(partnership)s") % notice.facts,
        sentence=_("As lead you can accept for your agency, or decline."),
        path=_one(notice),
    )


def _changed(notice: Notice) -> Message:
    return Message(
        title=_("A circle that your agency keeps in %(partnership)s has changed") % notice.facts,
        sentence=_("Somebody accepted, declined or left."),
        path=_one(notice),
    )


def _over(notice: Notice) -> Message:
    return Message(
        title=_("Your agency is in a circle in %(partnership)s no more") % notice.facts,
        sentence=_("%(by)s ended that. What you shared there is yours alone again.") % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/notes/circles/",
    )


def _as_recipient(status: str) -> WhichHold:
    """Return the rule that the recipient's agency stands in the circle like this, asked as the recipient."""

    return as_recipient(
        lambda actor: CircleMember.objects.visible_to(actor).filter(membership__agency=actor.agency_key, status=status),
        "circle__public_id",
    )


def _takes_part(notices: Sequence[Notice]) -> list[Notice]:
    members = Membership.objects.active().filter(agency=notices[0].recipient.agency_id)
    slugs = set(members.values_list("partnership__slug", flat=True))
    return [notice for notice in notices if notice.facts["slug"] in slugs]


_kept = as_recipient(lambda actor: Circle.objects.visible_to(actor).open().filter(keeper__agency=actor.agency_key))


_invitations = _as_recipient("invited")

INVITED = register(
    Kind(
        slug="circles.invited",
        label=gettext_lazy("An invitation to a circle"),
        message=_invited,
        still_holds=alone(_invitations),
        which_hold=_invitations,
    )
)
CHANGED = register(
    Kind(
        slug="circles.changed",
        label=gettext_lazy("Who is in a circle that we keep"),
        message=_changed,
        still_holds=alone(_kept),
        which_hold=_kept,
    )
)
OVER = register(
    Kind(
        slug="circles.over",
        label=gettext_lazy("The end of a circle, or of our part in it"),
        message=_over,
        still_holds=alone(_takes_part),
        which_hold=_takes_part,
    )
)
