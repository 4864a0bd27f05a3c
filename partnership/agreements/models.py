"""Agreements: what the members agreed to, in numbered clauses, and who signed which text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord, new_public_id
from partnership.agreements.querysets import (
    AgreementQuerySet,
    SignatoryQuerySet,
    SignatureQuerySet,
    VersionQuerySet,
)
from partnership.agreements.rules import Category, PersonalData, RuleMember, SharingRule, Side
from partnership.membership.models import Membership, Partnership

__all__ = [
    "MATERIAL_KINDS", "STANDING", "Agreement", "Annex", "Category", "Clause", "ClauseKind", "Kind", "PersonalData",
    "Remark", "RuleMember", "SharingRule", "Side", "Signatory", "Signature", "Status", "Version", "VersionChange",
]  # fmt: skip


class Kind(models.TextChoices):
    COVENANT = "covenant", _("covenant")
    TERMS = "terms_of_reference", _("terms of reference")
    SHARING = "sharing", _("information-sharing agreement")
    STRATEGY = "strategy", _("joint strategy")
    STRAND_PLAN = "strand_plan", _("strand plan")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    CONSULTATION = "consultation", _("in consultation")
    OPEN = "open_for_signature", _("open for signature")
    IN_FORCE = "in_force", _("in force")
    UNDER_REVIEW = "under_review", _("in force, under review")
    SUPERSEDED = "superseded", _("superseded")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")


STANDING = (Status.IN_FORCE, Status.UNDER_REVIEW)


class Agreement(PublicRecord):
    """A covenant or another agreement of a partnership. What it says are its versions."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        ordering = ("title", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="agreement_kind_known"),
            # what versions refer to, so that a signatory cannot be a member of another partnership
            models.UniqueConstraint(fields=("id", "partnership"), name="agreement_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}agreement/{self.public_id}/"


class Version(PublicRecord):
    """One text of an agreement. Once it is open for signature it does not change; its hash says which text it is.

    A version that is not material changes none of what was signed: the signatures under the last material one go on
    standing, and are never copied.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    is_material = models.BooleanField(_("material change"), default=True)
    change_note = models.CharField(_("what changed"), max_length=500, blank=True)
    review_on = models.DateField(_("review date"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    content_hash = models.CharField(_("hash of the text"), max_length=64, blank=True)
    in_force_on = models.DateField(_("in force since"), null=True, blank=True)
    notice_days = models.PositiveIntegerField(_("days of notice of a member that leaves"), null=True, blank=True)
    unaccepted_reason = models.CharField(_("why it is in force with duties not accepted"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an agreement")
        ordering = ("agreement_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=("agreement", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=models.Q(status__in=("in_force", "under_review")),
                name="version_one_in_force",
            ),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=models.Q(status__in=("draft", "consultation", "open_for_signature")),
                name="version_one_in_the_making",
                violation_error_message=_("Another version is in the making. Finish or end that one first."),
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="version_status_known"),
            models.CheckConstraint(
                condition=models.Q(number__gt=1) | models.Q(is_material=True), name="version_first_is_material"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("open_for_signature", "in_force", "under_review"))
                | models.Q(content_hash__regex="^[0-9a-f]{64}$"),
                name="version_signed_text_has_hash",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("in_force", "under_review")) | models.Q(in_force_on__isnull=False),
                name="version_in_force_since",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("review_on")),
                name="version_reviewed_before_it_ends",
                violation_error_message=_("Review it before it ends."),
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="version_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}, version {self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.agreement.get_absolute_url()}{self.number}/"


class ClauseKind(models.TextChoices):
    PURPOSE = "purpose", _("purpose")
    DEFINITION = "definition", _("definitions")
    DUTY = "duty", _("duty")
    SHARING = "sharing", _("information sharing")
    GOVERNANCE = "governance", _("governance and meetings")
    DURATION = "duration", _("duration")
    WITHDRAWAL = "withdrawal", _("withdrawal")
    OTHER = "other", _("other")


# A change of these binds members otherwise than they signed.
MATERIAL_KINDS = frozenset({ClauseKind.PURPOSE, ClauseKind.DUTY, ClauseKind.SHARING, ClauseKind.DURATION})


class Clause(PublicRecord):
    """A numbered clause of one version. `lineage` is shared with the clause of the earlier version it comes from."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="clauses")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    lineage = models.UUIDField(default=new_public_id, editable=False)
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=ClauseKind)
    heading = models.CharField(_("heading"), max_length=200)
    text = models.TextField(_("text"), max_length=10_000)

    class Meta:
        verbose_name = _("clause")
        ordering = ("version_id", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("version", "number"), name="clause_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=("version", "lineage"), name="clause_lineage_once"),
            models.CheckConstraint(condition=models.Q(kind__in=ClauseKind.values), name="clause_kind_known"),
            models.UniqueConstraint(fields=("id", "partnership"), name="clause_id_in_partnership"),
            models.UniqueConstraint(fields=("id", "version", "partnership"), name="clause_id_in_version"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.heading}"

    def get_absolute_url(self) -> str:
        return f"{self.version.get_absolute_url()}#clause-{self.number}"


class Signatory(models.Model):
    """A function of a member that must sign a version before it is in force: mayor, chief of police, director."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="signatories")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="signatories", verbose_name=_("member")
    )
    function = models.CharField(_("function"), max_length=100)

    objects = SignatoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("required signatory")
        verbose_name_plural = _("required signatories")
        ordering = ("version_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("version", "membership", "function"),
                name="signatory_once",
                violation_error_message=_("This function of this member is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function}, {self.membership.agency}"


class Signature(models.Model):
    """Somebody's signature for a member under one text. Never changed, never carried over, never taken away."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("member")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # as it was when they signed: names and functions change, what was signed does not
    person_name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=100)
    mandate_basis = models.CharField(_("basis of the mandate"), max_length=300)
    method = models.CharField(_("confirmed by"), max_length=20, default="password")
    version_hash = models.CharField(_("hash of the text signed"), max_length=64)
    signed_at = models.DateTimeField()

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        ordering = ("signed_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("version", "membership", "function", "version_hash"), name="signature_once_per_text"
            ),
            models.CheckConstraint(condition=~models.Q(mandate_basis=""), name="signature_has_mandate"),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class VersionChange(models.Model):
    """One step of a version: from which state to which, by whom, why."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of version")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Remark(PublicRecord):
    """What a member says of a version in consultation, of one clause or of the whole."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="remarks")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey(Clause, on_delete=models.SET_NULL, null=True, blank=True, related_name="remarks")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.CharField(_("remark"), max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("remark")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"remark {self.public_id}"


class Annex(PublicRecord):
    """One text of an annex: contact lists, procedures. Annexes go their own way; nobody signs them."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="annexes")
    name = models.CharField(_("name"), max_length=100)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), max_length=20_000)
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("annex")
        verbose_name_plural = _("annexes")
        ordering = ("agreement_id", "name", "-number")
        constraints = [models.UniqueConstraint(fields=("agreement", "name", "number"), name="annex_number_once")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.agreement.get_absolute_url()}annexes/{self.public_id}/"
