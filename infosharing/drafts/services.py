"""Everything that changes a draft. What is released becomes a note in the same transaction, and the draft is gone."""

from django.db import connection, transaction

from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from infosharing.drafts import policy, telling, typed
from infosharing.drafts.models import FORGOTTEN_AFTER, TRANSITIONS, Draft, Status
from infosharing.notes import services as notes
from infosharing.notes.forms import NoteForm
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.models import Note
from infosharing.notes.policy import may_edit
from partnership.membership.models import Partnership
from partnership.membership.services import hold_own_membership


@transaction.atomic
def begin(*, actor: Actor, partnership: Partnership, data: typed.Typed, note: Note | None = None) -> Draft:
    """Keep what was typed as a draft: of a new note, or of a change of one.

    Args:
        data: by the field's name, what was typed into it (`typed.typed_of`).
        note: that it changes.

    Raises:
        NotAllowed: the actor may not write here, or not change that note.
        OutOfTurn: somebody is changing that note already.
    """
    hold_own_membership(actor, partnership.pk)
    own = policy.own_membership(actor, partnership)
    if own is None or not policy.may_draft(actor, partnership):
        raise NotAllowed(policy.WRITES)
    if note is not None:
        _require_changeable(actor, note)
    draft = Draft(partnership=partnership, member=own, author_id=actor.person_id, note=note, created_at=clock.now())
    _fill(draft, data)
    draft.save()
    record(verb="drafts.begun", actor=actor, subject=draft)
    return draft


@transaction.atomic
def change(*, actor: Actor, draft: Draft, data: typed.Typed, edition: int) -> Draft:
    """Keep what was typed in place of what the draft had.

    Args:
        edition: which it was typed over.

    Raises:
        NotAllowed: the actor is not its author.
        OutOfTurn: a colleague is asked to release it; take that back first. Or it was saved meanwhile.
    """
    draft = _own(actor, draft)
    if draft.status == Status.ASKED:
        raise OutOfTurn("A colleague has it before them. Take it back first.")
    if draft.edition != edition:
        raise OutOfTurn("It was saved in another window since you opened it here. Look at that first.")
    _fill(draft, data)
    draft.edition += 1
    draft.save()
    return draft


@transaction.atomic
def ask_release(*, actor: Actor, draft: Draft, of: Person | None) -> Draft:
    """Ask a colleague to look at a draft and release it; it must be fit to be shared as it is.

    Args:
        of: whom; nobody means whichever colleague comes first. Who sees a draft for named people is named.

    Raises:
        NotAllowed: the actor is not its author.
        Invalid: something of it is not filled in right, or there is no such colleague.
        OutOfTurn: somebody is asked already.
    """
    draft = _own(actor, draft)
    states.require(TRANSITIONS, before=draft.status, after=Status.ASKED, thing="draft")
    if of is None and draft.tlp == Tlp.RED:
        raise Invalid("Name the colleague who may read it: it is for named people.", field="of")
    if of is not None and not telling.colleagues(draft).filter(pk=of.pk).exists():
        raise Invalid("Ask a colleague who may write notes.", field="of")
    _require_finished(draft, actor)
    draft.status, draft.asked_of, draft.asked_at, draft.updated_at = Status.ASKED, of, clock.now(), clock.now()
    draft.sent_back_by, draft.sent_back_because = None, ""
    draft.save()
    record(verb="drafts.asked", actor=actor, subject=draft)
    telling.that_it_waits(draft)
    return draft


@transaction.atomic
def take_back(*, actor: Actor, draft: Draft) -> Draft:
    """Go on writing: nobody is asked any more.

    Raises:
        NotAllowed: the actor is not its author.
        OutOfTurn: nobody is asked.
    """
    draft = _own(actor, draft)
    _write_on(draft)
    draft.save()
    record(verb="drafts.taken_back", actor=actor, subject=draft)
    telling.that_nobody_is_asked(draft)
    return draft


@transaction.atomic
def send_back(*, actor: Actor, draft: Draft, reason: str) -> Draft:
    """Return a draft to its author, with what should be different.

    Raises:
        NotAllowed: the actor is not the colleague who is asked.
        Invalid: no reason was given.
        OutOfTurn: nobody is asked.
    """
    if not reason.strip():
        raise Invalid("Say what should be different.", field="reason")
    draft = _asked(actor, draft)
    _write_on(draft)
    draft.sent_back_by_id, draft.sent_back_because = actor.person_id, reason.strip()
    draft.save()
    record(verb="drafts.sent_back", actor=actor, subject=draft)
    telling.that_nobody_is_asked(draft)
    telling.that_it_came_back(draft)
    return draft


@transaction.atomic
def release(*, actor: Actor, draft: Draft, edition: int) -> Note:
    """Share what a colleague wrote, as it stands: the note is theirs, and says who released it.

    Args:
        edition: which the actor has read.

    Returns:
        The note. To named people it is out of the actor's sight again once this is done, unless they are one of them.

    Raises:
        NotAllowed: the actor is not the colleague who is asked.
        Invalid: it can no longer be shared like that.
        OutOfTurn: nobody is asked, or it is not the edition that was read, or the note was changed since.
    """
    draft = _asked(actor, draft)
    if draft.edition != edition:
        raise OutOfTurn("It was changed since you read it. Read it again.")
    author = draft.author
    if not author.is_active or author.agency_id != draft.member.agency_id:
        raise OutOfTurn("Its author is no longer of your agency. Write it yourself, and ask a colleague.")
    writer = actor_for(author)
    form = _require_finished(draft, writer)
    note = _as_note(actor, draft, form, writer=writer)
    record(verb="drafts.released", actor=actor, subject=draft, note=str(note.public_id))
    telling.that_nobody_is_asked(draft)
    telling.that_it_is_released(draft, note)
    draft.delete()
    return note


@transaction.atomic
def share(*, actor: Actor, draft: Draft) -> Note:
    """Share one's own draft as it stands, where no colleague has to release it.

    Raises:
        NotAllowed: the actor is not its author.
        Invalid: something of it is not filled in right, or a colleague has to release it.
        OutOfTurn: the note was changed since.
    """
    draft = _own(actor, draft)
    note = _as_note(actor, draft, _require_finished(draft, actor), writer=None)
    record(verb="drafts.shared", actor=actor, subject=draft, note=str(note.public_id))
    telling.that_nobody_is_asked(draft)
    draft.delete()
    return note


@transaction.atomic
def discard(*, actor: Actor, draft: Draft) -> Draft:
    """Throw a draft away, with every word of it.

    Raises:
        NotAllowed: the actor is not its author, nor the lead in place of one who has left.
    """
    draft = _locked(actor, draft)
    if not policy.may_discard(actor, draft):
        raise NotAllowed(policy.CHANGES)
    telling.that_nobody_is_asked(draft)
    record(verb="drafts.discarded", actor=actor, subject=draft)
    draft.delete()
    return draft


@transaction.atomic
def discard_forgotten() -> int:
    """Throw away what nobody went on with, and the drafts of members that left.

    Returns:
        How many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight.discard_drafts(%s)", [clock.now() - FORGOTTEN_AFTER])
        gone = [Draft(public_id=public_id) for (public_id,) in cursor.fetchall()]
    for draft in gone:
        telling.that_nobody_is_asked(draft)
        record(verb="drafts.forgotten", actor=None, subject=draft)
    return len(gone)


def _require_changeable(actor: Actor, note: Note) -> None:
    # one at a time: whoever comes second finds the first one's draft
    note = Note.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=note.pk).first() or note
    if not may_edit(actor, note):
        raise NotAllowed("Only the agency that wrote this note may change it; a note to named people, only its author.")
    if note.audience == Audience.PERSONS:
        raise Invalid("A colleague may not read a note to named people. Withdraw it, and write another.")
    if Draft.objects.visible_to(actor).filter(note=note).exists():
        raise OutOfTurn("There is a draft that changes this note already. It is among the drafts of your agency.")


def _as_note(actor: Actor, draft: Draft, form: NoteForm, *, writer: Actor | None) -> Note:
    """Make the note, or the change of one, that a draft is."""
    if draft.note is None or draft.note_stood_at is None:
        return notes.share_note(actor=actor, writer=writer, partnership=draft.partnership, **form.arguments())
    rows = Note.objects.visible_to(actor).select_for_update(of=("self",))
    note = rows.filter(pk=draft.note.pk, updated_at=draft.note_stood_at).first()
    if note is None:
        raise OutOfTurn(typed.CHANGED_SINCE)
    return notes.edit_note(actor=actor, writer=writer, note=note, **form.arguments())


def _fill(draft: Draft, data: typed.Typed) -> None:
    draft.typed = {name: list(values) for name, values in data.items()}
    draft.title, draft.tlp = typed.title_of(data), typed.marking_of(data)
    draft.updated_at = clock.now()
    if draft.note is not None:
        if draft.tlp == Tlp.RED:
            raise Invalid("A change cannot mark a note for named people. Withdraw it, and write another.", field="tlp")
        draft.note_stood_at = draft.note.updated_at


def _write_on(draft: Draft) -> None:
    states.require(TRANSITIONS, before=draft.status, after=Status.WRITING, thing="draft")
    draft.status, draft.asked_of, draft.asked_at = Status.WRITING, None, None
    draft.updated_at = clock.now()


def _require_finished(draft: Draft, writer: Actor) -> NoteForm:
    form = typed.form_of(draft, writer)
    for label, words in typed.faults_of(draft, form, writer):
        raise Invalid(f"It cannot be shared as it is. {label}: {words}")
    return form


def _locked(actor: Actor, draft: Draft) -> Draft:
    hold_own_membership(actor, draft.partnership_id)
    rows = Draft.objects.visible_to(actor).select_related("partnership", "member__agency", "author", "note__owner")
    locked = rows.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if locked is None:
        raise OutOfTurn("There is no such draft any more: it was released, or thrown away.")
    return locked


def _own(actor: Actor, draft: Draft) -> Draft:
    locked = _locked(actor, draft)
    if not policy.may_change(actor, locked):
        raise NotAllowed(policy.CHANGES)
    return locked


def _asked(actor: Actor, draft: Draft) -> Draft:
    locked = _locked(actor, draft)
    if locked.status != Status.ASKED:
        raise OutOfTurn("Nobody is asked to release it at present.")
    if not policy.may_release(actor, locked):
        raise NotAllowed(policy.RELEASES)
    return locked
