"""A statement of differences as its page tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from partnership.competences import facts
from partnership.competences.models import Right


@dataclass(frozen=True, slots=True)
class Held:
    """A competence that a member holds, with its facts in words."""

    competence: str
    words: str


@dataclass(frozen=True, slots=True)
class MemberTold:
    """What a statement says of a member.

    Attributes:
        cannot: what others hold and it does not.
    """

    name: str
    holds: list[Held]
    cannot: list[str]
    interests: list[str]


@dataclass(frozen=True, slots=True)
class SubjectTold:
    """Who decides on a subject: each right in words with the names of who has it."""

    name: str
    note: str
    rights: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StatementTold:
    members: list[MemberTold]
    subjects: list[SubjectTold]


def in_words(content: dict[str, Any]) -> StatementTold:
    """Return a statement's content (`partnership.competences.differences.content_of`) as a page tells it."""
    members, names = content["members"], content["names"]
    everything = sorted({row["competence"] for member in members.values() for row in member["holds"]})
    told = [_member(names[key], member, everything) for key, member in members.items()]
    return StatementTold(
        members=sorted(told, key=lambda member: member.name),
        subjects=[_subject(row, names) for row in content["subjects"]],
    )


def _member(name: str, member: dict[str, list[Any]], everything: list[str]) -> MemberTold:
    holds = [
        Held(row["competence"], "; ".join(f"{label.lower()}: {words}" for label, words in _facts(row)))
        for row in member["holds"]
    ]
    held = {one.competence for one in holds}
    return MemberTold(name, holds, [one for one in everything if one not in held], member["interests"])


def _facts(row: dict[str, Any]) -> Iterable[tuple[str, str]]:
    return facts.in_words(facts.Facts.from_json(row)).items()


def _subject(row: dict[str, Any], names: dict[str, str]) -> SubjectTold:
    by_right = {
        str(right.label): ", ".join(sorted(names[member] for member, given in row["rights"] if given == right))
        for right in Right
    }
    return SubjectTold(row["name"], row["note"], [(label, who) for label, who in by_right.items() if who])
