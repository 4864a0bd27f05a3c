"""Drafts of notes: what somebody has typed so far, kept to their own agency."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from infosharing.drafts.querysets import DraftQuerySet
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note
from partnership.membership.models import Membership, Partnership

# a draft is no archive: what nobody touches goes, as notes do at their review date
FORGOTTEN_AFTER = timedelta(days=90)
WARNED = timedelta(days=14)


class Status(models.TextChoices):
    WRITING = "writing", _("being written")
    ASKED = "asked", _("waits for a colleague")


# what is released or thrown away is no draft any more: its row is gone
TRANSITIONS = table(writing="asked", asked="writing")


class Draft(PublicRecord):
    """A note, or a change of one, before it is shared. It holds what was typed as it was typed, finished or not.

    Its agency's people see it; one marked for named people its author alone, and the colleague who is asked to release
    it or sent it back. While a colleague is asked, it stands as it is.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("originator"))
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    # the note that it changes, and how that note stood when this was saved
    note = models.ForeignKey(Note, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("note"))
    note_stood_at = models.DateTimeField(null=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    tlp = models.CharField(_("marking"), max_length=20, choices=Tlp, default=Tlp.AMBER_STRICT)
    typed = models.JSONField(_("what was typed"), default=dict)
    # of each text that a colleague may have before them
    edition = models.PositiveIntegerField(default=1)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WRITING)
    asked_of = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who is asked to release it")
    )
    asked_at = models.DateTimeField(null=True)
    sent_back_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sent_back_because = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a note")
        verbose_name_plural = _("drafts of notes")
        default_permissions = ()
        ordering = ("-updated_at", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="draft_status_known"),
            models.CheckConstraint(condition=models.Q(tlp__in=Tlp.values), name="draft_marking_known"),
            models.CheckConstraint(
                condition=models.Q(status="asked", asked_at__isnull=False)
                | models.Q(status="writing", asked_at__isnull=True, asked_of__isnull=True),
                name="draft_asked_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_of__isnull=True) | ~models.Q(asked_of=models.F("author")),
                name="draft_asked_of_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="asked", tlp="RED") | models.Q(asked_of__isnull=False),
                name="draft_for_named_people_asked_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(note__isnull=True, note_stood_at__isnull=True)
                | models.Q(note__isnull=False, note_stood_at__isnull=False),
                name="draft_of_change_knows_its_note",
            ),
            # nobody else of the agency would see it, and it would stand in the way of every other change
            models.CheckConstraint(
                condition=models.Q(note__isnull=True) | ~models.Q(tlp="RED"), name="draft_of_change_is_not_hidden"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_back_by__isnull=True, sent_back_because="")
                | (models.Q(sent_back_by__isnull=False) & ~models.Q(sent_back_because="")),
                name="draft_sent_back_with_reason",
            ),
            models.UniqueConstraint(fields=("note",), name="draft_of_change_once"),
        ]
        indexes = [models.Index(fields=("member", "updated_at"), name="draft_of_member")]

    def __str__(self) -> str:
        # titles are content: they stay out of logs, mails and admin
        return f"draft {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"/drafts/{self.public_id}/"

    @property
    def goes_on(self) -> date:
        """The day on which it is thrown away, unless somebody goes on with it."""
        return timezone.localdate(self.updated_at + FORGOTTEN_AFTER)

    @property
    def name(self) -> str:
        """What lists call it."""
        return self.title or str(_("Without a title"))
