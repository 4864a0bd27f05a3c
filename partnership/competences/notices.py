"""What leads are told about competences. Names of competences are known to every member; they are safe in a mail."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from partnership.competences.models import Acknowledgement, Change, Statement
from partnership.membership.models import Membership


def _to_confirm(notice: Notice) -> Message:
    return Message(
        title=_("%(partnership)s: the register of competences waits for your answer") % notice.facts,
        sentence=_("%(by)s proposes what it says of your agency: %(competence)s. Confirm it, or say what is wrong.")
        % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/competences/changes/{notice.subject_id}/",
    )


def _still_waiting(notices: Sequence[Notice]) -> list[Notice]:
    person, subjects = notices[0].recipient, [notice.subject_id for notice in notices]
    if person.role != "lead":
        return []
    waiting = Change.objects.waiting().filter(
        public_id__in=subjects, membership__agency=person.agency_id, membership__status="active"
    )
    unanswered = set(waiting.values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in unanswered]


def _several_to_confirm(notice: Notice) -> Message:
    return Message(
        title=_("%(partnership)s: the register of competences waits for your answer") % notice.facts,
        sentence=_(
            "%(by)s proposes %(number)s changes to what it says of your agency. Confirm each, or say what is wrong."
        )
        % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/competences/register/",
    )


def _some_still_wait(notices: Sequence[Notice]) -> list[Notice]:
    person, subjects = notices[0].recipient, [notice.subject_id for notice in notices]
    if person.role != "lead":
        return []
    own = Membership.objects.active().filter(agency=person.agency_id, public_id__in=subjects)
    waiting = set(own.filter(competence_changes__status="proposed").values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in waiting]


def _to_acknowledge(notice: Notice) -> Message:
    return Message(
        title=_("%(partnership)s: what each of you can and cannot do waits for your signature") % notice.facts,
        sentence=_("Read statement %(number)s of the differences in power and competence, and acknowledge it.")
        % notice.facts,
        path=f"/partnerships/{notice.facts['slug']}/competences/acknowledgement/",
    )


def _not_acknowledged(notices: Sequence[Notice]) -> list[Notice]:
    person, subjects = notices[0].recipient, [notice.subject_id for notice in notices]
    if person.role != "lead":
        return []
    members = Membership.objects.active().filter(agency=person.agency_id)
    signed = Acknowledgement.objects.filter(membership__in=members).values("statement")
    asked = Statement.objects.newest().filter(public_id__in=subjects, partnership__in=members.values("partnership"))
    newest = set(asked.exclude(pk__in=signed).values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in newest]


TO_CONFIRM = register(
    Kind(
        slug="competences.to_confirm",
        label=gettext_lazy("What the register says of your agency"),
        message=_to_confirm,
        still_holds=alone(_still_waiting),
        which_hold=_still_waiting,
    )
)
SEVERAL_TO_CONFIRM = register(
    Kind(
        slug="competences.several_to_confirm",
        label=gettext_lazy("Several changes to what the register says of your agency"),
        message=_several_to_confirm,
        still_holds=alone(_some_still_wait),
        which_hold=_some_still_wait,
    )
)
TO_ACKNOWLEDGE = register(
    Kind(
        slug="competences.to_acknowledge",
        label=gettext_lazy("Differences in competence to acknowledge"),
        message=_to_acknowledge,
        still_holds=alone(_not_acknowledged),
        which_hold=_not_acknowledged,
    )
)
