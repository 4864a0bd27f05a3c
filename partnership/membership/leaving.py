"""What it means that a member leaves. Rooms register what they know of; this room knows none of them.

A list holds things of the member that another may take over, such as its commitments. A question is what the member
decides about the rest, such as its notes. A notice period is how long before the member has to say that it leaves.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

from accounts.people.actor import Actor
from accounts.people.models import Person
from partnership.membership.models import Departure, Membership, Partnership


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is handed over, as its room shows it."""

    title: str
    url: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class HandOverList:
    """Things of one room that a leaving member hands over.

    Attributes:
        room: stable name; it is stored.
        one: what one of them is called.
        many: what several are called.
        asked: what a member is told that is to take one over from %(agency)s; marked for translation.
        open_of: the public ids of what a member has open, in order.
        describe: what an actor may know of things, by their public ids; what the actor does not see is left out.
        may_take: refuses a member that cannot have it, with an `Invalid` at the field "taker".
        pass_on: lets another member have one on the day; the person agreed for that member, if they are still known.
        end: ends one on the day, with a reason.
    """

    room: str
    one: str
    many: str
    asked: str | Promise
    open_of: Callable[[Membership], list[UUID]]
    describe: Callable[[Actor, Partnership, Collection[UUID]], dict[UUID, Thing]]
    may_take: Callable[[UUID, Membership], None]
    pass_on: Callable[[Departure, UUID, Membership, Person | None], None]
    end: Callable[[Departure, UUID, str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a leaving member decides beforehand.

    Attributes:
        room: stable name; it is stored.
        label: the question.
        options: value and words of each answer.
        told: what others read of an answer, by its value.
        effect: what an answer does, in numbers, for somebody of the member.
        on_the_day: does it, before the membership ends; returns how many things it changed.
    """

    room: str
    label: str
    options: tuple[tuple[str, str], ...]
    told: Mapping[str, str]
    effect: Callable[[Actor, Membership, str], str]
    on_the_day: Callable[[Departure, str], int]


NoticePeriod = Callable[[Membership], int]

_lists: dict[str, HandOverList] = {}
_questions: dict[str, Question] = {}
_notice_periods: list[NoticePeriod] = []


def register_list(added: HandOverList) -> None:
    """Add a room's hand-over list."""
    _lists[added.room] = added


def register_question(added: Question) -> None:
    """Add what a room asks of who leaves."""
    _questions[added.room] = added


def register_notice_period(provider: NoticePeriod) -> NoticePeriod:
    """Add a room's answer to "how many days before does this member say that it leaves?"."""
    _notice_periods.append(provider)
    return provider


def lists() -> list[HandOverList]:
    return list(_lists.values())


def known(room: str) -> HandOverList:
    """Return the list of a room.

    Raises:
        KeyError: no room of this name registered one.
    """
    return _lists[room]


def list_of(room: str) -> HandOverList | None:
    return _lists.get(room)


def questions() -> list[Question]:
    return list(_questions.values())


def notice_days(membership: Membership) -> int:
    """Return the longest notice that binds a member; 0 where none does."""
    return max((provider(membership) for provider in _notice_periods), default=0)
