"""Writing the text of an agreement, and speaking about it before it is signed."""

from datetime import date

from django.db import transaction
from django.db.models import F, Max, ProtectedError

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.records import new_public_id
from partnership.agreements import policy
from partnership.agreements.models import (
    Agreement,
    Annex,
    Clause,
    ClauseKind,
    Kind,
    Remark,
    Signatory,
    Status,
    Version,
    VersionChange,
)
from partnership.agreements.services.copying import copy_rules
from partnership.agreements.skeletons import SKELETONS
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import require_coordinator, require_own_membership


@transaction.atomic
def draft_agreement(
    *,
    actor: Actor,
    partnership: Partnership,
    kind: str,
    title: str,
    review_on: date,
    ends_on: date | None = None,
    notice_days: int | None = None,
    with_usual_headings: bool = True,
) -> Version:
    """Begin an agreement with its first version, a draft that the coordinator alone sees.

    Args:
        notice_days: how long before a member announces that it leaves, if the agreement says so.
        with_usual_headings: begin with the headings that agreements of this kind usually have.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: the kind is unknown, or the dates do not hold together.
    """
    require_coordinator(actor, partnership)
    if kind not in Kind.values:
        raise Invalid("Choose a kind of agreement.", field="kind")
    agreement = Agreement.objects.create(partnership=partnership, kind=kind, title=title, created_at=clock.now())
    version = _new_version(actor, agreement, number=1, review_on=review_on, ends_on=ends_on, notice_days=notice_days)
    if with_usual_headings:
        _add_clauses(version, [(*clause, new_public_id()) for clause in SKELETONS[kind]])
    record(verb="agreements.drafted", actor=actor, subject=version, kind=kind)
    return version


@transaction.atomic
def draft_version(
    *, actor: Actor, agreement: Agreement, change_note: str, is_material: bool, review_on: date, ends_on: date | None
) -> Version:
    """Begin the next version as a copy of the newest one's clauses, rules, notice and signatories.

    Signatures are never copied. Rules are, with members that left since: to take one out is a change that members sign.

    Args:
        is_material: whether it changes what members signed; then all sign anew.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: another version is in the making.
        Invalid: the dates do not hold together, or nothing was said of what changes.
    """
    require_coordinator(actor, agreement.partnership)
    # the agreement's row keeps two people from making the same number
    agreement = Agreement.objects.select_related("partnership").select_for_update(of=("self",)).get(pk=agreement.pk)
    if agreement.versions.filter(status__in=(Status.DRAFT, Status.CONSULTATION, Status.OPEN)).exists():
        raise OutOfTurn("Another version is in the making. Finish or end that one first.")
    if not change_note.strip():
        raise Invalid("Say what changes, so that members know what to look at.", field="change_note")
    newest = agreement.versions.order_by("-number").first()
    was_signed = agreement.versions.filter(is_material=True, in_force_on__isnull=False).exists()
    if newest is None or not (is_material or was_signed):
        raise Invalid("Nothing was signed yet, so this version must be.", field="is_material")
    version = _new_version(
        actor,
        agreement,
        number=newest.number + 1,
        review_on=review_on,
        ends_on=ends_on,
        change_note=change_note.strip(),
        is_material=is_material,
        notice_days=newest.notice_days,
    )
    clauses = newest.clauses.order_by("number").values_list("kind", "heading", "text", "lineage")
    _add_clauses(version, list(clauses))
    copy_rules(newest, version)
    for signatory in newest.signatories.filter(membership__status=MembershipStatus.ACTIVE).order_by("pk"):
        Signatory.objects.create(
            version=version,
            partnership_id=version.partnership_id,
            membership_id=signatory.membership_id,
            function=signatory.function,
        )
    record(verb="agreements.version_drafted", actor=actor, subject=version, number=version.number)
    return version


@transaction.atomic
def revise_version(
    *,
    actor: Actor,
    version: Version,
    review_on: date,
    ends_on: date | None,
    notice_days: int | None = None,
    change_note: str = "",
) -> Version:
    """Change a draft's dates, its days of notice, and what it says of its changes.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: it is no draft any more.
        Invalid: the dates do not hold together.
    """
    version = locked_draft(actor, version)
    _require_dates(review_on, ends_on)
    version.review_on, version.ends_on = review_on, ends_on
    version.notice_days, version.change_note = notice_days, change_note.strip()
    version.save(update_fields=["review_on", "ends_on", "notice_days", "change_note"])
    record(verb="agreements.version_revised", actor=actor, subject=version)
    return version


@transaction.atomic
def write_clause(
    *,
    actor: Actor,
    version: Version,
    kind: str,
    heading: str,
    text: str,
    number: int | None = None,
    clause: Clause | None = None,
) -> Clause:
    """Add a clause to a draft, or change one; those after it are numbered anew.

    Args:
        number: its place, from 1; by default where it is, or at the end.
        clause: the one to change; None adds one.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more.
        Invalid: it holds sharing rules, and would not be a clause on sharing any more.
    """
    version = locked_draft(actor, version)
    last = version.clauses.aggregate(last=Max("number"))["last"] or 0
    if clause is None:
        clause = Clause(version=version, partnership_id=version.partnership_id, number=last + 1)
        last += 1
    elif kind != ClauseKind.SHARING and clause.rules.exists():
        raise Invalid("It holds sharing rules. Take them out first.", field="kind")
    clause.kind, clause.heading, clause.text = kind, heading, text
    clause.save()
    if number is not None and number != clause.number:
        _move(version, clause, min(max(number, 1), last))
    record(verb="agreements.clause_written", actor=actor, subject=clause, number=clause.number)
    return clause


@transaction.atomic
def remove_clause(*, actor: Actor, version: Version, clause: Clause) -> None:
    """Take a clause out of a draft; those after it are numbered anew.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more, or something that rooms above keep comes from the clause.
    """
    version = locked_draft(actor, version)
    clause = version.clauses.get(pk=clause.pk)
    number = clause.number
    record(verb="agreements.clause_removed", actor=actor, subject=clause, number=number)
    try:
        clause.delete()
    except ProtectedError as kept:
        named = "; ".join(sorted(f"“{str(one).rstrip('.')}”" for one in kept.protected_objects))
        raise OutOfTurn(
            f"Clause {number} has to stay, because this comes from it: {named}. "
            "Let it come from another clause first, or put other words into this one."
        ) from None
    version.clauses.filter(number__gt=number).update(number=F("number") - 1)


@transaction.atomic
def require_signatory(*, actor: Actor, version: Version, membership: Membership, function: str) -> Signatory:
    """Name a function of a member without whose signature the version does not come into force.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more.
        Invalid: the member is not active in this partnership, or the function is on the list already.
    """
    version = locked_draft(actor, version)
    if membership.partnership_id != version.partnership_id or membership.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="membership")
    function = " ".join(function.split())
    if version.signatories.filter(membership=membership, function__iexact=function).exists():
        raise Invalid("This function of this member is on the list already.", field="function")
    signatory = Signatory.objects.create(
        version=version, partnership_id=version.partnership_id, membership=membership, function=function
    )
    record(verb="agreements.signatory_required", actor=actor, subject=version, function=function)
    return signatory


@transaction.atomic
def release_signatory(*, actor: Actor, version: Version, signatory: Signatory) -> None:
    """Take a function off the list of those that must sign a draft.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more.
    """
    version = locked_draft(actor, version)
    version.signatories.filter(pk=signatory.pk).delete()
    record(verb="agreements.signatory_released", actor=actor, subject=version, function=signatory.function)


@transaction.atomic
def remark(*, actor: Actor, version: Version, text: str, clause: Clause | None = None) -> Remark:
    """Say, for the actor's agency, what it thinks of a version in consultation.

    Raises:
        NotAllowed: the actor is read-only or no active member.
        OutOfTurn: it is not in consultation.
        Invalid: the clause is another version's.
    """
    own = require_own_membership(actor, version.partnership)
    if not policy.may_remark(actor, version):
        raise OutOfTurn("Remarks are made while a version is in consultation.")
    if clause is not None and clause.version_id != version.pk:
        raise Invalid("Choose a clause of this version.", field="clause")
    made = Remark.objects.create(
        version=version,
        partnership_id=version.partnership_id,
        clause=clause,
        membership=own,
        person_id=actor.person_id,
        text=text,
        at=clock.now(),
    )
    record(verb="agreements.remarked", actor=actor, subject=version)
    return made


@transaction.atomic
def publish_annex(*, actor: Actor, agreement: Agreement, name: str, text: str, change_note: str = "") -> Annex:
    """Publish an annex, or the next version of the one of this name. Nobody signs it again.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
    """
    require_coordinator(actor, agreement.partnership)
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    name = " ".join(name.split())
    newest = agreement.annexes.filter(name=name).aggregate(last=Max("number"))["last"] or 0
    annex = Annex.objects.create(
        agreement=agreement,
        name=name,
        number=newest + 1,
        text=text,
        change_note=change_note.strip(),
        by_id=actor.person_id,
        at=clock.now(),
    )
    record(verb="agreements.annex_published", actor=actor, subject=annex, number=annex.number)
    return annex


def _new_version(
    actor: Actor,
    agreement: Agreement,
    *,
    number: int,
    review_on: date,
    ends_on: date | None,
    notice_days: int | None = None,
    change_note: str = "",
    is_material: bool = True,
) -> Version:
    _require_dates(review_on, ends_on)
    version = Version.objects.create(
        agreement=agreement,
        partnership_id=agreement.partnership_id,
        number=number,
        review_on=review_on,
        ends_on=ends_on,
        notice_days=notice_days,
        change_note=change_note,
        is_material=is_material,
        created_at=clock.now(),
    )
    VersionChange.objects.create(version=version, after=Status.DRAFT, by_id=actor.person_id, at=clock.now())
    return version


def _add_clauses(version: Version, clauses: list[tuple]) -> None:
    Clause.objects.bulk_create(
        Clause(
            version=version,
            partnership_id=version.partnership_id,
            number=number,
            kind=kind,
            heading=heading,
            text=text,
            lineage=lineage,
        )
        for number, (kind, heading, text, lineage) in enumerate(clauses, start=1)
    )


def _move(version: Version, clause: Clause, number: int) -> None:
    """Put a clause at another place; the numbers between move by one."""
    between = version.clauses.exclude(pk=clause.pk)
    if number < clause.number:
        between.filter(number__gte=number, number__lt=clause.number).update(number=F("number") + 1)
    else:
        between.filter(number__gt=clause.number, number__lte=number).update(number=F("number") - 1)
    clause.number = number
    clause.save(update_fields=["number"])


def locked_draft(actor: Actor, version: Version) -> Version:
    """Return a draft for the coordinator to change, locked until the transaction ends.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more.
    """
    require_coordinator(actor, version.partnership)
    locked = (
        Version.objects.visible_to(actor)
        .select_related("agreement", "partnership")
        .select_for_update(of=("self",))
        .filter(pk=version.pk)
        .first()
    )
    if locked is None:
        raise NotAllowed("Only the coordinator of this partnership may do this.")
    if locked.status != Status.DRAFT:
        raise OutOfTurn("The text changes while it is a draft. Take it back to draft first.")
    return locked


def _require_dates(review_on: date, ends_on: date | None) -> None:
    if review_on <= clock.today():
        raise Invalid("Choose a day after today: by then the members look at it again.", field="review_on")
    if ends_on is not None and ends_on < review_on:
        raise Invalid("Review it before it ends.", field="ends_on")
