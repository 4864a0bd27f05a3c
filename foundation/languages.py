"""The languages that mail is written in. Pages are in the site's language, whoever looks at them."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.translation import pgettext


class Reader(Protocol):
    """Somebody who reads one of the languages."""

    language: str


def languages() -> list[tuple[str, str]]:
    """Return code and name of each language that a person can choose."""
    return list(settings.LANGUAGES)


def for_reader(reader: Reader) -> AbstractContextManager[None]:
    """Make words, in this block, in somebody's language; in the site's if theirs is not one of the languages."""
    known = dict(settings.LANGUAGES)
    return translation.override(reader.language if reader.language in known else settings.LANGUAGE_CODE)


def current_language() -> str:
    """Return the language of the moment, as headers of mail and HTML name it: "en-GB"."""
    return translation.to_locale(translation.get_language() or settings.LANGUAGE_CODE).replace("_", "-")


def day_in_words(day: date) -> str:
    """Return a day as the language of the moment says it: "Friday 12 December"."""
    return format_date(day, pgettext("a day, as Django's date filter writes it", "l j F"))


def moment_in_words(moment: datetime) -> str:
    """Return day and time, in the site's zone: "Friday 12 December 2026, 14:00"."""
    local = timezone.localtime(moment)
    return format_date(local, pgettext("day and time, as Django's date filter writes them", "l j F Y, H:i"))
