"""Writes down who was given a note's text or a file of it, once the answer has gone out: no reader waits for it."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.http import HttpResponseBase

from accounts.people.actor import Actor
from foundation import clock
from infosharing.readers.models import How, Reading
from partnership.membership.models import Membership
from partnership.membership.services import hold_memberships
from partnership.membership.sight import sight

if TYPE_CHECKING:
    # the room of notes builds on this one
    from infosharing.notes.models import Note

# a note, its partnership, which version it was, and the member whose it is
Given = tuple[int, int, int, int]

logger = logging.getLogger(__name__)


def record_after(
    response: HttpResponseBase, *, actor: Actor, notes: "Iterable[Note]", how: How, attachment: int | None = None
) -> None:
    """Record a reading of these notes when the server closes the answer, which it does after the last byte.

    What fails then cannot be told to the reader any more: it is logged as an error.

    Args:
        notes: those whose text the answer holds; the actor's own writing is left out.
        how: of what a search shows, one reading of each version is enough, and none of what was read anyway.
        attachment: key of the file of that note which was downloaded, if one was.
    """
    given = [
        (note.pk, note.partnership_id, note.version, note.owner_id)
        for note in notes
        if note.author_id != actor.person_id
    ]
    if not given:
        return
    close, at = response.close, clock.now()

    def record_and_close() -> None:
        try:
            with sight(actor.person_id):
                _record(actor, given, how, at, attachment)
        except DatabaseError:
            logger.exception("a reading of %s notes was not recorded", len(given))
        finally:
            close()

    response.close = record_and_close  # type: ignore[method-assign]


def _record(actor: Actor, given: Sequence[Given], how: How, at: datetime, attachment: int | None) -> None:
    if how == How.FOUND:
        known = _known(actor, given)
        given = [each for each in given if (each[0], each[2]) not in known]
        if not given:
            return
    partnerships = {partnership for _note, partnership, _version, _owner in given}
    members = Membership.objects.filter(agency_id=actor.agency_key, partnership__in=partnerships).order_by("pk")
    # an agency that left and came back is its newest membership
    member_of = dict(members.values_list("partnership_id", "pk"))
    # whoever ends a membership locks it before its notes; a reading that asked the other way round would be lost
    hold_memberships({*member_of.values(), *(owner for *_note, owner in given)})
    Reading.objects.bulk_create(
        Reading(
            note_id=note,
            version=version,
            person_id=actor.person_id,
            member_id=member_of.get(partnership),
            how=how,
            attachment_id=attachment,
            at=at,
        )
        for note, partnership, version, _owner in given
    )


def _known(actor: Actor, given: Sequence[Given]) -> set[tuple[int, int]]:
    """Return which notes, in which version, the actor has read or was shown words of."""
    rows = Reading.objects.filter(person_id=actor.person_id, note__in=[note for note, *_of_note in given])
    return set(rows.exclude(how=How.DOWNLOADED).values_list("note_id", "version"))
