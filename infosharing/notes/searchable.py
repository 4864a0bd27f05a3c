"""What of notes is searched: one row for each, beside it, for the database's own search function alone."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from partnership.membership.models import Membership, Partnership


class SearchEntry(models.Model):
    """The words of a note, and who holds a grant on it.

    Kept by triggers; the application has no right on it and reads it through `sight.search` (infosharing.notes
    .searching). Words and grants stand in one index: a word that a million notes hold costs a reader of a few only
    those few.
    """

    note = models.OneToOneField("notes.Note", on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    partnership = models.ForeignKey(
        Partnership, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    owner = models.ForeignKey(
        Membership, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    tlp = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    # the groups of its live grants; a person whom it was granted to by name stands here as minus their key
    keys = ArrayField(models.BigIntegerField())
    # whether a grant on it waits, or ends by itself: then it is asked whether it gives sight now
    timed = models.BooleanField(default=False, db_default=False)
    words = SearchVectorField()

    class Meta:
        default_permissions = ()
        # the list of what waits to be sorted in is read by each search: short
        indexes = [GinIndex(fields=("keys", "words"), gin_pending_list_limit=1024, name="search_keys_and_words")]

    def __str__(self) -> str:
        return f"words of note {self.note_id}"
