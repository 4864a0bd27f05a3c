"""What becomes of a version: consultation, signature, force, review, end."""

from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.kinds import Kind
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.words import required
from partnership.agreements import notices, policy
from partnership.agreements.content import hash_of, material_differences
from partnership.agreements.models import STANDING, Signatory, Signature, Status, Version, VersionChange
from partnership.agreements.obstacles import obstacles_to
from partnership.agreements.skeletons import GAP
from partnership.agreements.states import VERSION
from partnership.membership.models import Membership, MembershipStatus
from partnership.membership.policy import require_coordinator
from partnership.membership.selectors import spokespeople

EVERY_NOTICE = (notices.IN_CONSULTATION, notices.TO_SIGN, notices.IN_FORCE)


@transaction.atomic
def put_to_members(*, actor: Actor, version: Version) -> Version:
    """Put a draft to the members, who can read it and remark on it from now on.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: there is no clause in it.
        OutOfTurn: it is no draft.
    """
    version = _locked(actor, version, Status.CONSULTATION)
    if not version.clauses.exists():
        raise Invalid("There is no clause in it yet. Write at least one.")
    _step(actor, version, Status.CONSULTATION)
    _tell_members(actor, version, notices.IN_CONSULTATION)
    return version


@transaction.atomic
def take_back_to_draft(*, actor: Actor, version: Version, reason: str) -> Version:
    """Take a version back in order to change it. Signatures stay on record; they count again only under the same text.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: no reason was given.
        OutOfTurn: it is neither in consultation nor open for signature.
    """
    version = _locked(actor, version, Status.DRAFT)
    return _step(actor, version, Status.DRAFT, reason=required(reason))


@transaction.atomic
def open_for_signature(*, actor: Actor, version: Version) -> Version:
    """Close the text and ask those who must sign.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: a clause still has gaps, nobody must sign it, or a member who must is not active any more.
        OutOfTurn: it is not in consultation, or changes nothing that is signed.
    """
    version = _locked(actor, version, Status.OPEN)
    if not version.is_material:
        raise OutOfTurn("This version changes nothing that is signed. Bring it into force as it is.")
    gaps = [f"{clause}" for clause in version.clauses.filter(text__contains=GAP).order_by("number")]
    if gaps:
        raise Invalid(f"These clauses still have gaps (…): {'; '.join(gaps)}. Take it back to draft and fill them.")
    signatories = version.signatories.select_related("membership__agency").order_by("pk")
    if not signatories:
        raise Invalid("Name who must sign first: functions of members, such as the mayor.")
    gone = [row.membership.agency.name for row in signatories if row.membership.status != MembershipStatus.ACTIVE]
    if gone:
        raise Invalid(f"No longer an active member: {', '.join(gone)}. Take it back to draft and change who signs.")
    _require_future_review(version)
    version.content_hash = hash_of(version)
    _step(actor, version, Status.OPEN)
    if not Signatory.objects.awaited().filter(version=version).exists():
        # the same text as before it was taken back: all signatures count again
        return _enter_into_force_if_settled(actor, version)
    leads = Person.objects.active().human().leads().filter(agency__memberships__signatories__version=version)
    _tell(actor, version, notices.TO_SIGN, set(leads.values_list("pk", flat=True)))
    return version


@transaction.atomic
def sign(
    *, actor: Actor, version: Version, version_hash: str, function: str, mandate_basis: str, password: str
) -> Signature:
    """Sign for a member: a function that must sign, or as a member that joins what is in force.

    The last signature brings the version into force, unless a duty in it is not accepted yet.

    Args:
        version_hash: fingerprint of the text that was read.
        function: of the one who signs, such as "Mayor".
        mandate_basis: by what decision or law they may.
        password: of the actor, entered again for this signature.

    Raises:
        NotAllowed: the actor is no lead of a member that has still to sign, or may join.
        Invalid: the password is wrong, no mandate was given, or the function is not one that must sign.
        OutOfTurn: the version is neither open for signature nor in force, or its text is not the one that was read.
    """
    version = _lock(version)
    if version.status not in {Status.OPEN, *STANDING}:
        raise OutOfTurn("This version is not open for signature, or no longer. See first how it stands now.")
    signed = policy.signed_version(version)
    membership = _signing_membership(actor, version, function)
    if signed.content_hash != version_hash:
        raise OutOfTurn("The text has changed since you opened this page. Read it again before you sign.")
    if not mandate_basis.strip():
        raise Invalid("Say by what decision or law you may sign.", field="mandate_basis")
    person = Person.objects.get(pk=actor.person_id)
    if not person.check_password(password):
        raise Invalid("This is not your password. Enter it again.", field="password")
    signature = Signature.objects.create(
        version=signed,
        partnership_id=signed.partnership_id,
        membership=membership,
        person=person,
        person_name=person.name,
        function=function,
        mandate_basis=mandate_basis.strip(),
        version_hash=signed.content_hash,
        signed_at=clock.now(),
    )
    record(verb="agreements.signed", actor=actor, subject=version, function=function, hash=signed.content_hash)
    if version.status == Status.OPEN:
        if not policy.functions_to_sign(actor, version):
            withdraw_notices(
                kind=notices.TO_SIGN,
                subject=version,
                recipients=membership.agency.people.values_list("pk", flat=True),
            )
        if not Signatory.objects.awaited().filter(version=version).exists():
            _enter_into_force_if_settled(actor, version)
    return signature


def _signing_membership(actor: Actor, version: Version, function: str) -> Membership:
    if version.status == Status.OPEN:
        functions = policy.functions_to_sign(actor, version)
        if not functions:
            raise NotAllowed("Only leads of members that have still to sign may sign this.")
        if function not in functions:
            raise Invalid(f"Sign as: {', '.join(functions)}.", field="function")
        awaited = Signatory.objects.awaited().of_agency(actor).select_related("membership__agency")
        return awaited.get(version=version, function=function).membership
    membership = policy.accession(actor, version)
    if membership is None:
        raise NotAllowed("Only leads of active members that have not signed yet may join.")
    if not function.strip():
        raise Invalid("Say in what function you sign.", field="function")
    return membership


@transaction.atomic
def bring_into_force(*, actor: Actor, version: Version, reason: str = "") -> Version:
    """Bring a version into force: one that all have signed, or one that changes nothing that is signed.

    Args:
        reason: why, where a duty in it is not accepted yet.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: a signature is missing; something is unsettled and no reason was given; or a version said to be
            immaterial changes what was signed.
        OutOfTurn: it is in another state.
    """
    version = _locked(actor, version, Status.IN_FORCE)
    if version.status == Status.UNDER_REVIEW:
        raise OutOfTurn("It is in force already. End the review by confirming it.")
    if version.is_material:
        _require_all_signed(version)
    else:
        _require_immaterial(version)
        version.content_hash = hash_of(version)
    unsettled = obstacles_to(version)
    if unsettled and not reason.strip():
        raise Invalid(f"{' '.join(unsettled)} Settle it, or say why it comes into force all the same.", field="reason")
    version.unaccepted_reason = reason.strip() if unsettled else ""
    return _enter_into_force(actor, version, reason=reason.strip())


def _require_all_signed(version: Version) -> None:
    if version.status != Status.OPEN:
        raise OutOfTurn("Open it for signature first: nothing is in force before all have signed.")
    awaited = Signatory.objects.awaited().filter(version=version).select_related("membership__agency")
    if awaited:
        raise Invalid(f"Still to sign: {'; '.join(str(signatory) for signatory in awaited)}.")


def _require_immaterial(version: Version) -> None:
    if version.status != Status.CONSULTATION:
        raise OutOfTurn("Put it to the members first.")
    changed = material_differences(policy.signed_version(version), version)
    if changed:
        raise Invalid(
            f"It changes what members signed: {'; '.join(changed)}. "
            "End this version and draft a material one, which all sign."
        )


def _enter_into_force_if_settled(actor: Actor, version: Version) -> Version:
    """Bring what all have signed into force; if a duty in it is not accepted, the coordinator decides."""
    return version if obstacles_to(version) else _enter_into_force(actor, version)


def _enter_into_force(actor: Actor, version: Version, *, reason: str = "") -> Version:
    for earlier in Version.objects.standing().select_for_update(of=("self",)).filter(agreement=version.agreement_id):
        _step(actor, earlier, Status.SUPERSEDED, reason=f"Version {version.number} is in force")
    version.in_force_on = clock.today()
    _step(actor, version, Status.IN_FORCE, reason=reason)
    _tell_members(actor, version, notices.IN_FORCE)
    return version


@transaction.atomic
def begin_review(*, actor: Actor, version: Version) -> Version:
    """Say that the members look at it again; it stays in force meanwhile.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: it is not in force.
    """
    return _step(actor, _locked(actor, version, Status.UNDER_REVIEW), Status.UNDER_REVIEW)


@transaction.atomic
def confirm_after_review(*, actor: Actor, version: Version, review_on: date, reason: str) -> Version:
    """End a review: the version stays in force as it is, until the next one.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: the next review is not in the future or after the end, or nothing was said of what was found.
        OutOfTurn: it is not under review.
    """
    version = _locked(actor, version, Status.IN_FORCE)
    if version.status != Status.UNDER_REVIEW:
        raise OutOfTurn("Begin the review first.")
    version.review_on = review_on
    _require_future_review(version)
    if version.ends_on is not None and review_on > version.ends_on:
        raise Invalid("It ends before that. Choose an earlier day.", field="review_on")
    return _step(actor, version, Status.IN_FORCE, reason=required(reason))


@transaction.atomic
def terminate(*, actor: Actor, version: Version, reason: str) -> Version:
    """End a version for good: a draft that is given up, or an agreement that is ended.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: no reason was given.
        OutOfTurn: it has ended already.
    """
    return _step(actor, _locked(actor, version, Status.TERMINATED), Status.TERMINATED, reason=required(reason))


@transaction.atomic
def expire_ended() -> int:
    """Let versions expire whose last day has passed. Returns how many did. The system's own work, once a day."""
    ended = Version.objects.past_their_end(clock.today()).select_related("agreement", "partnership")
    due = list(ended.select_for_update(of=("self",), skip_locked=True))
    for version in due:
        _step(None, version, Status.EXPIRED, reason=f"Its last day was {version.ends_on}")
    return len(due)


def _step(actor: Actor | None, version: Version, after: str, *, reason: str = "") -> Version:
    """Take one step of the transition table, with its record; notices of the state that is left are withdrawn."""
    before = version.status
    states.require(VERSION, before=before, after=after, thing="version")
    version.status = after
    version.save()
    VersionChange.objects.create(
        version=version,
        before=before,
        after=after,
        by_id=actor.person_id if actor else None,
        reason=reason,
        at=clock.now(),
    )
    record(verb=f"agreements.{after}", actor=actor, subject=version, before=before)
    for kind in EVERY_NOTICE:
        withdraw_notices(kind=kind, subject=version)
    return version


def _lock(version: Version) -> Version:
    return (
        Version.objects.select_related("agreement__partnership", "partnership")
        .select_for_update(of=("self",))
        .get(pk=version.pk)
    )


def _locked(actor: Actor, version: Version, after: str) -> Version:
    require_coordinator(actor, version.partnership)
    version = _lock(version)
    states.require(VERSION, before=version.status, after=after, thing="version")
    return version


def _require_future_review(version: Version) -> None:
    if version.review_on <= clock.today():
        raise Invalid("Its review date has passed. Choose a later one.", field="review_on")


def _tell_members(actor: Actor, version: Version, kind: Kind) -> None:
    _tell(actor, version, kind, spokespeople(version.partnership))


def _tell(actor: Actor, version: Version, kind: Kind, recipients: set[int]) -> None:
    notify(
        kind=kind,
        recipients=recipients - {actor.person_id},
        subject=version,
        occasion=f"step-{version.changes.count()}",
        partnership=version.partnership.name,
        agreement=version.agreement.title,
        number=str(version.number),
        path=version.get_absolute_url(),
    )
    deliver_soon()
