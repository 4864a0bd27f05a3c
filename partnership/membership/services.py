"""Everything that changes a partnership or a membership."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from accounts.agencies.models import Agency
from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.records import new_public_id
from partnership.membership import notices, policy
from partnership.membership.departures.carrying import carry_out
from partnership.membership.models import (
    Membership,
    MembershipChange,
    MembershipRole,
    MembershipStatus,
    Partnership,
    PartnershipStatus,
)
from partnership.membership.states import MEMBERSHIP


@transaction.atomic
def found_partnership(*, actor: Actor, name: str, slug: str, city: str, purpose: str, review_date: date) -> Partnership:
    """Start a partnership that the actor's agency coordinates.

    Raises:
        NotAllowed: the actor is read-only, or not of a public agency.
        Invalid: the address is taken.
    """
    if not policy.may_found(actor):
        raise NotAllowed("Only staff and leads of a public agency may start a partnership.")
    if Partnership.objects.filter(slug=slug).exists():
        raise Invalid("This address is taken. Choose another.", field="slug")
    agency = Agency.objects.get(pk=actor.agency_key)
    partnership = Partnership.objects.create(
        name=name,
        slug=slug,
        city=city,
        purpose=purpose,
        review_date=review_date,
        status=PartnershipStatus.ACTIVE,
        coordinator=agency,
        group=new_group("partnership"),
        created_at=clock.now(),
    )
    membership = _new_membership(
        partnership, agency, role=MembershipRole.COORDINATOR, status=MembershipStatus.ACTIVE, invited_by=actor
    )
    record(verb="membership.partnership.founded", actor=actor, subject=partnership)
    note_change(membership, before="", by=actor.person_id, reason="founded the partnership")
    return partnership


@transaction.atomic
def revise_partnership(
    *, actor: Actor, partnership: Partnership, name: str, city: str, purpose: str, review_date: date
) -> Partnership:
    """Change what a partnership says of itself.

    Raises:
        NotAllowed: the actor does not coordinate it.
    """
    policy.require_coordinator(actor, partnership)
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    partnership.name, partnership.city = name, city
    partnership.purpose, partnership.review_date = purpose, review_date
    partnership.save(update_fields=["name", "city", "purpose", "review_date", "updated_at"])
    record(verb="membership.partnership.revised", actor=actor, subject=partnership)
    return partnership


@transaction.atomic
def invite_member(*, actor: Actor, partnership: Partnership, agency: Agency, role: str) -> Membership:
    """Invite an agency; its lead accepts or declines. Who left earlier is invited anew.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: the agency is a member or invited already, or the role is the coordinator's.
    """
    policy.require_coordinator(actor, partnership)
    if role not in MembershipRole.values or role == MembershipRole.COORDINATOR:
        raise Invalid("Choose a role. A partnership has one coordinator, and it has one.", field="role")
    try:
        with transaction.atomic():
            membership = _new_membership(
                partnership, agency, role=role, status=MembershipStatus.INVITED, invited_by=actor
            )
    except IntegrityError as error:
        raise Invalid(f"{agency} is a member already, or has been invited.", field="agency") from error
    note_change(membership, before="", by=actor.person_id)
    record(verb="membership.invited", actor=actor, subject=membership, role=role)
    notify(
        kind=notices.INVITED,
        recipients=agency.people.active().human().leads().values_list("pk", flat=True),
        subject=membership,
        occasion="invited",
        partnership=partnership.name,
        by=actor.agency_name,
    )
    deliver_soon()
    return membership


def accept_invitation(*, actor: Actor, membership: Membership) -> Membership:
    """Join, by the invited agency's lead, who becomes the representative until another is named.

    Raises:
        NotAllowed: the actor is not that agency's lead.
        OutOfTurn: the invitation was answered or withdrawn already.
    """
    if not policy.may_answer_invitation(actor, membership):
        raise NotAllowed("Only the invited agency's lead may accept for it.")
    return _step(actor, membership, MembershipStatus.ACTIVE, expected=MembershipStatus.INVITED)


def decline_invitation(*, actor: Actor, membership: Membership, reason: str) -> Membership:
    """Turn an invitation down, with a reason that the coordinator reads.

    Raises:
        NotAllowed: the actor is not the invited agency's lead.
        OutOfTurn: the invitation was answered or withdrawn already.
    """
    if not policy.may_answer_invitation(actor, membership):
        raise NotAllowed("Only the invited agency's lead may decline for it.")
    return _step(actor, membership, MembershipStatus.WITHDRAWN, expected=MembershipStatus.INVITED, reason=reason)


def suspend_member(*, actor: Actor, membership: Membership, reason: str) -> Membership:
    """Suspend a member: its people see nothing of the partnership from the next query on.

    Raises:
        NotAllowed: the actor does not coordinate the partnership, or would suspend the coordinator.
        OutOfTurn: the membership is not active.
    """
    policy.require_coordinator(actor, membership.partnership)
    _refuse_for_coordinator(membership)
    return _step(actor, membership, MembershipStatus.SUSPENDED, expected=MembershipStatus.ACTIVE, reason=reason)


def reinstate_member(*, actor: Actor, membership: Membership, reason: str) -> Membership:
    """End a suspension: what was shared with the member is visible to it again.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the membership is not suspended.
    """
    policy.require_coordinator(actor, membership.partnership)
    return _step(actor, membership, MembershipStatus.ACTIVE, expected=MembershipStatus.SUSPENDED, reason=reason)


def withdraw_member(*, actor: Actor, membership: Membership, reason: str) -> Membership:
    """End a membership at once and for good, by the coordinator; sight ends with it.

    An active member's own lead announces that it leaves (`departures`). What is announced already happens now.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: it has ended already, or the member coordinates the partnership.
    """
    if not policy.may_withdraw(actor, membership):
        raise NotAllowed("Only the coordinator may end a membership at once. A lead announces that the agency leaves.")
    _refuse_for_coordinator(membership)
    return _step(actor, membership, MembershipStatus.WITHDRAWN, reason=reason)


def leave_after_notice(*, membership: Membership, reason: str) -> Membership:
    """End a membership whose notice has run out. The system's own work, called on the day.

    Raises:
        OutOfTurn: it has ended already.
    """
    return _step(None, membership, MembershipStatus.WITHDRAWN, reason=reason)


@transaction.atomic
def name_representatives(
    *,
    actor: Actor,
    membership: Membership,
    representative: Person | None,
    representative_mandate: str,
    deputy: Person | None,
    deputy_mandate: str,
) -> Membership:
    """Name who speaks for a member, with what mandate.

    Raises:
        NotAllowed: the actor is neither the member's lead nor the coordinator.
        Invalid: somebody named is not of the member's agency, not active, or named twice.
        OutOfTurn: the membership has ended.
    """
    if not policy.may_name_representatives(actor, membership):
        raise NotAllowed("Only the member's lead or the coordinator may name its representatives.")
    for field, person in (("representative", representative), ("deputy", deputy)):
        if person is not None and not _speaks_for(person, membership):
            raise Invalid("Choose somebody of this agency.", field=field)
    if representative is not None and representative == deputy:
        raise Invalid("The deputy must be somebody else than the representative.", field="deputy")
    membership = lock_member(membership)
    if membership.status == MembershipStatus.WITHDRAWN:
        raise OutOfTurn("This membership has ended: who spoke for it stays on record.")
    membership.representative, membership.representative_mandate = representative, representative_mandate
    membership.deputy, membership.deputy_mandate = deputy, deputy_mandate
    membership.save(update_fields=["representative", "representative_mandate", "deputy", "deputy_mandate"])
    record(verb="membership.representatives_named", actor=actor, subject=membership)
    return membership


def _speaks_for(person: Person, membership: Membership) -> bool:
    return person.agency_id == membership.agency_id and person.is_active and not person.is_service


def lock_member(membership: Membership) -> Membership:
    """Return a membership as it stands now; nobody else changes it until the transaction ends."""
    return (
        Membership.objects.select_related("partnership", "agency").select_for_update(of=("self",)).get(pk=membership.pk)
    )


def hold_own_membership(actor: Actor, partnership_id: int) -> None:
    """Let nobody suspend or end the actor's membership until the transaction ends; wait for whoever is doing it now.

    A service that writes for a member calls this before it locks or asks anything else, and asks then whether the actor
    may: else what it asked would be over when it writes, and the trail would hold what a suspended member did. Whoever
    suspends or ends a membership locks that first as well. Colleagues do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM membership_membership WHERE agency_id = %s AND partnership_id = %s AND status = 'active'"
            " FOR KEY SHARE",
            [actor.agency_key, partnership_id],
        )


def hold_memberships(memberships: Iterable[int]) -> None:
    """Let nobody suspend or end these memberships until the transaction ends, whatever their status is.

    For what is written beside others' records, and refers to their memberships only when it is committed: asked for so
    late, these would be waited for by somebody who holds up whoever has them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM membership_membership WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [list(memberships)]
        )


def _refuse_for_coordinator(membership: Membership) -> None:
    if membership.role == MembershipRole.COORDINATOR:
        raise OutOfTurn("The coordinator cannot be suspended or withdrawn while it coordinates.")


@transaction.atomic
def _step(
    actor: Actor | None, membership: Membership, after: str, *, expected: str | None = None, reason: str = ""
) -> Membership:
    """Take one step of the transition table, with its dates, its record and its notices."""
    membership = lock_member(membership)
    before = membership.status
    states.require(MEMBERSHIP, before=before, after=after, thing="membership")
    if expected is not None and before != expected:
        states.require({before: frozenset()}, before=before, after=after, thing="membership")
    if after == MembershipStatus.WITHDRAWN:
        # while its people still take part: rooms act on what is theirs
        carry_out(membership)
    membership.status = after
    if after == MembershipStatus.ACTIVE and membership.joined_on is None:
        membership.joined_on = clock.today()
        if actor is not None and actor.agency_id == membership.agency_id:
            membership.representative_id = actor.person_id
    if after == MembershipStatus.WITHDRAWN:
        membership.left_on = clock.today()
    membership.save(update_fields=["status", "joined_on", "left_on", "representative"])
    note_change(membership, before=before, by=actor.person_id if actor else None, reason=reason)
    record(verb=f"membership.{after}", actor=actor, subject=membership, before=before)
    withdraw_notices(kind=notices.INVITED, subject=membership)
    _tell_coordinator(actor, membership, before=before, reason=reason)
    return membership


def _tell_coordinator(actor: Actor | None, membership: Membership, *, before: str, reason: str) -> None:
    partnership = membership.partnership
    if actor is not None and actor.agency_id == partnership.coordinator_id:
        return
    coordinators = Membership.objects.active().filter(partnership=partnership, role=MembershipRole.COORDINATOR)
    people = coordinators.filter(representative__isnull=False).values_list("representative_id", flat=True)
    notify(
        kind=notices.ANSWERED,
        recipients=people,
        subject=membership,
        occasion=f"{before}-{membership.status}",
        partnership=partnership.name,
        agency=membership.agency.name,
        status=membership.status,
        reason=reason,
    )
    deliver_soon()


def new_group(kind: str) -> Group:
    """Make the group that stands for a partnership or a membership."""
    # the name is only a key: what the group stands for is the row that points at it
    return Group.objects.create(name=f"{kind}:{new_public_id()}")


def _new_membership(
    partnership: Partnership, agency: Agency, *, role: str, status: str, invited_by: Actor
) -> Membership:
    return Membership.objects.create(
        partnership=partnership,
        agency=agency,
        role=role,
        status=status,
        joined_on=clock.today() if status == MembershipStatus.ACTIVE else None,
        representative_id=invited_by.person_id if status == MembershipStatus.ACTIVE else None,
        group=new_group("membership"),
        invited_by_id=invited_by.person_id,
        created_at=clock.now(),
    )


def note_change(membership: Membership, *, before: str, by: int | None, reason: str = "") -> None:
    """Keep one step of a membership; nobody in `by` is a command on the server."""
    MembershipChange.objects.create(
        membership=membership, before=before, after=membership.status, by_id=by, reason=reason, at=clock.now()
    )
