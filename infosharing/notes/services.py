"""Everything that changes a note. Sharing and the note itself are one transaction: there is no moment in between."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import notify
from foundation.notifications.tasks import deliver_soon
from foundation.words import one_line
from infosharing.grants import services as grants
from infosharing.notes import audiences, notices, policy
from infosharing.notes.basis import Basis, require_sound
from infosharing.notes.markings import Audience
from infosharing.notes.models import TRANSITIONS, Acceptance, Note, Status
from infosharing.notes.receiving import Matter, require_rules
from infosharing.notes.recipients import choice_of
from infosharing.notes.releasing import asks_second_pair, gives_more, must_be_released, put_release
from infosharing.readers.models import Cause
from infosharing.readers.selectors import readers_of
from infosharing.readers.services import recall_from_lost, tell_unattended
from partnership.agreements.models import SharingRule
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import require_own_membership
from partnership.membership.selectors import spokespeople
from partnership.membership.services import hold_own_membership

NOTHING_DECLARED = Basis()
NO_TITLE = "Give it a title."
NOT_MEANT = "You are no longer among those whom it is for."


@transaction.atomic
def share_note(
    *,
    actor: Actor,
    partnership: Partnership,
    title: str,
    body: str,
    tlp: str,
    audience: audiences.Choice,
    review_on: date,
    recipients_know_each_other: bool = True,
    basis: Basis = NOTHING_DECLARED,
    writer: Actor | None = None,
) -> Note:
    """Write a note for the actor's agency and share it with an audience.

    Args:
        writer: whose draft it is, where the actor releases it for a colleague; by default the actor's own words.

    Raises:
        NotAllowed: the actor is read-only, or the agency is no active member.
        Invalid: marking and audience do not agree, somebody named does not take part, the review date has passed, the
            basis does not hold together, no agreement in force allows somebody among the recipients to receive it, or
            a colleague has to release it.
    """
    hold_own_membership(actor, partnership.pk)
    own = require_own_membership(actor, partnership)
    if audience.kind != Audience.OWN_AGENCY and writer is None and asks_second_pair(own):
        raise must_be_released()
    rules = require_shareable(actor=actor, own=own, tlp=tlp, audience=audience, review_on=review_on, basis=basis)
    note = Note(
        partnership=partnership,
        owner=own,
        author_id=(writer or actor).person_id,
        title=one_line(title, field="title", message=NO_TITLE),
        body=body,
        tlp=tlp,
        review_on=review_on,
        recipients_know_each_other=recipients_know_each_other,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    basis.put_on(note)
    put_release(note, actor=actor, writer=writer)
    # recipients learn who wrote it; who looked it over is the agency's own affair
    audiences.apply(actor=writer or actor, note=note, choice=audience, own=own, rules=rules)
    record(verb="notes.shared", actor=actor, subject=note, tlp=tlp, audience=audience.kind)
    tell_viewers(actor, note, is_new=True)
    return note


def require_shareable(
    *, actor: Actor, own: Membership, tlp: str, audience: audiences.Choice, review_on: date, basis: Basis
) -> dict[int, SharingRule]:
    """Refuse a note that could not be shared like this now; nothing is written.

    Returns:
        By group, the rule of an agreement that lets it have the note.

    Raises:
        Invalid: with the field at fault and how to mend it.
    """
    audiences.require_fitting(tlp=tlp, choice=audience, partnership=own.partnership, own=own)
    _require_future(review_on)
    require_sound(basis, own=own, review_on=review_on, was_written_on=clock.today())
    return _rules(actor, own, audience, tlp, basis)


@transaction.atomic
def edit_note(
    *,
    actor: Actor,
    note: Note,
    title: str,
    body: str,
    tlp: str,
    audience: audiences.Choice,
    review_on: date,
    recipients_know_each_other: bool = True,
    basis: Basis | None = None,
    reason: str = "",
    writer: Actor | None = None,
) -> Note:
    """Change a note, its marking or its audience. Whoever is no longer meant loses it at once.

    What stood there before is kept. Those who read it are told: that it changed, or to stop relying on it.

    Args:
        reason: told to those who read it and lose it.
        writer: whose change it is, where the actor releases it for a colleague.

    Raises:
        NotAllowed: the actor is not of the owner agency; or, where people are named, is not the author.
        Invalid: as for `share_note`.
        OutOfTurn: it was withdrawn.
    """
    note, title = lock_to_change(actor, note), one_line(title, field="title", message=NO_TITLE)
    own = note.owner
    audiences.require_fitting(tlp=tlp, choice=audience, partnership=note.partnership, own=own)
    if audience.kind == Audience.PERSONS and note.author_id != actor.person_id:
        raise Invalid("Only its author can turn a note into one to named people.", field="audience")
    if review_on > note.review_on:
        raise Invalid("To keep it longer, prolong it: that is on record with its reason.", field="review_on")
    if review_on != note.review_on:
        _require_future(review_on)
    basis = basis or Basis.of(note)
    if basis != Basis.of(note) or review_on != note.review_on:
        written_on = timezone.localdate(note.created_at)
        require_sound(basis, own=own, review_on=review_on, was_written_on=written_on)
    _require_release_of_change(actor, note, audience, writer, (title, body, tlp, recipients_know_each_other, basis))
    rules = _rules(actor, own, audience, tlp, basis)
    before, version = {"tlp": note.tlp, "audience": note.audience}, note.version
    note.title, note.body, note.tlp, note.review_on = title, body, tlp, review_on
    note.recipients_know_each_other = recipients_know_each_other
    note.updated_at = clock.now()
    basis.put_on(note)
    put_release(note, actor=actor, writer=writer)
    audiences.apply(actor=writer or actor, note=note, choice=audience, own=own, rules=rules)
    note.refresh_from_db(fields=["version", "edited_by"])
    record(verb="notes.edited", actor=actor, subject=note, before=before, tlp=tlp, audience=audience.kind)
    _withdraw_from_others(note)
    _recall(actor, note, Cause.NARROWED, reason or NOT_MEANT)
    if note.version != version:
        _tell_readers(actor, note)
    tell_viewers(actor, note)
    return note


@transaction.atomic
def accept_conditions(*, actor: Actor, note: Note) -> Acceptance:
    """Accept a note's handling conditions, so that its text opens; once per reader, again when they change.

    Raises:
        NotAllowed: the actor does not see the note.
    """
    found = Note.objects.visible_to(actor).filter(pk=note.pk).first()
    if found is None:
        raise NotAllowed("You do not see this note.")
    accepted, is_new = Acceptance.objects.get_or_create(
        note=found, person_id=actor.person_id, conditions=found.conditions_key, defaults={"at": clock.now()}
    )
    if is_new:
        record(verb="notes.conditions_accepted", actor=actor, subject=found)
    return accepted


@transaction.atomic
def withdraw_note(*, actor: Actor, note: Note, reason: str) -> Note:
    """Take a note back: gone for everybody but its owner, at the next query.

    Raises:
        NotAllowed: the actor is not of the owner agency; or, where people are named, is not the author.
        Invalid: no reason was given.
        OutOfTurn: it was withdrawn already.
    """
    if not reason.strip():
        raise Invalid("Say why: it stays on record.", field="reason")
    note = lock_to_change(actor, note)
    to_persons = note.audience == Audience.PERSONS
    grants.end_grants(
        note=note,
        keep_groups=() if to_persons else (note.owner.group_id,),
        keep_persons=(actor.person_id,) if to_persons else (),
    )
    note.status, note.withdrawn_at = Status.WITHDRAWN, clock.now()
    note.withdrawal_reason, note.updated_at = reason.strip(), clock.now()
    note.save(update_fields=["status", "withdrawn_at", "withdrawal_reason", "updated_at"])
    record(verb="notes.withdrawn", actor=actor, subject=note)
    notices.take_back(note)
    _recall(actor, note, Cause.WITHDRAWN, note.withdrawal_reason)
    return note


@transaction.atomic
def keep_destroy_dates() -> int:
    """Take back every note whose day of destruction has passed: gone for all but its originator.

    The database does it, since nobody reads at that hour; it gives out ids alone.

    Returns:
        How many.
    """
    with connection.cursor() as cursor:
        said = "Its day of destruction has come."
        cursor.execute("SELECT sight.withdraw_notes_to_destroy(%s, %s)", [said, clock.today()])
        gone = [public_id for (public_id,) in cursor.fetchall()]
    for public_id in gone:
        # the row itself is out of sight without a reader: its id is all that the trail and the notices need
        subject = Note(public_id=public_id)
        notices.take_back(subject)
        tell_unattended(public_id)
        record(verb="notes.destroyed", actor=None, subject=subject)
    return len(gone)


def lock_to_change(actor: Actor, note: Note) -> Note:
    """Return a note as it stands now, for its agency to change; nobody else changes it until the transaction ends.

    Whoever keeps a part of it as it is reads that part after this: else what was changed meanwhile would be undone.

    Raises:
        NotAllowed: the actor is not of the owner agency; or, where people are named, is not the author.
        OutOfTurn: it was withdrawn.
    """
    hold_own_membership(actor, note.partnership_id)
    locked = (
        Note.objects.visible_to(actor)
        .select_related("partnership", "owner__agency")
        .select_for_update(of=("self",))
        .filter(pk=note.pk)
        .first()
    )
    if locked is not None and locked.status != Status.LIVE:
        states.require(TRANSITIONS, before=locked.status, after=Status.WITHDRAWN, thing="note")
    if locked is None or not policy.may_edit(actor, locked):
        raise NotAllowed("Only the agency that wrote this note may change it; a note to named people, only its author.")
    return locked


def _require_release_of_change(
    actor: Actor, note: Note, audience: audiences.Choice, writer: Actor | None, words: tuple[object, ...]
) -> None:
    """Refuse a change that lets something out, where a colleague has to release it."""
    if writer is not None or not asks_second_pair(note.owner):
        return
    stood = (note.title, note.body, note.tlp, note.recipients_know_each_other, Basis.of(note))
    if gives_more(choice_of(actor, note), audience, same_words=words == stood):
        raise must_be_released(named=note.audience == Audience.PERSONS)


def _rules(actor: Actor, own: Membership, audience: audiences.Choice, tlp: str, basis: Basis) -> dict[int, SharingRule]:
    agreement = basis.agreement.pk if basis.agreement else None
    matter = Matter(tlp, basis.category, basis.personal_data, agreement)
    return require_rules(actor=actor, own=own, choice=audience, matter=matter)


def _require_future(review_on: date) -> None:
    if review_on <= clock.today():
        raise Invalid(
            "Choose a day after today: by then you decide whether the note is still needed.", field="review_on"
        )


def _withdraw_from_others(note: Note) -> None:
    """Take back what people were told who no longer see the note."""
    told = notices.people_told(note)
    still = set(policy.viewers_of(note).filter(pk__in=told).values_list("pk", flat=True))
    notices.take_back(note, set(told) - still)


def _recall(actor: Actor, note: Note, cause: Cause, reason: str) -> None:
    recall_from_lost(actor=actor, note=note, cause=cause, reason=reason, still=policy.viewers_of(note))


def _tell_readers(actor: Actor, note: Note) -> None:
    """Tell those who read an earlier version, and still see the note, that it changed."""
    readers = policy.viewers_of(note).human().filter(pk__in=readers_of(note)).exclude(pk=actor.person_id)
    notify(
        kind=notices.CHANGED,
        recipients=readers.values_list("pk", flat=True),
        subject=note,
        occasion=f"version {note.version}",
        **notices.facts_of(note),
    )
    deliver_soon()


def tell_viewers(actor: Actor, note: Note, *, is_new: bool = False) -> None:
    """Tell who speaks for each receiving member; of a note to named people, those people.

    Nobody is told twice, but who lost it and is given it again is told again.
    """
    viewers = policy.viewers_of(note).human().exclude(pk__in=[actor.person_id, note.author_id])
    if note.audience != Audience.PERSONS:
        viewers = viewers.exclude(agency_id=actor.agency_id).filter(pk__in=spokespeople(note.partnership))
    told = set(viewers.values_list("pk", flat=True))
    again = set() if is_new else told & notices.whose_was_taken_back(note)
    _tell_of(note, told - again, "shared")
    if again:
        _tell_of(note, again, f"shared again {clock.now().isoformat()}")
    deliver_soon()


def _tell_of(note: Note, recipients: set[int], occasion: str) -> None:
    notify(kind=notices.SHARED, recipients=recipients, subject=note, occasion=occasion, **notices.facts_of(note))
