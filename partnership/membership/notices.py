"""What members are told about memberships."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.languages import day_in_words
from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from partnership.membership import leaving
from partnership.membership.models import Departure, HandOver, Membership, MembershipStatus


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
    title = {
        MembershipStatus.ACTIVE: _("%(agency)s now takes part in %(partnership)s"),
        MembershipStatus.SUSPENDED: _("%(agency)s is suspended in %(partnership)s"),
        # it left, or declined the invitation
        MembershipStatus.WITHDRAWN: _("%(agency)s does not take part in %(partnership)s"),
    }[MembershipStatus(notice.facts["status"])]
    return Message(
        title=title % notice.facts,
        sentence=_("Reason given: %(reason)s") % notice.facts if notice.facts.get("reason") else "",
        path="/partnerships/",
    )


def _of_partnerships_seen(notices: Sequence[Notice]) -> list[Notice]:
    seen = Membership.objects.active().filter(agency=notices[0].recipient.agency_id).values("partnership")
    about = Membership.objects.filter(public_id__in=[notice.subject_id for notice in notices], partnership__in=seen)
    known = set(about.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in known]


def _dated(notice: Notice) -> dict[str, str]:
    return {**notice.facts, "day": day_in_words(date.fromisoformat(notice.facts["day"]))}


def _leaves(notice: Notice) -> Message:
    return Message(
        title=_("%(agency)s leaves %(partnership)s on %(day)s") % _dated(notice),
        sentence=_("See what it hands over, and what becomes of what it shared."),
        path=notice.facts["path"],
    )


def _announced(notices: Sequence[Notice]) -> list[Notice]:
    members = Membership.objects.active().filter(agency=notices[0].recipient.agency_id)
    announced = Departure.objects.announced().filter(
        public_id__in=[notice.subject_id for notice in notices], partnership__in=members.values("partnership")
    )
    known = set(announced.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in known]


def _to_take_over(notice: Notice) -> Message:
    return Message(
        title=str(leaving.known(notice.facts["room"]).asked) % notice.facts,
        sentence=_("It leaves %(partnership)s on %(day)s. Accept, or decline with a reason.") % _dated(notice),
        path=notice.facts["path"],
    )


def _asked(notices: Sequence[Notice]) -> list[Notice]:
    offered = HandOver.objects.filter(
        public_id__in=[notice.subject_id for notice in notices],
        status="offered",
        departure__status="announced",
        taker__status="active",
        taker__agency=notices[0].recipient.agency_id,
    )
    known = set(offered.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in known]


INVITED = register(
    Kind(
        slug="membership.invited",
        label=gettext_lazy("Invitation to a partnership"),
        message=_invited,
        still_holds=alone(_open_invitations),
        which_hold=_open_invitations,
    )
)
ANSWERED = register(
    Kind(
        slug="membership.answered",
        label=gettext_lazy("A membership changed"),
        message=_answered,
        still_holds=alone(_of_partnerships_seen),
        which_hold=_of_partnerships_seen,
    )
)
LEAVES = register(
    Kind(
        slug="membership.leaves",
        label=gettext_lazy("A member leaves"),
        message=_leaves,
        still_holds=alone(_announced),
        which_hold=_announced,
    )
)
TO_TAKE_OVER = register(
    Kind(
        slug="membership.to_take_over",
        label=gettext_lazy("Something to take over from a member that leaves"),
        message=_to_take_over,
        still_holds=alone(_asked),
        which_hold=_asked,
    )
)
