"""What members are told about memberships."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from partnership.membership.models import Membership, MembershipStatus


def _invited(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s invites your agency to %(partnership)s") % notice.facts,
        sentence=_("As lead you can accept the invitation for your agency, or decline it with a reason."),
        path=f"/invitations/{notice.subject_id}/",
    )


def _open_invitations(notices: Sequence[Notice]) -> list[Notice]:
    subjects = [notice.subject_id for notice in notices]
    invited = Membership.objects.filter(
        public_id__in=subjects, status=MembershipStatus.INVITED, agency=notices[0].recipient.agency_id
    )
    still_open = set(invited.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in still_open]


def _answered(notice: Notice) -> Message:
    return Message(
        title=_("%(agency)s is now %(status)s in %(partnership)s") % notice.facts,
        sentence=_("Reason given: %(reason)s") % notice.facts if notice.facts.get("reason") else "",
        path="/partnerships/",
    )


def _of_partnerships_seen(notices: Sequence[Notice]) -> list[Notice]:
    seen = Membership.objects.active().filter(agency=notices[0].recipient.agency_id).values("partnership")
    about = Membership.objects.filter(public_id__in=[notice.subject_id for notice in notices], partnership__in=seen)
    known = set(about.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in known]


INVITED = register(
    Kind(
        slug="membership.invited",
        label="Invitation to a partnership",
        message=_invited,
        still_holds=alone(_open_invitations),
        which_hold=_open_invitations,
    )
)
ANSWERED = register(
    Kind(
        slug="membership.answered",
        label="A membership changed",
        message=_answered,
        still_holds=alone(_of_partnerships_seen),
        which_hold=_of_partnerships_seen,
    )
)
