"""The register of a partnership: its competences, which member holds which, and every change on its way there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.approaches import approaches_field, approaches_known
from partnership.competences.models.catalogue import Entry
from partnership.competences.querysets import (
    ChangeQuerySet,
    HoldingQuerySet,
    OfPartnershipQuerySet,
    RemarkQuerySet,
)
from partnership.membership.models import Membership, Partnership


class Competence(PublicRecord):
    """A competence as it applies in one partnership: copied from the catalogue and edited, or written anew.

    Until somebody confirmed it against a source of their own it is to be checked locally.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="competences")
    entry = models.ForeignKey(
        Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="copies", verbose_name=_("copied from")
    )
    name = models.CharField(_("competence"), max_length=300)
    used_for = models.CharField(_("used here for"), max_length=500, blank=True)
    approaches = approaches_field()
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    needs_first = models.CharField(_("needs first"), max_length=300, blank=True)
    output = models.CharField(_("typical output"), max_length=200, blank=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_by_name = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_against = models.CharField(_("checked against"), max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("competence")
        ordering = ("name", "id")
        constraints = [
            approaches_known("competence_approaches_known"),
            models.CheckConstraint(
                condition=~models.Q(approaches=[]),
                name="competence_has_approach",
                violation_error_message=_("Tick at least one approach."),
            ),
            models.UniqueConstraint(
                fields=("partnership", "name"),
                condition=models.Q(retired_at__isnull=True),
                name="competence_once_in_partnership",
                violation_error_message=_("This partnership's register has a competence of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_against="")
                | (models.Q(confirmed_at__isnull=False) & ~models.Q(confirmed_against="")),
                name="competence_confirmed_against_something",
            ),
            # what rows of other rooms refer to, so that nothing of another partnership can be named
            models.UniqueConstraint(fields=("id", "partnership"), name="competence_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}competences/{self.public_id}/"


class Extent(models.TextChoices):
    FULLY = "fully", _("fully")
    PARTLY = "partly", _("partly")
    ON_REQUEST = "on_request", _("on request")


class Holding(PublicRecord):
    """That a member holds a competence here, as its lead confirmed it, until it ends or its day has passed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="holdings")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="holdings")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("member")
    )
    extent = models.CharField(_("holds it"), max_length=20, choices=Extent, default=Extent.FULLY)
    decided_by = models.CharField(_("who decides"), max_length=200, blank=True)
    # calendar days from asking until it works
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True, blank=True)
    capacity = models.CharField(_("capacity"), max_length=200, blank=True)
    limits = models.CharField(_("limits"), max_length=500, blank=True)
    needs_words = models.CharField(_("needs first, in words"), max_length=300, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    needs = models.ManyToManyField(
        Competence, through="Need", related_name="needed_by", verbose_name=_("needs first, from a member")
    )
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("held competence")
        verbose_name_plural = _("held competences")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(extent__in=Extent.values), name="holding_extent_known"),
            models.UniqueConstraint(
                fields=("competence", "membership"),
                condition=models.Q(ended_at__isnull=True),
                name="holding_once_per_member",
                violation_error_message=_("The register says already that this member holds it."),
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="holding_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return f"holding {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{self.competence.get_absolute_url()}#{self.public_id}"


class Need(models.Model):
    """That a holding works only after another competence was used: often a report of another member."""

    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="need_rows")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="need_rows")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("precondition")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("holding", "competence"), name="need_once")]

    def __str__(self) -> str:
        return f"holding {self.holding_id} needs {self.competence_id}"


class ChangeKind(models.TextChoices):
    ADD = "add", _("a competence to enter")
    EDIT = "edit", _("a change")
    END = "end", _("an end")


class ChangeStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("taken back")


CHANGES = table(proposed="confirmed declined taken_back", confirmed="", declined="", taken_back="")


class Change(PublicRecord):
    """A change to what the register says of a member: proposed by a colleague or coordinator, confirmed by its lead.

    `before` and `after` hold the facts of the holding (`partnership.competences.facts`), so that the history tells what
    was said on every day.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="changes")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="competence_changes")
    kind = models.CharField(max_length=10, choices=ChangeKind)
    status = models.CharField(max_length=20, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.CharField(_("why"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_by_name = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to the register")
        verbose_name_plural = _("changes to the register")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="change_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=ChangeStatus.values), name="change_status_known"),
            models.UniqueConstraint(
                fields=("competence", "membership"),
                condition=models.Q(status="proposed"),
                name="change_one_open",
                violation_error_message=_("A change of this is waiting for its answer. Answer that one first."),
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="end") & models.Q(after__isnull=True))
                | (~models.Q(kind="end") & models.Q(after__isnull=False)),
                name="change_says_what_comes_after",
            ),
            models.CheckConstraint(
                condition=models.Q(status="proposed", answered_at__isnull=True)
                | (~models.Q(status="proposed") & models.Q(answered_at__isnull=False)),
                name="change_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(reason=""),
                name="change_declined_with_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}competences/changes/{self.public_id}/"


class Remark(PublicRecord):
    """What a member adds to a holding for chosen members alone, such as its hours of watch for the police.

    Behind both walls, like a note: the holder and the members named read it, nobody else.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="remarks")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("remark"), max_length=1000)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    readers = models.ManyToManyField(Membership, through="RemarkReader", related_name="+")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark on a held competence")
        verbose_name_plural = _("remarks on held competences")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="remark_says_something"),
            models.UniqueConstraint(fields=("id", "partnership"), name="remark_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return f"remark {self.public_id}"


class RemarkReader(models.Model):
    """A member that may read a remark, beside the holder."""

    remark = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="reader_rows")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reader of a remark")
        constraints = [models.UniqueConstraint(fields=("remark", "membership"), name="remark_reader_once")]

    def __str__(self) -> str:
        return f"member {self.membership_id} reads remark {self.remark_id}"
