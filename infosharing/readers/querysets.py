"""Wall one around readings and recalls; the same rules as PostgreSQL's policies (migrations 0002 and 0006)."""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from foundation.database.probes import Probe


def _own_note(actor: Actor) -> models.QuerySet:
    """The note of a row, if the actor's agency wrote it as an active member; to named people, if the actor did.

    Not through a join: who lost a note keeps their own row about it.
    """
    return apps.get_model("notes", "Note").objects.of_originator(actor).filter(pk=OuterRef("note_id"))


def _audited_members(actor: Actor) -> models.QuerySet:
    """Return the ids of the members that appointed the actor to look at who read their notes, as a subquery."""
    return apps.get_model("auditors", "Auditor").objects.counting_for(actor).values("appointer")


def _known_footprint(actor: Actor) -> models.QuerySet:
    """The row of a note for its auditors, if the actor is one of them."""
    footprints = apps.get_model("readers", "NoteFootprint").objects.visible_to(actor)
    return footprints.filter(pk=OuterRef("note_id"))


class NoteFootprintQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those that the actor audits: not of notes to named people.

        Of a note that was shared with a circle, for auditors of the originator alone.
        """
        audited = self.filter(to_named=False, owner__in=_audited_members(actor))
        return audited.filter(Q(to_circle=False) | Q(owner__agency_id=actor.agency_key))


class ReadingQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, those of the own agency's notes, and those that the actor audits."""
        audited = Q(owner__in=_audited_members(actor)) & Q(Probe(_known_footprint(actor)))
        return self.filter(Q(person_id=actor.person_id) | Probe(_own_note(actor)) | audited)

    def audited_by(self, actor: Actor) -> Self:
        """Those of the notes of members that appointed the actor to look at them."""
        return self.filter(Exists(_known_footprint(actor)), owner__in=_audited_members(actor))

    def of_text(self) -> Self:
        """All but downloads of files, and words shown in a search: who had these has not read what the note says."""
        return self.exclude(how__in=("downloaded", "found"))

    def of_own_notes(self, actor: Actor) -> Self:
        """The footprint of what the actor's agency wrote."""
        return self.filter(Exists(_own_note(actor)))


class RecallQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those that one is to acknowledge, and those of the own agency's notes."""
        return self.filter(_is_for(actor) | Probe(_own_note(actor)))

    def of_own_notes(self, actor: Actor) -> Self:
        """Those of what the actor's agency wrote."""
        return self.filter(Exists(_own_note(actor)))

    def to_acknowledge_by(self, actor: Actor) -> Self:
        """Those that wait for the actor, who need not see anything of the note any more."""
        return self.for_reader(actor).waiting()

    def for_reader(self, actor: Actor) -> Self:
        """Those that were the actor's to acknowledge, answered or not."""
        return self.filter(_is_for(actor))

    def waiting(self) -> Self:
        return self.filter(acknowledged_at__isnull=True)


def _is_for(actor: Actor) -> Q:
    """One's own; and what a program of one's agency read: people answer for it."""
    program = Q(person__is_service=True, member__agency_id=actor.agency_key, member__status="active")
    return Q(person_id=actor.person_id) | program
