"""What people are told about requests: that there is one, from whom, by when; never its title or a word of it."""

from collections.abc import Callable
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people.actor import Actor
from foundation.languages import day_in_words
from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from infosharing.requests.models import DECIDED, Asked, Status
from partnership.membership.noticing import as_recipient


def path_of(notice: Notice) -> str:
    return f"/partnerships/{notice.facts['slug']}/requests/{notice.subject_id}/"


def _asked(notice: Notice) -> Message:
    facts = {**notice.facts, "day": day_in_words(date.fromisoformat(notice.facts["day"]))}
    return Message(
        title=_("A request for information"),
        sentence=_("%(by)s asks your agency in %(partnership)s. Answer by %(day)s, or refuse with a reason.") % facts,
        path=path_of(notice),
    )


def _decided(notice: Notice) -> Message:
    return Message(
        title=_("Your request for information has an answer"),
        sentence=_("%(by)s in %(partnership)s has answered, or said why it cannot.") % notice.facts,
        path=path_of(notice),
    )


def _taken_back(notice: Notice) -> Message:
    return Message(
        title=_("A request for information was taken back"),
        sentence=_("%(by)s in %(partnership)s does not need an answer any more.") % notice.facts,
        path=path_of(notice),
    )


def _waiting_for(actor: Actor) -> models.QuerySet[Asked]:
    return Asked.objects.of_us(actor).waiting()


def _decided_for(actor: Actor) -> models.QuerySet[Asked]:
    return Asked.objects.of_our_requests(actor).filter(status__in=DECIDED)


def _taken_back_from(actor: Actor) -> models.QuerySet[Asked]:
    return Asked.objects.of_us(actor).filter(status=Status.WITHDRAWN)


def _register(
    slug: str, label: object, message: Callable[[Notice], Message], rows_of: Callable[[Actor], models.QuerySet[Asked]]
) -> Kind:
    which = as_recipient(rows_of, "request__public_id")
    return register(
        Kind(slug=slug, label=label, message=message, still_holds=alone(which), which_hold=which)  # type: ignore[arg-type]
    )


ASKED = _register("requests.asked", gettext_lazy("A request for information"), _asked, _waiting_for)
DECIDED_ON = _register(
    "requests.decided", gettext_lazy("An answer to a request for information"), _decided, _decided_for
)
TAKEN_BACK = _register(
    "requests.taken_back", gettext_lazy("A request for information was taken back"), _taken_back, _taken_back_from
)
