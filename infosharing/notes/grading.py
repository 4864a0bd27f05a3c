"""How far a source and its information are trusted: the grades of two schemes, and how one reads in the other.

Sources: Europol's 4x4 codes as in article 29 of Regulation (EU) 2016/794; the intelligence report of UK police, which
has graded 3x5x2 since 2016. Meanings are in our words. A grade is of what the note says, never of a person. There is no
official conversion between the schemes: the table here is ours, rounds towards less trust, and is shown, never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.errors import Invalid


class Scheme(models.TextChoices):
    FOUR_BY_FOUR = "4x4", _("4x4 (Europol)")
    THREE_FIVE_TWO = "3x5x2", _("3x5x2 (UK police)")


SOURCE: Mapping[str, Mapping[str, str]] = {
    Scheme.FOUR_BY_FOUR: {
        "A": "no doubt about it, or always proved reliable",
        "B": "proved reliable in most cases",
        "C": "proved unreliable in most cases",
        "X": "reliability cannot be assessed",
    },
    Scheme.THREE_FIVE_TWO: {"1": "reliable", "2": "untested", "3": "not reliable"},
}
INFORMATION: Mapping[str, Mapping[str, str]] = {
    Scheme.FOUR_BY_FOUR: {
        "1": "accuracy not in doubt",
        "2": "known personally to the source, not to the official who passes it on",
        "3": "not known personally to the source, but borne out by other information",
        "4": "not known personally to the source, and cannot be borne out",
    },
    Scheme.THREE_FIVE_TWO: {
        "A": "known directly to the source",
        "B": "known indirectly, but borne out",
        "C": "known indirectly",
        "D": "not known",
        "E": "suspected to be false",
    },
}
OTHER = {Scheme.FOUR_BY_FOUR: Scheme.THREE_FIVE_TWO, Scheme.THREE_FIVE_TWO: Scheme.FOUR_BY_FOUR}
SOURCE_AS = {
    Scheme.FOUR_BY_FOUR: {"A": "1", "B": "1", "C": "3", "X": "2"},
    Scheme.THREE_FIVE_TWO: {"1": "B", "2": "X", "3": "C"},
}
INFORMATION_AS = {
    Scheme.FOUR_BY_FOUR: {"1": "A", "2": "A", "3": "B", "4": "D"},
    Scheme.THREE_FIVE_TWO: {"A": "2", "B": "3", "C": "4", "D": "4"},
}


@dataclass(frozen=True, slots=True)
class Grade:
    """A source's grade and its information's, under one scheme; empty where nothing was graded."""

    scheme: str = ""
    source: str = ""
    information: str = ""

    def __bool__(self) -> bool:
        return bool(self.scheme)

    def in_words(self) -> str:
        """Return it as a sentence, with the codes; empty without a grade."""
        if not self:
            return ""
        source, information = SOURCE[self.scheme][self.source], INFORMATION[self.scheme][self.information]
        return f"Source {self.source}: {source}. Information {self.information}: {information}."

    def as_other(self) -> "Grade":
        """Return how it reads in the other scheme, rounded towards less trust; no grade where that has none as low."""
        if not self:
            return self
        scheme = Scheme(self.scheme)
        if self.information not in INFORMATION_AS[scheme]:
            # 4x4 knows no information that is suspected to be false
            return NOT_GRADED
        return Grade(OTHER[scheme].value, SOURCE_AS[scheme][self.source], INFORMATION_AS[scheme][self.information])


NOT_GRADED = Grade()


def graded(scheme: str, source: str, information: str) -> Grade:
    """Return a grade of a scheme; without either code none.

    Raises:
        Invalid: with the field at fault: the partnership does not grade, or the scheme has no such code.
    """
    if not source and not information:
        return NOT_GRADED
    if not scheme:
        raise Invalid("This partnership does not grade its notes.", field="source_grade")
    if source not in SOURCE[scheme]:
        raise Invalid(f"Grade the source too: {', '.join(SOURCE[scheme])}.", field="source_grade")
    if information not in INFORMATION[scheme]:
        raise Invalid(f"Grade the information too: {', '.join(INFORMATION[scheme])}.", field="information_grade")
    return Grade(scheme, source, information)


def known_grade() -> Q:
    """Return the condition that a note's grade is of its scheme."""
    condition = Q(grading="", source_grade="", information_grade="")
    for scheme in Scheme.values:
        condition |= Q(
            grading=scheme,
            source_grade__in=sorted(SOURCE[scheme]),
            information_grade__in=sorted(INFORMATION[scheme]),
        )
    return condition
