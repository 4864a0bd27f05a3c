"""On what a note rests: what it is about, for what purpose, on what legal basis, with whose personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from foundation import clock
from foundation.errors import Invalid
from infosharing.notes.grading import NOT_GRADED, Grade
from infosharing.notes.handling import Handling
from infosharing.notes.models import Note
from partnership.agreements.models import Agreement, Category, PersonalData, SharingRule
from partnership.competences.checking import require_holder
from partnership.competences.models import Competence
from partnership.membership.models import Membership, Partnership

# with personal data a note is looked at again sooner: two months, where otherwise the writer chooses
LONGEST_WITH_PERSONAL_DATA = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Basis:
    """What its writer declares of a note.

    Attributes:
        category: `Category`; needed to share where an agreement's rules decide.
        purpose, legal_basis: in words.
        personal_data: whose it holds, as `PersonalData`; none by default.
        competence: of the partnership's register, which the originator holds.
        agreement: that it rests on, whose rules alone then say who may have it; without one, whichever allows it.
        handling: `Handling` conditions.
        destroy_by: the day after which nobody but the originator keeps it.
        grade: of the source and of what it says, by the partnership's scheme.
    """

    category: str = ""
    purpose: str = ""
    legal_basis: str = ""
    personal_data: Sequence[str] = ()
    competence: Competence | None = None
    agreement: Agreement | None = None
    handling: Sequence[str] = ()
    destroy_by: date | None = None
    grade: Grade = NOT_GRADED

    def __post_init__(self) -> None:
        # in one order, so that what is declared twice is seen to be the same
        for name in ("personal_data", "handling"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))

    def put_on(self, note: Note) -> None:
        """Write it into a note's columns."""
        note.category, note.purpose, note.legal_basis = self.category, self.purpose.strip(), self.legal_basis.strip()
        note.personal_data = list(self.personal_data)
        note.competence, note.agreement, note.destroy_by = self.competence, self.agreement, self.destroy_by
        note.handling = list(self.handling)
        note.grading, note.source_grade, note.information_grade = (
            self.grade.scheme, self.grade.source, self.grade.information,
        )  # fmt: skip

    @classmethod
    def of(cls, note: Note) -> "Basis":
        """Return what a note declares."""
        return cls(
            category=note.category,
            purpose=note.purpose,
            legal_basis=note.legal_basis,
            personal_data=tuple(note.personal_data),
            competence=note.competence,
            agreement=note.agreement,
            handling=tuple(note.handling),
            destroy_by=note.destroy_by,
            grade=note.grade,
        )


def agreements_to_rest_on(partnership: Partnership) -> QuerySet[Agreement]:
    """Return the agreements that a note of a partnership may rest on today: those in force that say who gives what."""
    rules = SharingRule.objects.filter(partnership=partnership).holding(clock.today())
    return Agreement.objects.filter(pk__in=rules.values("version__agreement"))


def require_sound(basis: Basis, *, own: Membership, review_on: date, was_written_on: date) -> None:
    """Refuse a basis that does not hold together.

    Raises:
        Invalid: with the field at fault and how to mend it.
    """
    if basis.category and basis.category not in Category.values:
        raise Invalid("Choose a category.", field="category")
    if not set(basis.personal_data) <= set(PersonalData.values):
        raise Invalid("Say whose personal data it holds.", field="personal_data")
    if not set(basis.handling) <= set(Handling.values):
        raise Invalid("Choose among the handling conditions.", field="handling")
    if basis.competence is not None:
        require_holder(basis.competence, own, what="rest a note on this")
    if basis.agreement is not None and basis.agreement not in agreements_to_rest_on(own.partnership):
        raise Invalid("Choose an agreement of this partnership that is in force.", field="agreement")
    if basis.destroy_by is not None and basis.destroy_by <= clock.today():
        raise Invalid("Choose a day after today.", field="destroy_by")
    if basis.personal_data:
        _require_basis_of_personal_data(basis, review_on, was_written_on)


def _require_basis_of_personal_data(basis: Basis, review_on: date, was_written_on: date) -> None:
    if basis.category == Category.AGGREGATE:
        raise Invalid("Aggregate figures hold no personal data.", field="personal_data")
    if not basis.purpose.strip():
        raise Invalid("With personal data, say for what purpose.", field="purpose")
    if not basis.legal_basis.strip():
        raise Invalid("With personal data, name the legal basis.", field="legal_basis")
    latest = was_written_on + LONGEST_WITH_PERSONAL_DATA
    if review_on > latest:
        raise Invalid(
            f"With personal data it is reviewed sooner: choose {latest.day} {latest:%B %Y} or an earlier day.",
            field="review_on",
        )
