"""The text of a version as one value: what its hash is made of, and what two versions have in common."""

import hashlib
import json
from typing import Any

from partnership.agreements.models import MATERIAL_KINDS, Clause, Version


def canonical(version: Version) -> dict[str, Any]:
    """Return all that a signature is under: title, kind, number, end, parties and clauses, in order."""
    return {
        "title": version.agreement.title,
        "kind": version.agreement.kind,
        "number": version.number,
        "ends_on": version.ends_on.isoformat() if version.ends_on else None,
        "parties": sorted(
            [signatory.membership.agency.code, signatory.function]
            for signatory in version.signatories.select_related("membership__agency")
        ),
        "clauses": [
            {"number": clause.number, "kind": clause.kind, "heading": clause.heading, "text": clause.text}
            for clause in version.clauses.order_by("number")
        ],
    }


def hash_of(version: Version) -> str:
    """Return the SHA-256 of the text, 64 hexadecimal digits; the same text always has the same one."""
    text = json.dumps(canonical(version), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def material_differences(before: Version, after: Version) -> list[str]:
    """Return what binds members otherwise than the earlier version, in words; empty if nothing does.

    Parties, duration, and clauses of purpose, duty, sharing and duration bind; a definition made clearer does not.
    """
    found = []
    if _parties(before) != _parties(after):
        found.append("the signatories")
    if before.ends_on != after.ends_on:
        found.append("the day on which it ends")
    old, new = _binding(before), _binding(after)
    changed = [clause for lineage, clause in new.items() if _words(old.get(lineage)) != _words(clause)]
    dropped = [clause for lineage, clause in old.items() if lineage not in new]
    found += [f"clause {clause.number}, {clause.heading}" for clause in changed]
    found += [f"clause {clause.number} of the earlier version, {clause.heading}" for clause in dropped]
    return found


def _parties(version: Version) -> set[tuple[int, str]]:
    return set(version.signatories.values_list("membership_id", "function"))


def _binding(version: Version) -> dict[Any, Clause]:
    return {clause.lineage: clause for clause in version.clauses.filter(kind__in=MATERIAL_KINDS).order_by("number")}


def _words(clause: Clause | None) -> tuple[str, ...] | None:
    return (clause.kind, clause.heading, clause.text) if clause else None
