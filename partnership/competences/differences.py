"""The statement of differences: what the register says of who can do what, as one value that can be signed."""

import hashlib
import json
from datetime import date
from typing import Any

from partnership.competences.facts import Facts
from partnership.competences.models import DecisionRight, Holding, Interest
from partnership.membership.models import Membership, Partnership

NOTHING: dict[str, list[Any]] = {"holds": [], "interests": []}


def content_of(partnership: Partnership, today: date) -> dict[str, Any]:
    """Return what a statement made today says; the same register always says the same.

    Members are told apart by their public ids, and `names` says what they are called. Members about which the register
    says nothing have no place in it: that one joins changes no statement.
    """
    names: dict[str, str] = {}
    members: dict[str, dict[str, list[Any]]] = {}

    def key_of(member: Membership) -> str:
        names[str(member.public_id)] = member.agency.name
        return str(member.public_id)

    def entry(member: Membership) -> dict[str, list[Any]]:
        return members.setdefault(key_of(member), {name: [] for name in NOTHING})

    held = Holding.objects.held(today).filter(partnership=partnership)
    told = held.select_related("membership__agency", "competence").with_needs()
    for holding in told.order_by("competence__name", "pk"):
        said = {"competence": holding.competence.name, **Facts.of(holding).as_json()}
        entry(holding.membership)["holds"].append(said)
    interests = Interest.objects.lasting().filter(partnership=partnership, membership__status="active")
    for interest in interests.select_related("membership__agency").order_by("text", "pk"):
        entry(interest.membership)["interests"].append(interest.text)
    subjects: dict[int, dict[str, Any]] = {}
    rights = DecisionRight.objects.filter(partnership=partnership, membership__status="active")
    for right in rights.select_related("membership__agency", "subject").order_by("subject__name", "right", "pk"):
        subject = right.subject
        row = subjects.setdefault(right.subject_id, {"name": subject.name, "note": subject.note, "rights": []})
        row["rights"].append([key_of(right.membership), right.right])
    for row in subjects.values():
        row["rights"].sort()
    return {"members": dict(sorted(members.items())), "subjects": list(subjects.values()), "names": names}


def fingerprint_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a statement, 64 hexadecimal digits. Another name of an agency makes no other statement."""
    said = {name: value for name, value in content.items() if name != "names"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def what_changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return in sentences what one statement says and another does not."""
    names = before["names"] | after["names"]
    found = []
    for key in sorted(before["members"].keys() | after["members"].keys(), key=lambda key: (names[key], key)):
        old, new = (side["members"].get(key, NOTHING) for side in (before, after))
        found += _of_member(names[key], old, new)
    old_subjects, new_subjects = ({row["name"]: row for row in side["subjects"]} for side in (before, after))
    for name in sorted(old_subjects.keys() | new_subjects.keys()):
        if old_subjects.get(name) != new_subjects.get(name):
            found.append(f"Who decides on “{name}” has changed.")
    return found


def _of_member(name: str, old: dict[str, list[Any]], new: dict[str, list[Any]]) -> list[str]:
    held, holds = ({row["competence"]: row for row in side["holds"]} for side in (old, new))
    changed = sorted(one for one in held.keys() & holds.keys() if held[one] != holds[one])
    found = [f"{name} now holds: {one}." for one in sorted(holds.keys() - held.keys())]
    found += [f"{name} holds no more: {one}." for one in sorted(held.keys() - holds.keys())]
    found += [f"{name} holds otherwise: {one}." for one in changed]
    if old["interests"] != new["interests"]:
        found.append(f"{name} has declared its interests anew.")
    return found
