"""Keeping a note longer than its review date."""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from infosharing.notes.markings import Tlp
from partnership.membership.models import Membership, Partnership


class ProlongationQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the own agency's notes; to the coordinator, all of its partnership, without the notes.

        The rule, the same in PostgreSQL's policies (migration 0015).
        """
        own = apps.get_model("notes", "Note").objects.of_originator(actor).filter(pk=OuterRef("note_id"))
        return self.filter(Exists(own) | Q(partnership__in=_coordinated_by(actor)))

    def to_answer_by(self, actor: Actor) -> Self:
        """Those that wait for the coordinator: for somebody other than who asked."""
        if not actor.may_write:
            return self.none()
        return self.filter(partnership__in=_coordinated_by(actor), status="asked").exclude(asked_by_id=actor.person_id)

    def waiting(self) -> Self:
        return self.filter(status="asked")


def _coordinated_by(actor: Actor) -> models.QuerySet:
    members = Membership.objects.filter(agency_id=actor.agency_key, role="coordinator", status="active")
    return members.values("partnership")


class Status(models.TextChoices):
    ASKED = "asked", _("waits for the coordinator")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")


TRANSITIONS = table(asked="agreed refused", agreed="", refused="")


class Prolongation(PublicRecord):
    """That a note is kept beyond its review date, or that its originator asks for it.

    The first is the originator's to decide; each further one the coordinator's, who reads this row and not the note.
    """

    note = models.ForeignKey("notes.Note", on_delete=models.PROTECT, related_name="prolongations")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("originator"))
    tlp = models.CharField(_("marking"), max_length=20, choices=Tlp)
    stood_on = models.DateField(_("review date"))
    until = models.DateField(_("keep it until"))
    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = ProlongationQuerySet.as_manager()

    class Meta:
        verbose_name = _("prolongation of a note")
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("note",), condition=models.Q(status="asked"), name="prolongation_asked_once"
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="prolongation_status_known"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("stood_on")), name="prolongation_is_longer"),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True) | ~models.Q(answered_by=models.F("asked_by")),
                name="prolongation_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(answer=""), name="prolongation_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"prolongation {self.public_id}"
