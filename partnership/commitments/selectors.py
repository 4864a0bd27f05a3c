"""Reads of commitments that their pages need."""

from typing import Any

from django.db import models

from accounts.people.actor import Actor
from foundation import clock
from partnership.commitments import listing, policy, recurrence
from partnership.commitments.models import UNDER_WAY, Commitment, CommitmentChange, Evidence, Status, What

commitments = listing.commitments


def is_overdue(commitment: Commitment) -> bool:
    return commitment.status in UNDER_WAY and commitment.due_on < clock.today()


def facts(commitment: Commitment) -> list[dict[str, Any]]:
    """Return what a commitment's page states beside its own parts, in order."""
    contributors = ", ".join(sorted(member.agency.name for member in commitment.contributors.all()))
    rhythm = recurrence.in_words(commitment.rule)
    return [
        {"key": "Member who promises", "value": commitment.owner.agency.name},
        {"key": "Person who does it", "value": commitment.person.name if commitment.person else ""},
        {"key": "Contributing", "value": contributors},
        _linked("Responsibility", commitment.responsibility),
        _linked("Clause", commitment.clause),
        _linked("Input", commitment.input),
        _linked("Competence that it needs", commitment.competence),
        {"key": "Repeats", "value": rhythm.capitalize()},
        {"key": "Reason", "value": commitment.reason},
    ]


def _linked(key: str, thing: Any) -> dict[str, Any]:
    if thing is None:
        return {"key": key, "value": ""}
    return {"key": key, "value": str(thing), "action": "Open", "url": thing.get_absolute_url()}


def history(commitment: Commitment) -> list[dict[str, object]]:
    """Return every change of a commitment as a timeline, newest first."""
    changes = CommitmentChange.objects.filter(commitment=commitment).select_related("by__agency").order_by("-pk")
    return [
        {"title": _title(change), "when": change.at, "who": _who(change), "text": change.reason} for change in changes
    ]


def _who(change: CommitmentChange) -> str:
    return f"{change.by.name}, {change.by.agency}" if change.by else ""


def _title(change: CommitmentChange) -> str:
    if change.due_before and change.due_after:
        return f"Re-planned from {change.due_before:%-d %B %Y} to {change.due_after:%-d %B %Y}"
    if change.what == What.DATE_ASKED and change.due_after:
        return f"Another date asked for: {change.due_after:%-d %B %Y}"
    if change.what:
        return str(What(change.what).label)
    if change.before == Status.DONE and change.after == Status.IN_PROGRESS:
        return "Sent back"
    if change.before == Status.BLOCKED and change.after == Status.IN_PROGRESS:
        return "Goes on"
    return str(Status(change.after).label).capitalize()


def evidence(actor: Actor, commitment: Commitment) -> models.QuerySet[Evidence]:
    """Return the links and files of a commitment, the first one added first."""
    visible = Evidence.objects.visible_to(actor).filter(commitment=commitment)
    return visible.select_related("commitment__partnership", "file", "member__agency", "added_by").order_by("pk")


def evidence_of(actor: Actor, commitment: Commitment) -> dict[str, Any]:
    """Return what the page says of evidence: each with whether the actor may remove it, and whether they may add."""
    own = policy.may_show(actor, commitment) if commitment.status in policy.TO_SHOW else None
    # as `policy.may_take_off`, asked once for all of them
    removable = (lambda piece: own.pk in {piece.member_id, commitment.owner_id}) if own else (lambda piece: False)
    return {
        "pieces": [(piece, removable(piece)) for piece in evidence(actor, commitment)],
        "may_add_evidence": own is not None,
    }


def earlier_dates(commitment: Commitment) -> list[dict[str, object]]:
    """Return each date that a commitment had before, with who set another one, when and why; the first one first."""
    changes = CommitmentChange.objects.filter(commitment=commitment, due_before__isnull=False)
    return [
        {"due_on": change.due_before, "at": change.at, "who": _who(change), "reason": change.reason}
        for change in changes.select_related("by__agency").order_by("pk")
    ]


def needs_first(actor: Actor, commitment: Commitment) -> list[listing.Row]:
    """Return what a commitment needs first."""
    return _related(actor, commitment, dependents__commitment=commitment)


def waiting_for_it(actor: Actor, commitment: Commitment) -> list[listing.Row]:
    """Return what waits for a commitment."""
    return _related(actor, commitment, dependencies__needs=commitment)


def _related(actor: Actor, commitment: Commitment, **how: object) -> list[listing.Row]:
    return listing.rows(listing.commitments(actor, commitment.partnership).filter(**how))


def neighbours(actor: Actor, commitment: Commitment) -> dict[str, Commitment | None]:
    """Return the commitments before and after this one in its series."""
    if commitment.series is None:
        return {"previous": None, "following": None}
    visible = Commitment.objects.visible_to(actor).filter(series=commitment.series).select_related("partnership")
    return {
        "previous": visible.filter(occurs_on__lt=commitment.occurs_on).order_by("-occurs_on").first(),
        "following": visible.filter(occurs_on__gt=commitment.occurs_on).order_by("occurs_on").first(),
    }


def could_need(actor: Actor, commitment: Commitment) -> models.QuerySet[Commitment]:
    """Return the commitments that one could need first: open, not itself, and not named yet."""
    visible = Commitment.objects.visible_to(actor).open().filter(partnership=commitment.partnership_id)
    named = commitment.dependencies.values("needs")
    return visible.exclude(pk=commitment.pk).exclude(pk__in=named).select_related("owner__agency").soonest_first()
