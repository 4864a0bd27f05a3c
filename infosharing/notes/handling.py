"""Handling conditions: what the originator asks of whoever reads a note, and what the program itself keeps of it."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Handling(models.TextChoices):
    """Conditions in the sense of Europol's handling codes H1 to H3; what they bind to, partners agree themselves."""

    NOT_IN_COURT = "not_in_court", _("Not in judicial proceedings without the originator's permission")
    NO_ONWARD = "no_onward", _("Not passed on without the originator's permission")
    NO_ACTION = "no_action", _("Nobody acts on it: for knowledge only")
    CALL_FIRST = "call_first", _("Call the originator before using it")


def in_words(handling: Iterable[str], destroy_by: date | None) -> list[str]:
    """Return the conditions as sentences, in their usual order."""
    chosen = set(handling)
    words = [str(condition.label) for condition in Handling if condition in chosen]
    if destroy_by:
        words.append(gettext("Destroyed by %(day)s") % {"day": date_format(destroy_by, "j F Y")})
    return words
