"""Telling those who read a note that it is gone, and their saying that they heard."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from accounts.people.actor import Actor
from accounts.people.models import Person, Role
from accounts.people.querysets import PersonQuerySet
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from infosharing.grants.services import ended_by_our_clock
from infosharing.readers import notices
from infosharing.readers.models import Cause, Reading, Recall

# longer than any task was ever late; who was told is not told again
LOOKED_BACK = timedelta(days=7)

if TYPE_CHECKING:
    # the room of notes builds on this one
    from infosharing.notes.models import Note


def recall_from_lost(*, actor: Actor, note: "Note", cause: Cause, reason: str, still: PersonQuerySet) -> list[Recall]:
    """Tell whoever read a note and has lost it to stop relying on it; called within the service that took it away.

    Args:
        actor: of the originator.
        reason: as those who lost it are told.
        still: who sees the note now.

    Returns:
        The recalls that wait. Who has one to acknowledge already gets no second.
    """
    readers = Reading.objects.filter(note=note, person__is_active=True).exclude(person__in=still)
    told = Recall.objects.filter(note=note).waiting().values("person")
    lost = readers.exclude(person__in=told).values("person_id").annotate(last=Max("at"), member=Max("member_id"))
    Recall.objects.bulk_create(
        Recall(
            note=note,
            note_public_id=note.public_id,
            partnership_id=note.partnership_id,
            originator_id=note.owner_id,
            person_id=reader["person_id"],
            member_id=reader["member"],
            cause=cause,
            reason=reason,
            last_read_at=reader["last"],
            at=clock.now(),
        )
        for reader in lost.order_by("person_id")
    )
    # those too that the database made by itself; nobody is told twice of the same
    recalls = list(
        Recall.objects.filter(note=note)
        .waiting()
        .exclude(person__in=still)
        .select_related("person", "originator__agency", "partnership")
    )
    for one in recalls:
        _tell(one, occasion="recalled")
    if recalls:
        record(verb="notes.recalled", actor=actor, subject=note, readers=len(recalls))
        deliver_soon()
    return recalls


@transaction.atomic
def acknowledge_recall(*, actor: Actor, recall: Recall) -> Recall:
    """Say that one has stopped relying on a note; for a program, somebody of its agency says it.

    Raises:
        NotAllowed: it was not the actor's to acknowledge.
        OutOfTurn: it was acknowledged already.
    """
    found = Recall.objects.for_reader(actor).select_for_update(of=("self",)).filter(pk=recall.pk).first()
    if found is None or (found.person_id != actor.person_id and not actor.may_write):
        raise NotAllowed("Only who read the note can say this; of a program, staff or leads of its agency.")
    if found.acknowledged_at is not None:
        raise OutOfTurn("This was acknowledged already.")
    found.acknowledged_at, found.acknowledged_by_id = clock.now(), actor.person_id
    found.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(verb="notes.recall_acknowledged", actor=actor, subject=found)
    withdraw_notices(kind=notices.RECALLED, subject=found)
    return found


@transaction.atomic
def remind_of_recalls(*, actor: Actor, note: "Note") -> int:
    """Tell those again who have not acknowledged; at most once a day.

    Returns:
        How many wait.

    Raises:
        NotAllowed: the note is not of the actor's agency, or the actor is read-only.
        Invalid: nobody is waited for.
    """
    waiting = Recall.objects.of_own_notes(actor).waiting().filter(note=note)
    if not actor.may_write:
        raise NotAllowed("Only staff and leads of the originator may remind readers.")
    recalls = list(waiting.select_related("originator__agency", "partnership", "person"))
    if not recalls:
        raise Invalid("Everybody who read it and lost it has acknowledged.")
    for one in recalls:
        _tell(one, occasion=f"reminded {clock.today().isoformat()}")
    record(verb="notes.recall_reminded", actor=actor, subject=note, readers=len(recalls))
    deliver_soon()
    return len(recalls)


def tell_unattended(note_public_id: UUID) -> None:
    """Tell those who lost a note that the database took back by itself; called by what made it do so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sight.recalls_to_tell(%s)", [note_public_id])
        told = cursor.fetchall()
    persons = Person.objects.in_bulk([person for _recall, person, _by, _partnership in told])
    for recall, person, by, partnership in told:
        _notify(Recall(public_id=recall), persons[person], occasion="recalled", by=by, partnership=partnership)


@transaction.atomic
def tell_untold() -> int:
    """Tell those who were not told yet that they are to stop relying on a note, where the database recalled it.

    That is also where what it was shared by ended by its own date.

    Returns:
        Of how many notes somebody waits.
    """
    with ended_by_our_clock(), connection.cursor() as cursor:
        cursor.execute("SELECT sight.recall_what_ended(%s)", [clock.now() - LOOKED_BACK])
        cursor.execute("SELECT sight.notes_recalled_since(%s)", [clock.now() - LOOKED_BACK])
        recalled = [public_id for (public_id,) in cursor.fetchall()]
    for public_id in recalled:
        # nobody is told twice of the same
        tell_unattended(public_id)
    return len(recalled)


def _tell(recall: Recall, *, occasion: str) -> None:
    by, partnership = recall.originator.agency.name, recall.partnership.name
    _notify(recall, recall.person, occasion=occasion, by=by, partnership=partnership)


def _notify(recall: Recall, person: Person, *, occasion: str, by: str, partnership: str) -> None:
    """Tell the reader; of a program, those who lead for its agency."""
    recipients = [person.pk]
    if person.is_service:
        leads = Person.objects.active().human().filter(agency_id=person.agency_id, role=Role.LEAD)
        recipients = list(leads.values_list("pk", flat=True))
    notify(
        kind=notices.RECALLED,
        recipients=recipients,
        subject=recall,
        occasion=occasion,
        by=by,
        partnership=partnership,
    )
