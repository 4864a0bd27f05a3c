"""What people are told about review dates: that one comes, that somebody asks for longer, what was answered."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.languages import day_in_words
from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from infosharing.notes.models import Note, Prolongation
from infosharing.notes.notices import those_that_the_recipient_sees
from partnership.membership.noticing import as_recipient
from partnership.membership.sight import sight
from partnership.reminders import sources
from partnership.reminders.ladders import Audience, Rung
from partnership.reminders.words import day_of


def _answered(notice: Notice) -> Message:
    said = {
        "agreed": _("The coordinator of %(partnership)s agrees that your note is kept longer"),
        "refused": _("The coordinator of %(partnership)s does not agree that your note is kept longer"),
    }
    return Message(
        title=said[notice.facts["answer"]] % notice.facts,
        sentence=_("The page says until when, or why not."),
        path=f"/partnerships/{notice.facts['slug']}/notes/prolongations/",
    )


def _asked(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s asks to keep a note longer in %(partnership)s") % notice.facts,
        sentence=_("It was prolonged before, so the coordinator decides."),
        path=f"/partnerships/{notice.facts['slug']}/notes/prolongations/",
    )


def _named(notice: Notice) -> Message:
    return Message(
        title=_("A note of yours to named people comes up for review"),
        sentence=_("After %(day)s it is destroyed, unless you prolong it.")
        % {"day": day_in_words(date.fromisoformat(notice.facts["day"]))},
        path=f"/notes/{notice.subject_id}/",
    )


_still_waiting = as_recipient(lambda actor: Prolongation.objects.to_answer_by(actor))
_still_seen = as_recipient(lambda actor: Prolongation.objects.visible_to(actor))


def _still_on_that_day(notices: Sequence[Notice]) -> list[Notice]:
    seen = those_that_the_recipient_sees(notices)
    if not seen:
        return []
    with sight(notices[0].recipient_id):
        subjects = [notice.subject_id for notice in seen]
        days = dict(Note.objects.filter(public_id__in=subjects).values_list("public_id", "review_on"))
    return [notice for notice in seen if days[notice.subject_id].isoformat() == notice.facts["day"]]


ASKED = register(
    Kind(
        slug="notes.prolongation_asked",
        label=gettext_lazy("A member asks to keep a note longer"),
        message=_asked,
        still_holds=alone(_still_waiting),
        which_hold=_still_waiting,
    )
)
ANSWERED = register(
    Kind(
        slug="notes.prolongation_answered",
        label=gettext_lazy("Whether my note is kept longer"),
        message=_answered,
        still_holds=alone(_still_seen),
        which_hold=_still_seen,
    )
)
NAMED = register(
    Kind(
        slug="notes.named_review",
        label=gettext_lazy("A note of mine to named people comes up for review"),
        message=_named,
        still_holds=alone(_still_on_that_day),
        which_hold=_still_on_that_day,
    )
)


def _review(notice: Notice) -> Message:
    facts = {**notice.facts, "day": day_of(notice)}
    return Message(
        title=_("%(partnership)s: a note of your agency is to be reviewed by %(day)s") % facts,
        sentence=_("After that day it is destroyed, unless you prolong it."),
        path=notice.facts["path"],
    )


# two weeks ahead and again in the last days; the leads too, so that no note is lost because its author is away
REVIEW = sources.register(
    slug="notes.review",
    label=gettext_lazy("The review of a note"),
    ladder=(Rung(-14, Audience.DOER), Rung(-3, Audience.DOER), Rung(-3, Audience.LEAD)),
    query="SELECT * FROM sight.notes_to_review()",
    message=_review,
)
