"""What stood in a note before it was changed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from infosharing.notes.handling import Handling, in_words
from infosharing.notes.markings import Tlp
from infosharing.notes.querysets import NoteVersionQuerySet


class NoteVersion(models.Model):
    """An earlier version, kept by the database when a note's title, text, marking or handling conditions change.

    The newest is the note itself, under the number `Note.version`.
    """

    note = models.ForeignKey("notes.Note", on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    tlp = models.CharField(max_length=20, choices=Tlp)
    handling = ArrayField(models.CharField(max_length=20, choices=Handling))
    destroy_by = models.DateField(null=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    objects = NoteVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier version of a note")
        default_permissions = ()
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=("note", "number"), name="note_version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of note {self.note_id}"

    @property
    def conditions(self) -> list[str]:
        """The handling conditions as sentences."""
        return in_words(self.handling, self.destroy_by)
