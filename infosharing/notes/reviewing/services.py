"""What can be done about a note's review date; narrowing its audience is an edit, letting it pass destroys it."""

from datetime import date, timedelta

from django.db import connection, transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from infosharing.notes import notices
from infosharing.notes.basis import LONGEST_WITH_PERSONAL_DATA
from infosharing.notes.models import Note, Prolongation
from infosharing.notes.reviewing import notices as review_notices
from infosharing.notes.reviewing.models import TRANSITIONS, Status
from infosharing.readers.services import tell_unattended
from partnership.membership.models import Membership
from partnership.membership.services import hold_own_membership

LONGEST = timedelta(days=366)
SAID = "Its review date passed, and nobody prolonged it."
NAMED_AHEAD = timedelta(days=14)


@transaction.atomic
def prolong_note(*, actor: Actor, note: Note, until: date, reason: str) -> Prolongation:
    """Keep a note beyond its review date: at once the first time, after that if the coordinator agrees.

    Raises:
        NotAllowed: the actor is not of the originator; or, where people are named, is not the author.
        Invalid: no reason, or a day that is none to keep it until, or it was asked for already.
    """
    hold_own_membership(actor, note.partnership_id)
    locked = Note.objects.editable_by(actor).select_for_update(of=("self",)).filter(pk=note.pk).first()
    if locked is None:
        raise NotAllowed("Only the agency that wrote this note may prolong it; one to named people, only its author.")
    _require_day(locked, until)
    if not reason.strip():
        raise Invalid("Say why it is still needed.", field="reason")
    before = Prolongation.objects.filter(note=locked)
    if before.waiting().exists():
        raise Invalid("The coordinator was asked already, and has not answered yet.")
    is_first = not before.filter(status=Status.AGREED).exists()
    made = Prolongation.objects.create(
        note=locked, partnership_id=locked.partnership_id, member_id=locked.owner_id, tlp=locked.tlp,
        stood_on=locked.review_on, until=until, reason=reason.strip(),
        status=Status.AGREED if is_first else Status.ASKED, asked_by_id=actor.person_id, asked_at=clock.now(),
    )  # fmt: skip
    record(verb="notes.prolonged" if is_first else "notes.prolongation_asked", actor=actor, subject=locked)
    if not is_first:
        _tell_coordinator(actor, made)
    return made


def _require_day(note: Note, until: date) -> None:
    today = clock.today()
    latest = today + (LONGEST_WITH_PERSONAL_DATA if note.personal_data else LONGEST)
    if until <= max(today, note.review_on):
        raise Invalid("Choose a day after today and after its review date.", field="until")
    if until > latest:
        why = "With personal data it is reviewed sooner: choose" if note.personal_data else "Choose"
        raise Invalid(f"{why} {latest.day} {latest:%B %Y} or an earlier day.", field="until")


def _tell_coordinator(actor: Actor, asked: Prolongation) -> None:
    agencies = Membership.objects.active().filter(partnership=asked.partnership_id, role="coordinator").values("agency")
    people = Person.objects.active().human().filter(agency__in=agencies, role__in=("lead", "staff"))
    notify(
        kind=review_notices.ASKED,
        recipients=people.exclude(pk=actor.person_id).values_list("pk", flat=True),
        subject=asked,
        occasion="asked",
        by=asked.member.agency.name,
        partnership=asked.partnership.name,
        slug=asked.partnership.slug,
    )
    deliver_soon()


@transaction.atomic
def answer_prolongation(*, actor: Actor, prolongation: Prolongation, agreed: bool, reason: str = "") -> Prolongation:
    """Agree that a note is kept longer, or not; as the coordinator, and not as who asked.

    Raises:
        NotAllowed: the actor does not coordinate the partnership, is read-only, or asked it.
        Invalid: it is refused without a reason.
        OutOfTurn: it was answered already.
    """
    seen = Prolongation.objects.visible_to(actor).select_related("partnership", "member__agency")
    found = seen.filter(pk=prolongation.pk).first()
    after = Status.AGREED if agreed else Status.REFUSED
    if found is not None and found.status != Status.ASKED:
        states.require(TRANSITIONS, before=found.status, after=after, thing="prolongation")
    waiting = Prolongation.objects.to_answer_by(actor).select_for_update(of=("self",)).filter(pk=prolongation.pk)
    if found is None or not waiting:
        raise NotAllowed("Only the coordinator may answer this, and not who asked it.")
    if not agreed and not reason.strip():
        raise Invalid("Say why not: its originator reads it.", field="reason")
    found.status, found.answer = after, reason.strip()
    found.answered_by_id, found.answered_at = actor.person_id, clock.now()
    found.save(update_fields=["status", "answer", "answered_by", "answered_at"])
    record(verb=f"notes.prolongation_{after.value}", actor=actor, subject=found)
    withdraw_notices(kind=review_notices.ASKED, subject=found)
    notify(
        kind=review_notices.ANSWERED, recipients=[found.asked_by_id], subject=found, occasion="answered",
        answer=after.value, partnership=found.partnership.name, slug=found.partnership.slug,
    )  # fmt: skip
    deliver_soon()
    return found


@transaction.atomic
def keep_review_dates() -> int:
    """Destroy the notes whose review date has passed, and tell authors of notes to named people before it comes.

    The database does it, since nobody reads at that hour; it gives out ids alone.

    Returns:
        How many were destroyed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight.destroy_notes_past_review(%s, %s)", [SAID, clock.today()])
        gone = [public_id for (public_id,) in cursor.fetchall()]
        cursor.execute("SELECT * FROM sight.named_notes_to_review(%s)", [clock.today() + NAMED_AHEAD])
        named = cursor.fetchall()
    for public_id in gone:
        subject = Note(public_id=public_id)
        notices.take_back(subject)
        withdraw_notices(kind=review_notices.NAMED, subject=subject)
        tell_unattended(public_id)
        record(verb="notes.destroyed_at_review", actor=None, subject=subject)
    for public_id, author, day in named:
        notify(
            kind=review_notices.NAMED, recipients=[author], subject=Note(public_id=public_id),
            occasion=day.isoformat(), day=day.isoformat(),
        )  # fmt: skip
    return len(gone)
