"""Notes: what one agency tells others, under its own conditions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from infosharing.notes.conventions import Conventions as Conventions
from infosharing.notes.conventions import HouseRule as HouseRule
from infosharing.notes.grading import Grade, Scheme, known_grade
from infosharing.notes.handling import Handling, in_words
from infosharing.notes.markings import Audience, Tlp, agreement_condition
from infosharing.notes.querysets import AcceptanceQuerySet, NoteEvidenceQuerySet, NoteQuerySet
from infosharing.notes.reviewing.models import Prolongation as Prolongation
from infosharing.notes.searchable import SearchEntry as SearchEntry
from infosharing.notes.versions import NoteVersion as NoteVersion
from partnership.agreements.models import Agreement, Category, PersonalData
from partnership.commitments.models import Commitment
from partnership.competences.models import Competence
from partnership.membership.models import Membership, Partnership


class Status(models.TextChoices):
    LIVE = "live", _("shared")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS = table(live="withdrawn", withdrawn="")


class Note(PublicRecord):
    """An intelligence note. Its owner is a member; who sees it are its grants, nobody else."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("originator"))
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), max_length=20_000)
    tlp = models.CharField(_("marking"), max_length=20, choices=Tlp, default=Tlp.AMBER_STRICT)
    audience = models.CharField(_("audience"), max_length=20, choices=Audience, default=Audience.OWN_AGENCY)
    recipients_know_each_other = models.BooleanField(_("recipients may know who else received it"), default=True)
    # what it is about and on what it rests; empty on notes from before they were asked for
    category = models.CharField(_("category"), max_length=20, choices=Category, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    personal_data = ArrayField(
        models.CharField(max_length=20, choices=PersonalData),
        verbose_name=_("personal data of"),
        default=list,
        blank=True,
    )
    competence = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competence that it rests on"),
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreement that it rests on"),
    )
    handling = ArrayField(
        models.CharField(max_length=20, choices=Handling),
        verbose_name=_("handling conditions"),
        default=list,
        blank=True,
    )
    destroy_by = models.DateField(_("destroy by"), null=True, blank=True)
    # the scheme stays with the note when the partnership goes over to another
    grading = models.CharField(_("grading"), max_length=5, choices=Scheme, blank=True)
    source_grade = models.CharField(_("grade of the source"), max_length=1, blank=True)
    information_grade = models.CharField(_("grade of the information"), max_length=1, blank=True)
    # the terms on which it is shared, which each of its grants carries; none on the originator's own
    share_from = models.DateField(_("shared from"), null=True, blank=True)
    share_until = models.DateField(_("shared until"), null=True, blank=True)
    may_pass_on = models.BooleanField(_("may be passed on"), default=False, db_default=False)
    review_on = models.DateField(_("review date"))
    # counted by the database, which keeps what stood there before (`NoteVersion`)
    version = models.PositiveIntegerField(default=1, editable=False)
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    # where a colleague releases what leaves the agency: who last did, whose words, and when by the database's clock
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    released_from = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    released_at = models.DateTimeField(null=True, editable=False)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.LIVE)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawal_reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        # `view` alone: it is what grants are made of
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=agreement_condition(),
                name="note_marking_and_audience_agree",
                violation_error_message=_("This marking does not allow this audience."),
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="note_status_known"),
            models.CheckConstraint(
                condition=models.Q(status="withdrawn", withdrawn_at__isnull=False)
                | models.Q(status="live", withdrawn_at__isnull=True),
                name="note_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="withdrawn") | ~models.Q(withdrawal_reason=""),
                name="note_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(status="withdrawn", body="", legal_basis=""),
                name="note_destroyed_is_empty",
            ),
            # what rows below refer to, so that no note of another partnership can be named
            models.UniqueConstraint(fields=("id", "partnership"), name="note_id_in_partnership"),
            models.CheckConstraint(
                condition=models.Q(category="") | models.Q(category__in=Category.values), name="note_category_known"
            ),
            models.CheckConstraint(
                condition=models.Q(personal_data__contained_by=PersonalData.values), name="note_personal_data_known"
            ),
            models.CheckConstraint(
                condition=models.Q(personal_data=[]) | (~models.Q(legal_basis="") & ~models.Q(purpose="")),
                name="note_personal_data_has_basis",
                violation_error_message=_("With personal data, say for what purpose and on what legal basis."),
            ),
            models.CheckConstraint(
                condition=models.Q(handling__contained_by=Handling.values), name="note_handling_known"
            ),
            models.CheckConstraint(condition=known_grade(), name="note_grade_of_its_scheme"),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True, released_from__isnull=True, released_at__isnull=True)
                | (
                    models.Q(released_by__isnull=False, released_from__isnull=False, released_at__isnull=False)
                    & ~models.Q(released_by=models.F("released_from"))
                ),
                name="note_released_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(share_from__isnull=True)
                | models.Q(share_until__isnull=True)
                | models.Q(share_until__gte=models.F("share_from")),
                name="note_shared_from_before_until",
                violation_error_message=_("It is shared from a day on that comes before its last."),
            ),
        ]

    def __str__(self) -> str:
        # titles are content: they stay out of logs, mails and admin
        return f"note {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"/notes/{self.public_id}/"

    @property
    def grade(self) -> Grade:
        return Grade(self.grading, self.source_grade, self.information_grade)

    @property
    def conditions(self) -> list[str]:
        """The handling conditions as sentences; a reader of another agency accepts them before the text opens."""
        return in_words(self.handling, self.destroy_by)

    @property
    def conditions_key(self) -> str:
        """What a reader accepted is counted by: other conditions are accepted anew."""
        until = self.destroy_by.isoformat() if self.destroy_by else ""
        return f"{','.join(sorted(self.handling))}|{until}"


class Acceptance(models.Model):
    """That a reader accepted a note's handling conditions before its text was opened to them. Never changed."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="acceptances")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    conditions = models.CharField(max_length=120)
    at = models.DateTimeField()

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance of handling conditions")
        constraints = [
            models.UniqueConstraint(fields=("note", "person", "conditions"), name="accepted_once"),
        ]

    def __str__(self) -> str:
        return f"conditions of note {self.note_id} accepted by {self.person_id}"


class NoteEvidence(PublicRecord):
    """That a note shows how a commitment is kept. It shows nobody more than the note does.

    Who does not see the note, or may not know that the member which added it sees it, does not learn that there is any.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("added for"))
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = NoteEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("note as evidence")
        verbose_name_plural = _("notes as evidence")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            # for each member: a refusal must not tell one that another, unseen, was there before
            models.UniqueConstraint(fields=("commitment", "note", "member"), name="note_evidence_once_per_member"),
        ]

    def __str__(self) -> str:
        return f"note as evidence {self.public_id}"
