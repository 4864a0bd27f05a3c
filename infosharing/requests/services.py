"""Everything that changes a request. Each asked member decides for itself, once; the asker alone takes it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.tasks import deliver_soon
from foundation.words import one_line
from infosharing.notes.audiences import Choice
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.models import Note
from infosharing.notes.receiving import Matter, require_rules
from infosharing.requests import policy, telling
from infosharing.requests.grounds import Ground
from infosharing.requests.models import ANSWERS, MARKINGS, TRANSITIONS, Asked, InformationRequest, Status
from partnership.competences.models import Competence
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import require_own_membership
from partnership.membership.services import hold_own_membership

# longer ahead it is a commitment, not a question
FURTHEST = timedelta(days=365)
PUBLIC = "public"
NO_TITLE = "Say in a few words what it is about."


@dataclass(frozen=True, slots=True)
class Words:
    """What is asked, and on what it rests.

    Attributes:
        tlp: of `MARKINGS`: the answers are under it too.
        category: `Category`; asked for where a private member takes part and agreements decide what it receives.
        competence: of the partnership's register.
        asked_know_each_other: whether those asked may know who else is.
    """

    title: str
    question: str
    purpose: str
    legal_basis: str
    tlp: str
    due_on: date
    category: str = ""
    competence: Competence | None = None
    asked_know_each_other: bool = True


@transaction.atomic
def ask_members(
    *, actor: Actor, partnership: Partnership, members: Sequence[Membership], words: Words
) -> InformationRequest:
    """Ask other members of a partnership for information, for the actor's agency.

    Raises:
        NotAllowed: the actor is read-only, or of no active member.
        Invalid: nobody is asked, or somebody who does not take part, or oneself; something is not said; the marking is
            none for a request; the day is not ahead; no agreement in force lets a private member receive the question.
    """
    hold_own_membership(actor, partnership.pk)
    own = require_own_membership(actor, partnership)
    _require_said(words, partnership)
    asked = _require_members(members, partnership, own)
    require_receivable(actor, own, asked, tlp=words.tlp, category=words.category, field="to")
    found = InformationRequest.objects.create(
        partnership=partnership,
        asker=own,
        asked_by_id=actor.person_id,
        title=one_line(words.title, field="title", message=NO_TITLE),
        question=words.question.strip(),
        purpose=words.purpose.strip(),
        legal_basis=words.legal_basis.strip(),
        category=words.category,
        competence=words.competence,
        tlp=words.tlp,
        due_on=words.due_on,
        asked_know_each_other=words.asked_know_each_other,
        created_at=clock.now(),
    )
    Asked.objects.bulk_create(
        Asked(request=found, partnership=partnership, asker=own, member=member) for member in asked
    )
    record(verb="requests.asked", actor=actor, subject=found, tlp=words.tlp, members=len(asked))
    telling.that_they_are_asked(found, asked)
    deliver_soon()
    return found


def _require_said(words: Words, partnership: Partnership) -> None:
    wanted = {
        "title": NO_TITLE,
        "question": "Write the question.",
        "purpose": "Say for what purpose you need it: without one nobody can weigh it.",
        "legal_basis": "Name the legal basis on which you ask.",
    }
    for field, sentence in wanted.items():
        if not getattr(words, field).strip():
            raise Invalid(sentence, field=field)
    if words.tlp not in MARKINGS:
        labels = ", ".join(str(Tlp(tlp).label) for tlp in MARKINGS)
        raise Invalid(f"A request goes to agencies that you name: choose one of {labels}.", field="tlp")
    if not clock.today() < words.due_on <= clock.today() + FURTHEST:
        raise Invalid("Choose a day after today, and at most a year ahead.", field="due_on")
    if words.competence is not None and words.competence.partnership_id != partnership.pk:
        raise Invalid("Choose a competence of this partnership's register.", field="competence")


def _require_members(members: Sequence[Membership], partnership: Partnership, own: Membership) -> list[Membership]:
    wanted = {member.pk for member in members}
    if not wanted:
        raise Invalid("Choose at least one member to ask.", field="to")
    active = Membership.objects.active().filter(partnership=partnership, pk__in=wanted).exclude(pk=own.pk)
    # who leaves or is suspended meanwhile waits for this, or this for them
    found = list(active.select_related("agency", "partnership").select_for_update(of=("self",), no_key=True))
    if len(found) != len(wanted):
        raise Invalid("Choose active members of this partnership, other than your own agency.", field="to")
    return sorted(found, key=lambda member: (member.agency.name, member.pk))


def require_receivable(
    actor: Actor, giver: Membership, receivers: Sequence[Membership], *, tlp: str, category: str, field: str
) -> None:
    """Refuse to give words to a member that is no public agency, where agreements decide and none allows it.

    Among public agencies the marking alone decides: purpose and legal basis are said with each request, and weighed by
    who answers (docs/decisions/0011).

    Raises:
        Invalid: at `field`, or at the category where that is what is missing.
    """
    others = [member for member in receivers if member.agency.sector != PUBLIC]
    if not others:
        return
    choice = Choice(Audience.AGENCIES, members=others)
    try:
        require_rules(actor=actor, own=giver, choice=choice, matter=Matter(tlp, category))
    except Invalid as refusal:
        at_fault = refusal.field if refusal.field == "category" and field == "to" else field
        raise Invalid(refusal.message, field=at_fault) from refusal


# --- answering -----------------------------------------------------------------------------------
@transaction.atomic
def answer_request(
    *,
    actor: Actor,
    found: InformationRequest,
    outcome: str = Status.ANSWERED,
    answer: str = "",
    note: Note | None = None,
    reason: str = "",
) -> Asked:
    """Answer for the actor's agency: in full, in part, or with an offer of something else.

    Args:
        outcome: one of `ANSWERS`.
        answer: in words; of a counter-offer, what is offered instead.
        note: of the own agency, which the asker has.
        reason: of an answer in part, what is left out and why.

    Raises:
        NotAllowed: the actor's agency was not asked, or the actor is read-only.
        Invalid: nothing is answered, the note is not one with which it can be, or no agreement in force lets a private
            asker receive it.
        OutOfTurn: it was answered, refused or taken back already, or the asker does not take part at present.
    """
    row = _locked_row(actor, found)
    if outcome not in ANSWERS:
        raise Invalid("Choose how you answer: in full, in part, or with an offer of something else.", field="outcome")
    _require_open(row, outcome)
    answer, reason = answer.strip(), reason.strip()
    _require_answer(outcome, answer, note, reason)
    if note is not None:
        note = _require_note(actor, row, note)
    if answer:
        require_receivable(
            actor, row.member, [row.asker], tlp=row.request.tlp, category=row.request.category, field="answer"
        )
    if outcome == Status.COUNTER_OFFER:
        row.offer = answer
    else:
        row.answer, row.note = answer, note
        row.reason = reason if outcome == Status.PARTLY else ""
    return _decide(actor, row, outcome)


@transaction.atomic
def refuse_request(*, actor: Actor, found: InformationRequest, ground: str, reason: str) -> Asked:
    """Refuse for the actor's agency, on a ground and with a reason that the asker reads.

    Raises:
        NotAllowed: the actor's agency was not asked, or the actor is read-only.
        Invalid: it is none of the grounds, or there is no reason.
        OutOfTurn: it was answered, refused or taken back already, or the asker does not take part at present.
    """
    row = _locked_row(actor, found)
    if ground not in Ground.values:
        raise Invalid("Choose the ground on which you refuse.", field="ground")
    if not reason.strip():
        raise Invalid("Say why, in words that the asker can work with.", field="reason")
    _require_open(row, Status.REFUSED)
    row.ground, row.reason = ground, reason.strip()
    return _decide(actor, row, Status.REFUSED, ground=ground)


def _locked_row(actor: Actor, found: InformationRequest) -> Asked:
    hold_own_membership(actor, found.partnership_id)
    rows = Asked.objects.of_us(actor) if actor.may_write else Asked.objects.none()
    locked = (
        rows.filter(request=found)
        .select_related("request", "partnership", "member__agency", "member__partnership", "asker__agency")
        .select_for_update(of=("self",))
        .first()
    )
    if locked is None:
        raise NotAllowed(policy.ANSWERS)
    return locked


def _require_open(row: Asked, after: str) -> None:
    states.require(TRANSITIONS, before=row.status, after=after, thing="request")
    if row.request.withdrawn_at is not None:
        raise OutOfTurn("It was taken back: nobody needs an answer any more.")
    if row.asker.status != MembershipStatus.ACTIVE:
        raise OutOfTurn("The member that asked does not take part at present, so nobody would read it.")


def _require_answer(outcome: str, answer: str, note: Note | None, reason: str) -> None:
    if outcome == Status.COUNTER_OFFER:
        if not answer:
            raise Invalid("Say what you can give instead.", field="answer")
        if note is not None:
            raise Invalid("An offer is in words. With a note you answer, in full or in part.", field="note")
        return
    if not answer and note is None:
        raise Invalid("Answer in words, or choose a note, or both.", field="answer")
    if outcome == Status.PARTLY and not reason:
        raise Invalid("Say what is left out, and why.", field="reason")


def _require_note(actor: Actor, row: Asked, note: Note) -> Note:
    chosen = policy.answering_notes(actor, row.member, row.asker, row.partnership).filter(pk=note.pk).first()
    if chosen is None:
        raise Invalid("Choose a note of your agency that the member that asks can see.", field="note")
    return chosen


def _decide(actor: Actor, row: Asked, after: str, **detail: object) -> Asked:
    row.status, row.decided_by_id = after, actor.person_id
    row.decided_at, row.decided_on = clock.now(), clock.today()
    row.save()
    record(verb=f"requests.{after}", actor=actor, subject=row.request, **detail)
    telling.that_it_is_decided(actor, row)
    deliver_soon()
    return row


# --- taking back ---------------------------------------------------------------------------------
@transaction.atomic
def withdraw_request(*, actor: Actor, found: InformationRequest, reason: str) -> InformationRequest:
    """Take a request back: who has not answered need not any more. What was answered stays.

    Raises:
        NotAllowed: the actor is not of the member that asked, or read-only.
        Invalid: no reason was given.
        OutOfTurn: all have answered, or it was taken back already.
    """
    hold_own_membership(actor, found.partnership_id)
    ours = InformationRequest.objects.asked_by_us(actor) if actor.may_write else InformationRequest.objects.none()
    locked = ours.select_related("partnership", "asker__agency").select_for_update(of=("self",)).filter(pk=found.pk)
    request = locked.first()
    if request is None:
        raise NotAllowed(policy.TAKES_BACK)
    if not reason.strip():
        raise Invalid("Say why: those asked read it.", field="reason")
    waiting = Asked.objects.visible_to(actor).waiting().filter(request=request)
    # in the order of their keys, as whoever locks several
    rows = list(waiting.order_by("pk").select_related("member__agency").select_for_update(of=("self",)))
    if request.withdrawn_at is not None or not rows:
        raise OutOfTurn("Nobody is waited for any more, so there is nothing to take back.")
    for row in rows:
        row.status, row.decided_by_id = Status.WITHDRAWN, actor.person_id
        row.decided_at, row.decided_on = clock.now(), clock.today()
        row.save()
    request.withdrawn_at, request.withdrawal_reason = clock.now(), reason.strip()
    request.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    record(verb="requests.withdrawn", actor=actor, subject=request, members=len(rows))
    telling.that_it_is_taken_back(request, [row.member for row in rows])
    deliver_soon()
    return request
