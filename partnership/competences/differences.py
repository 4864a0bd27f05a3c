"""The statement of differences: what the register says of who can do what, as one value that can be signed."""

import hashlib
import json
from datetime import date
from typing import Any

from partnership.competences.facts import Facts
from partnership.competences.models import DecisionRight, Holding, Interest
from partnership.membership.models import Partnership


def content_of(partnership: Partnership, today: date) -> dict[str, Any]:
    """Return what a statement made today says; the same register always says the same.

    Members about which the register says nothing have no place in it: that one joins changes no statement.
    """
    members: dict[str, dict[str, Any]] = {}

    def entry(public_id: object, name: str) -> dict[str, Any]:
        return members.setdefault(str(public_id), {"name": name, "holds": [], "interests": []})

    holdings = Holding.objects.held(today).filter(partnership=partnership)
    for holding in holdings.select_related("membership__agency", "competence").prefetch_related(
        "need_rows__competence"
    ):
        said = {"competence": holding.competence.name, **Facts.of(holding).as_json()}
        entry(holding.membership.public_id, holding.membership.agency.name)["holds"].append(said)
    interests = Interest.objects.lasting().filter(partnership=partnership, membership__status="active")
    for interest in interests.select_related("membership__agency"):
        entry(interest.membership.public_id, interest.membership.agency.name)["interests"].append(interest.text)
    for member in members.values():
        member["holds"].sort(key=lambda said: said["competence"])
        member["interests"].sort()
    return {"members": dict(sorted(members.items())), "subjects": _subjects(partnership)}


def _subjects(partnership: Partnership) -> list[dict[str, Any]]:
    rights = DecisionRight.objects.filter(partnership=partnership, membership__status="active")
    by_subject: dict[int, list[tuple[str, str]]] = {}
    for right in rights.select_related("membership"):
        by_subject.setdefault(right.subject_id, []).append((str(right.membership.public_id), right.right))
    return [
        {"name": subject.name, "note": subject.note, "rights": [list(row) for row in sorted(by_subject[subject.pk])]}
        for subject in partnership.decision_subjects.order_by("name", "pk")
        if subject.pk in by_subject
    ]


def fingerprint_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a statement, 64 hexadecimal digits. Another name of an agency is no other statement."""
    members = {
        key: {name: value for name, value in member.items() if name != "name"}
        for key, member in content["members"].items()
    }
    text = json.dumps({**content, "members": members}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def what_changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return in sentences what one statement says and another does not."""
    found = []
    for key in sorted(before["members"].keys() | after["members"].keys()):
        old, new = before["members"].get(key, NOTHING), after["members"].get(key, NOTHING)
        found += _of_member(new["name"] or old["name"], old, new)
    old_subjects = {row["name"]: row for row in before["subjects"]}
    new_subjects = {row["name"]: row for row in after["subjects"]}
    for name in sorted(old_subjects.keys() | new_subjects.keys()):
        if old_subjects.get(name) != new_subjects.get(name):
            found.append(f"Who decides on “{name}” has changed.")
    return found


NOTHING: dict[str, Any] = {"name": "", "holds": [], "interests": []}


def _of_member(name: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    held, holds = ({row["competence"]: row for row in side["holds"]} for side in (old, new))
    found = [f"{name} now holds: {one}." for one in sorted(holds.keys() - held.keys())]
    found += [f"{name} holds no more: {one}." for one in sorted(held.keys() - holds.keys())]
    found += [
        f"{name} holds otherwise: {one}." for one in sorted(held.keys() & holds.keys()) if held[one] != holds[one]
    ]
    if old["interests"] != new["interests"]:
        found.append(f"{name} has declared its interests anew.")
    return found
