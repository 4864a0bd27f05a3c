"""The text of a version as one value: what its hash is made of, and what two versions have in common."""

import hashlib
import json
from typing import Any

from partnership.agreements.models import MATERIAL_KINDS, Clause, SharingRule, Side, Version


def canonical(version: Version) -> dict[str, Any]:
    """Return all that a signature is under: title, kind, number, end, notice, parties, and clauses with their rules.

    What a version does not say has no place in it at all: so texts that were signed before rules and notice could be
    written keep the hash that they were signed under.
    """
    rules = _rules_by_clause(version)
    said: dict[str, Any] = {
        "title": version.agreement.title,
        "kind": version.agreement.kind,
        "number": version.number,
        "ends_on": version.ends_on.isoformat() if version.ends_on else None,
        "parties": sorted(
            [signatory.membership.agency.code, signatory.function]
            for signatory in version.signatories.select_related("membership__agency")
        ),
        "clauses": [
            {
                "number": clause.number,
                "kind": clause.kind,
                "heading": clause.heading,
                "text": clause.text,
                **({"rules": rules[clause.pk]} if clause.pk in rules else {}),
            }
            for clause in version.clauses.order_by("number")
        ],
    }
    if version.notice_days is not None:
        said["notice_days"] = version.notice_days
    return said


def rule_content(rule: SharingRule) -> dict[str, Any]:
    """Return what a rule says, the same whenever it says the same. Its `members` are read, each with its member.

    Members are told apart by their public id: codes and names of agencies may change, and change no agreement.
    """
    return {
        "from": "any" if rule.from_any else sorted(_ids(rule, Side.GIVES)),
        "to": "any" if rule.to_any else sorted(_ids(rule, Side.RECEIVES)),
        "category": rule.category,
        "purpose": rule.purpose,
        "legal_basis": rule.legal_basis,
        "personal_data": sorted(rule.personal_data),
        "onward": rule.onward,
        "until": rule.until.isoformat() if rule.until else None,
    }


def _ids(rule: SharingRule, side: str) -> list[str]:
    return [str(row.membership.public_id) for row in rule.members.all() if row.side == side]


def _rules_by_clause(version: Version) -> dict[int, list[dict[str, Any]]]:
    """Return what the rules of each clause say; their order says nothing, so they are sorted."""
    found: dict[int, list[dict[str, Any]]] = {}
    for rule in version.rules.prefetch_related("members__membership"):
        found.setdefault(rule.clause_id, []).append(rule_content(rule))
    return {clause: sorted(rules, key=_text) for clause, rules in found.items()}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(version: Version) -> str:
    """Return the SHA-256 of the text, 64 hexadecimal digits; the same text always has the same one."""
    return hashlib.sha256(_text(canonical(version)).encode()).hexdigest()


def material_differences(before: Version, after: Version) -> list[str]:
    """Return what binds members otherwise than the earlier version, in words; empty if nothing does.

    Parties, duration, notice, sharing rules, and clauses of purpose, duty, sharing and duration bind; a definition made
    clearer does not.
    """
    found = []
    if _parties(before) != _parties(after):
        found.append("the signatories")
    if before.ends_on != after.ends_on:
        found.append("the day on which it ends")
    if before.notice_days != after.notice_days:
        found.append("the days of notice")
    old, new = _binding(before), _binding(after)
    rules = {**_rules_by_clause(before), **_rules_by_clause(after)}
    changed = [clause for lineage, clause in new.items() if _words(old.get(lineage), rules) != _words(clause, rules)]
    dropped = [clause for lineage, clause in old.items() if lineage not in new]
    found += [f"clause {clause.number}, {clause.heading}" for clause in changed]
    found += [f"clause {clause.number} of the earlier version, {clause.heading}" for clause in dropped]
    return found


def _parties(version: Version) -> set[tuple[int, str]]:
    return set(version.signatories.values_list("membership_id", "function"))


def _binding(version: Version) -> dict[Any, Clause]:
    return {clause.lineage: clause for clause in version.clauses.filter(kind__in=MATERIAL_KINDS).order_by("number")}


def _words(clause: Clause | None, rules: dict[int, list[dict[str, Any]]]) -> tuple[str, ...] | None:
    return (clause.kind, clause.heading, clause.text, _text(rules.get(clause.pk, []))) if clause else None
