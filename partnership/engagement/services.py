"""Everything that changes groups and inputs."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import withdraw_notices
from partnership.engagement import policy, reminders
from partnership.engagement.models import ANSWER_WITHIN, TRANSITIONS, Group, Input, Status
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import require_coordinator, require_own_membership


# --- groups --------------------------------------------------------------------------------------
@transaction.atomic
def add_group(
    *, actor: Actor, partnership: Partnership, name: str, description: str = "", reached_through: str = ""
) -> Group:
    """Add people whom the partnership is for.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name, or there is one of this name already.
    """
    require_coordinator(actor, partnership)
    _require_new_name(partnership, name)
    group = Group.objects.create(
        partnership=partnership,
        name=name.strip(),
        description=description.strip(),
        reached_through=reached_through.strip(),
        created_at=clock.now(),
    )
    record(verb="engagement.group_added", actor=actor, subject=group)
    return group


@transaction.atomic
def revise_group(*, actor: Actor, group: Group, name: str, description: str = "", reached_through: str = "") -> Group:
    """Say anew who a group is and how it is reached.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name, or there is another one of this name.
    """
    require_coordinator(actor, group.partnership)
    group = Group.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=group.pk)
    _require_new_name(group.partnership, name, besides=group)
    group.name, group.description, group.reached_through = name.strip(), description.strip(), reached_through.strip()
    group.save()
    record(verb="engagement.group_revised", actor=actor, subject=group)
    return group


def _require_new_name(partnership: Partnership, name: str, *, besides: Group | None = None) -> None:
    if not name.strip():
        raise Invalid("Say how this group is called here.", field="name")
    # one at a time in a partnership: two of the same name must not both pass
    Partnership.objects.select_for_update(of=("self",), no_key=True).get(pk=partnership.pk)
    same = Group.objects.filter(partnership=partnership, name__iexact=name.strip())
    if same.exclude(pk=besides.pk if besides else 0).exists():
        raise Invalid("There is a group of this name already.", field="name")


# --- inputs --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Words:
    """What is recorded of an input.

    Attributes:
        group: who said it.
        said: in the recorder's words, without personal data.
        received_on: today or before.
        way: `Way`, how it was said.
        given_to: the member that answers.
        place: or district, in words.
    """

    group: Group
    said: str
    received_on: date
    way: str
    given_to: Membership
    place: str = ""

    def columns(self) -> dict[str, object]:
        return {
            "group": self.group,
            "said": self.said.strip(),
            "received_on": self.received_on,
            "answer_by": self.received_on + ANSWER_WITHIN,
            "way": self.way,
            "given_to": self.given_to,
            "place": self.place.strip(),
        }


@transaction.atomic
def record_input(*, actor: Actor, partnership: Partnership, words: Words) -> Input:
    """Put on record what a group said.

    Raises:
        NotAllowed: the actor is read-only, or of no active member.
        Invalid: nothing was said, the group or the member that answers is not of this partnership, or the day is yet to
            come.
    """
    own = require_own_membership(actor, partnership)
    _require_sound(partnership, words)
    if words.given_to.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="given_to")
    found = Input.objects.create(
        partnership=partnership,
        recorded_for=own,
        recorded_by_id=actor.person_id,
        recorded_at=clock.now(),
        **words.columns(),
    )
    record(verb="engagement.input_recorded", actor=actor, subject=found, way=words.way)
    return found


@transaction.atomic
def correct_input(*, actor: Actor, found: Input, words: Words) -> Input:
    """Put right what is on record. What stood there before is kept nowhere: personal data may have to go.

    Raises:
        NotAllowed: the actor neither coordinates nor recorded it, or it is answered and the actor does not coordinate.
        Invalid: as for `record_input`, or it would be received after it was answered.
    """
    found = _locked(found)
    if not policy.may_correct(actor, found):
        raise NotAllowed(policy.CORRECTS)
    _require_sound(found.partnership, words)
    if words.given_to.pk != found.given_to_id and words.given_to.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="given_to")
    if found.answered_on and words.received_on > found.answered_on:
        raise Invalid("It was answered before that day.", field="received_on")
    if words.received_on != found.received_on:
        withdraw_notices(kind=reminders.UNANSWERED.kind, subject=found)
    for column, value in words.columns().items():
        setattr(found, column, value)
    found.save()
    record(verb="engagement.input_corrected", actor=actor, subject=found)
    return found


@transaction.atomic
def answer_input(*, actor: Actor, found: Input, answer: str, answered_on: date) -> Input:
    """Say what was done with it, and on which day the group was told.

    Raises:
        NotAllowed: the actor is neither of the member to which it was given nor the coordinator.
        Invalid: nothing was answered, or the day is to come or before the input.
        OutOfTurn: it is settled already.
    """
    if not answer.strip():
        raise Invalid("Say what was done with it.", field="answer")
    if not found.received_on <= answered_on <= clock.today():
        raise Invalid("Choose a day from the one on which it was received until today.", field="answered_on")
    return _settle(actor, found, Status.ANSWERED, answer=answer.strip(), answered_on=answered_on)


@transaction.atomic
def turn_down_input(*, actor: Actor, found: Input, reason: str) -> Input:
    """Say why it is not taken up.

    Raises:
        NotAllowed: the actor is neither of the member to which it was given nor the coordinator.
        Invalid: no reason was given.
        OutOfTurn: it is settled already.
    """
    if not reason.strip():
        raise Invalid("Say why: whoever asks will want to know.", field="reason")
    return _settle(actor, found, Status.NOT_TAKEN_UP, reason=reason.strip())


def _settle(actor: Actor, found: Input, after: str, **columns: object) -> Input:
    policy.require_answerer(actor, found)
    found = _locked(found)
    states.require(TRANSITIONS, before=found.status, after=after, thing="input")
    found.status, found.settled_by_id, found.settled_at = after, actor.person_id, clock.now()
    for column, value in columns.items():
        setattr(found, column, value)
    found.save()
    withdraw_notices(kind=reminders.UNANSWERED.kind, subject=found)
    record(verb=f"engagement.input_{after}", actor=actor, subject=found)
    return found


def _locked(found: Input) -> Input:
    rows = Input.objects.select_related("partnership", "group", "given_to__agency").select_for_update(of=("self",))
    return rows.get(pk=found.pk)


def _require_sound(partnership: Partnership, words: Words) -> None:
    if not words.said.strip():
        raise Invalid("Say what was said, in your own words.", field="said")
    if words.group.partnership_id != partnership.pk:
        raise Invalid("Choose a group of this partnership.", field="group")
    if words.given_to.partnership_id != partnership.pk:
        raise Invalid("Choose an active member of this partnership.", field="given_to")
    if words.received_on > clock.today():
        raise Invalid("This day is still to come.", field="received_on")
