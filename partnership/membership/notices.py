"""What members are told about memberships."""

from django.utils.translation import gettext as _

from foundation.notifications.kinds import Kind, Message, register
from foundation.notifications.models import Notice
from partnership.membership.models import Membership, MembershipStatus


def _invited(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s invites your agency to %(partnership)s") % notice.facts,
        sentence=_("As lead you can accept the invitation for your agency, or decline it with a reason."),
        path=f"/invitations/{notice.subject_id}/",
    )


def _invitation_is_open(notice: Notice) -> bool:
    return Membership.objects.filter(
        public_id=notice.subject_id, status=MembershipStatus.INVITED, agency=notice.recipient.agency_id
    ).exists()


def _answered(notice: Notice) -> Message:
    return Message(
        title=_("%(agency)s is now %(status)s in %(partnership)s") % notice.facts,
        sentence=_("Reason given: %(reason)s") % notice.facts if notice.facts.get("reason") else "",
        path="/partnerships/",
    )


def _sees_partnership(notice: Notice) -> bool:
    return (
        Membership.objects.active()
        .filter(agency=notice.recipient.agency_id, partnership__memberships__public_id=notice.subject_id)
        .exists()
    )


INVITED = register(
    Kind(
        slug="membership.invited",
        label="Invitation to a partnership",
        message=_invited,
        still_holds=_invitation_is_open,
    )
)
ANSWERED = register(
    Kind(slug="membership.answered", label="A membership changed", message=_answered, still_holds=_sees_partnership)
)
