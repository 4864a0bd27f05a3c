"""What is read before a meeting, and what it decided: papers, decisions, dissent, and the commitments made there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from partnership.commitments.models import Commitment
from partnership.competences.models import Competence
from partnership.meetings.models.agenda import AgendaItem
from partnership.meetings.models.meetings import Meeting
from partnership.meetings.querysets import DecisionQuerySet, OfPartnershipQuerySet
from partnership.membership.models import Membership, Partnership


class Paper(PublicRecord):
    """Something to read before an item: a link to where it lies, or its text."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    link = models.URLField(_("link"), max_length=500, blank=True)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    added_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(link="") ^ models.Q(text=""),
                name="paper_is_link_or_text",
                violation_error_message=_("Give a link, or the text itself: one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}papers/{self.public_id}/"


class PaperReading(models.Model):
    """That somebody read a paper."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of a paper")
        constraints = [models.UniqueConstraint(fields=("paper", "person"), name="paper_read_once")]

    def __str__(self) -> str:
        return f"paper {self.paper_id} read by {self.person_id}"


class DecisionRule(models.TextChoices):
    CONSENSUS = "consensus", _("by consensus")
    MAJORITY = "majority", _("by majority")
    MEMBER_ALONE = "member_alone", _("by the competent member alone")


class Decision(PublicRecord):
    """What a meeting decided, numbered per partnership and year. It is corrected by a later decision, never changed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="decisions")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    text = models.TextField(_("decision"), max_length=2000)
    options = models.TextField(_("options considered"), max_length=2000, blank=True)
    rule = models.CharField(_("decided"), max_length=20, choices=DecisionRule, default=DecisionRule.CONSENSUS)
    decided_by = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("member that decided"),
    )
    competence = models.CharField(_("competence used"), max_length=300, blank=True)
    rests_on = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("competence of the register that it rests on"),
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    recorded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        ordering = ("-year", "-number")
        constraints = [
            models.UniqueConstraint(fields=("partnership", "year", "number"), name="decision_number_once"),
            models.UniqueConstraint(fields=("id", "meeting"), name="decision_id_in_meeting"),
            models.UniqueConstraint(fields=("id", "partnership"), name="decision_id_in_partnership"),
            models.CheckConstraint(condition=models.Q(rule__in=DecisionRule.values), name="decision_rule_known"),
            models.CheckConstraint(
                condition=models.Q(rule="member_alone", decided_by__isnull=False)
                | (~models.Q(rule="member_alone") & models.Q(decided_by__isnull=True)),
                name="decision_alone_names_the_member",
                violation_error_message=_("Name the member that decided alone, and only then."),
            ),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) | ~models.Q(corrects=models.F("id")),
                name="decision_corrects_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.label}"

    @property
    def label(self) -> str:
        """Its number as people quote it: "2026-07"."""
        return f"{self.year}-{self.number:02}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}meetings/decisions/{self.public_id}/"


class Dissent(models.Model):
    """That a member did not agree, in its words."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="dissents")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("dissent"), max_length=500)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("dissent")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("decision", "member"),
                name="dissent_once_per_member",
                violation_error_message=_("The dissent of this member is on record already."),
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="dissent_says_something"),
        ]

    def __str__(self) -> str:
        return f"dissent of member {self.member_id} from decision {self.decision_id}"


class MeetingCommitment(models.Model):
    """That a commitment was made at a meeting: on an item, and where a decision asked for it, by that decision."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="made")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="made")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="made")
    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="+")

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment made at a meeting")
        verbose_name_plural = _("commitments made at meetings")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"commitment {self.commitment_id} of meeting {self.meeting_id}"
