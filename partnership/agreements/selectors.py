"""Reads of agreements that pages need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When

from accounts.people.actor import Actor
from partnership.agreements import policy
from partnership.agreements.comparing import Piece, Sides, compare
from partnership.agreements.content import hash_of
from partnership.agreements.models import (
    Agreement,
    Annex,
    Clause,
    SharingRule,
    Signature,
    Status,
    Version,
    VersionChange,
)
from partnership.membership.models import Membership, Partnership

# What a reader wants to see first: what is in force, then what is in the making, then what was.
STANDING_FIRST = Case(
    When(status__in=("in_force", "under_review"), then=Value(0)),
    When(status__in=("open_for_signature", "consultation", "draft"), then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def versions(actor: Actor, partnership: Partnership) -> models.QuerySet[Version]:
    """Return all versions of a partnership's agreements that an actor sees."""
    return (
        Version.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("agreement__partnership", "partnership")
    )


def agreements(actor: Actor, partnership: Partnership) -> list[Version]:
    """Return one version of each agreement that an actor sees: the one in force, else the newest; by title."""
    seen = Version.objects.visible_to(actor).filter(agreement=OuterRef("agreement"))
    first = seen.annotate(rank=STANDING_FIRST).order_by("rank", "-number").values("pk")[:1]
    chosen = versions(actor, partnership).filter(pk=Subquery(first)).order_by("agreement__title", "pk")
    return with_signatures(list(chosen.prefetch_related("signatories", "signatures")))


def with_signatures(rows: list[Version]) -> list[Version]:
    """Give each version `signed` and `to_be_signed`, how many of its required functions signed and how many must; and
    `said`, the same in words."""
    for version in rows:
        done = {
            (signature.membership_id, signature.function)
            for signature in version.signatures.all()
            if signature.version_hash == version.content_hash
        }
        needed = [(row.membership_id, row.function) for row in version.signatories.all()]
        version.signed = sum(pair in done for pair in needed)  # type: ignore[attr-defined]
        version.to_be_signed = len(needed)  # type: ignore[attr-defined]
        version.said = [f"{version.signed} of {version.to_be_signed} signed"]  # type: ignore[attr-defined]
    return rows


HEAD = ("title", "kind", "version", "status", "in force since", "signed", "to be signed", "review date", "ends on")


def row(version: Any) -> Sequence[object]:
    return (
        version.agreement.title,
        version.agreement.kind,
        version.number,
        version.status,
        version.in_force_on,
        version.signed,
        version.to_be_signed,
        version.review_on,
        version.ends_on,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of "who has signed": a function of a member, and its signature if there is one."""

    agency: str
    function: str
    signature: Signature | None
    is_accession: bool = False


def signature_lines(version: Version) -> list[Line]:
    """Return who had to sign, who signed and who joined later, for the text that binds under this version."""
    signed = policy.signed_version(version)
    signatures = list(signed.signatures.counting().select_related("membership__agency"))
    by_function = {(signature.membership_id, signature.function): signature for signature in signatures}
    required = list(signed.signatories.select_related("membership__agency").order_by("pk"))
    keys = {(signatory.membership_id, signatory.function) for signatory in required}
    lines = [
        Line(row.membership.agency.name, row.function, by_function.get((row.membership_id, row.function)))
        for row in required
    ]
    joined = [signature for key, signature in by_function.items() if key not in keys]
    return lines + [
        Line(signature.membership.agency.name, signature.function, signature, is_accession=True) for signature in joined
    ]


def members_without_signature(version: Version) -> list[str]:
    """Return the active members that neither signed what is in force nor joined it since."""
    if version.status not in {Status.IN_FORCE, Status.UNDER_REVIEW}:
        return []
    signed = Signature.objects.counting().filter(version=policy.signed_version(version))
    members = Membership.objects.active().filter(partnership=version.partnership_id)
    silent = members.exclude(pk__in=signed.values("membership"))
    return list(silent.by_agency_name().values_list("agency__name", flat=True))


def text_is_as_signed(version: Version) -> bool:
    """Whether the text as it stands is the one whose hash was signed; true for what nobody was asked to sign yet."""
    return (
        not version.content_hash
        or version.status in {Status.DRAFT, Status.CONSULTATION}
        or (hash_of(version) == version.content_hash)
    )


def history(version: Version) -> list[dict[str, object]]:
    """Return the steps of a version as a timeline, newest first."""
    changes = VersionChange.objects.filter(version=version).select_related("by__agency").order_by("-pk")
    return [
        {
            "title": str(Status(change.after).label).capitalize(),
            "when": change.at,
            "who": f"{change.by.name}, {change.by.agency}" if change.by else "",
            "text": change.reason,
        }
        for change in changes
    ]


def clauses_with_remarks(version: Version) -> list[Clause]:
    """Return the clauses in order, each with its sharing rules and the remarks made on it."""
    remarks = models.Prefetch("remarks", version.remarks.select_related("membership__agency", "person").order_by("pk"))
    rules = models.Prefetch("rules", SharingRule.objects.with_words().order_by("pk"))
    return list(version.clauses.select_related("version").order_by("number").prefetch_related(remarks, rules))


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause in two versions, side by side; one side is None where it was added or dropped.

    Attributes:
        rules_before: its sharing rules in words, and whether the other side has none that says the same.
        rules_after: likewise.
    """

    before: Clause | None
    after: Clause | None
    heading: Sides
    text: Sides
    rules_before: tuple[Piece, ...] = ()
    rules_after: tuple[Piece, ...] = ()

    @property
    def is_same(self) -> bool:
        return (
            self.before is not None
            and self.after is not None
            and self.heading.is_same
            and self.text.is_same
            and not any(rule.is_changed for rule in (*self.rules_before, *self.rules_after))
        )


def differences(before: Version, after: Version) -> list[Difference]:
    """Return the clauses of two versions side by side, in the later one's order, then those that it dropped."""
    rules = models.Prefetch("rules", SharingRule.objects.with_words().order_by("pk"))
    old = {clause.lineage: clause for clause in before.clauses.order_by("number").prefetch_related(rules)}
    new = {clause.lineage: clause for clause in after.clauses.order_by("number").prefetch_related(rules)}
    pairs = [(old.get(lineage), clause) for lineage, clause in new.items()]
    dropped: Iterable[tuple[Clause | None, Clause | None]] = (
        (clause, None) for lineage, clause in old.items() if lineage not in new
    )
    return [_difference(left, right) for left, right in [*pairs, *dropped]]


def _difference(before: Clause | None, after: Clause | None) -> Difference:
    return Difference(
        before,
        after,
        compare(before.heading if before else "", after.heading if after else ""),
        compare(before.text if before else "", after.text if after else ""),
        _rules(before, after),
        _rules(after, before),
    )


def _rules(clause: Clause | None, other: Clause | None) -> tuple[Piece, ...]:
    there = [rule.in_words for rule in other.rules.all()] if other else []
    said = [rule.in_words for rule in clause.rules.all()] if clause else []
    return tuple(Piece(words, words not in there) for words in said)


def annexes(agreement: Agreement) -> list[Annex]:
    """Return the newest version of each annex, by name."""
    newest = Annex.objects.filter(agreement=agreement, name=OuterRef("name")).order_by("-number").values("pk")[:1]
    return list(Annex.objects.filter(agreement=agreement, pk=Subquery(newest)).order_by("name"))
