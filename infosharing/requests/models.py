"""Requests for information: what one member asks of others, and what each of them answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from infosharing.notes.markings import Audience, Tlp, fits
from infosharing.notes.models import Note
from infosharing.requests.grounds import Ground
from infosharing.requests.querysets import AskedQuerySet, RequestQuerySet
from partnership.agreements.models import Category
from partnership.competences.models import Competence
from partnership.membership.models import Membership, Partnership

# a request is for agencies that are named: what a note to these may be marked with
MARKINGS = tuple(tlp for tlp in Tlp if fits(tlp, Audience.AGENCIES))


class Status(models.TextChoices):
    WAITING = "waiting", _("waiting for an answer")
    ANSWERED = "answered", _("answered")
    PARTLY = "partly_answered", _("answered in part")
    COUNTER_OFFER = "counter_offered", _("something else is offered")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back")
    LEFT = "left", _("left the partnership")


# the same table as in migration 0002, which holds it against every door; a test holds the two together
TRANSITIONS = table(
    waiting="answered partly_answered counter_offered refused withdrawn left",
    partly_answered="answered",
    counter_offered="answered partly_answered refused",
    answered="",
    refused="",
    withdrawn="",
    left="",
)
ANSWERS = (Status.ANSWERED, Status.PARTLY, Status.COUNTER_OFFER)
# what a member decided itself
DECIDED = (*ANSWERS, Status.REFUSED)
# from which a member can still answer
OPEN_TO_ANSWERS = tuple(status for status in Status if TRANSITIONS[status] & {str(each) for each in ANSWERS})


class InformationRequest(PublicRecord):
    """A question of one member to others. The asker's people see it, those of each member asked, and nobody else."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    asker = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("asking member"))
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("question"), max_length=5000)
    purpose = models.CharField(_("purpose"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    category = models.CharField(_("what it is about"), max_length=20, choices=Category, blank=True)
    competence = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competence that it concerns"),
    )
    tlp = models.CharField(_("marking"), max_length=20, choices=Tlp, default=Tlp.AMBER_STRICT)
    due_on = models.DateField(_("answer by"))
    asked_know_each_other = models.BooleanField(_("those asked may know who else is"), default=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tlp__in=MARKINGS),
                name="request_marking_fits_agencies",
                violation_error_message=_("This marking does not allow a request to named agencies."),
            ),
            models.CheckConstraint(
                condition=models.Q(category="") | models.Q(category__in=Category.values), name="request_category_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(title="")
                & ~models.Q(question="")
                & ~models.Q(purpose="")
                & ~models.Q(legal_basis=""),
                name="request_says_what_for",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawal_reason="")),
                name="request_withdrawn_with_reason",
            ),
            # what rows below refer to: an asked member is of the same partnership, and asked by the same member
            models.UniqueConstraint(fields=("id", "partnership", "asker"), name="request_id_of_asker"),
        ]
        indexes = [models.Index(fields=("asker", "public_id"), name="request_by_asker")]

    def __str__(self) -> str:
        # titles are content: they stay out of logs, mails and admin
        return f"request {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}requests/{self.public_id}/"


class Asked(PublicRecord):
    """A member that was asked, and what it decided. Its own people see that, and the asker's; not the others asked."""

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    # as the request has it: the wall around this row asks for it without reading the request
    asker = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked member"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WAITING)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    note = models.ForeignKey(
        Note, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("note that answers it")
    )
    offer = models.TextField(_("what is offered instead"), max_length=5000, blank=True)
    ground = models.CharField(_("ground"), max_length=3, choices=Ground, blank=True)
    # of a refusal, and of what a part leaves out
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("asked member")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("request", "member"), name="asked_once"),
            models.CheckConstraint(condition=~models.Q(member=models.F("asker")), name="nobody_asks_itself"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="asked_status_known"),
            models.CheckConstraint(
                condition=(
                    models.Q(status="refused", ground__in=Ground.values, answer="", note__isnull=True)
                    & ~models.Q(reason="")
                )
                | (~models.Q(status="refused") & models.Q(ground="")),
                name="refused_on_a_ground",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("answered", "partly_answered"))
                | ~models.Q(answer="")
                | models.Q(note__isnull=False),
                name="answered_with_something",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="partly_answered") | ~models.Q(reason=""),
                name="part_says_what_is_left_out",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="counter_offered") | ~models.Q(offer=""), name="offer_says_what"
            ),
            models.CheckConstraint(
                condition=models.Q(status="waiting", decided_at__isnull=True, decided_on__isnull=True)
                | (~models.Q(status="waiting") & models.Q(decided_at__isnull=False, decided_on__isnull=False)),
                name="asked_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=DECIDED) | models.Q(decided_by__isnull=False),
                name="somebody_decided",
            ),
        ]
        indexes = [
            models.Index(fields=("member", "status"), name="asked_by_member"),
            models.Index(fields=("asker",), name="asked_by_asker"),
        ]

    def __str__(self) -> str:
        return f"asked member {self.public_id}"
