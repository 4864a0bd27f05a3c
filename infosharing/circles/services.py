"""Everything that changes a circle. Who is in one is never written to the general audit trail: its members alone know.

Each step stands in the circle's own trail instead, behind the same walls as its roster.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.words import one_line, required
from infosharing.circles import notices, policy
from infosharing.circles.joining import obstacle_to
from infosharing.circles.models import CIRCLE, MEMBER, Circle, CircleMember, CircleStatus, MemberStatus, Step
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import require_own_membership
from partnership.membership.services import hold_own_membership, new_group


@transaction.atomic
def make_circle(
    *,
    actor: Actor,
    partnership: Partnership,
    name: str,
    purpose: str,
    is_confidential: bool,
    invited: Iterable[Membership] = (),
) -> Circle:
    """Make a circle that the actor's agency keeps, and invite others to it.

    Raises:
        NotAllowed: the actor is read-only, or the agency is no active member.
        Invalid: it has no name or purpose, or somebody invited is no other active member.
    """
    hold_own_membership(actor, partnership.pk)
    own = require_own_membership(actor, partnership)
    name, purpose = _words(name, purpose)
    circle = Circle.objects.create(
        partnership=partnership,
        name=name,
        purpose=purpose,
        keeper=own,
        is_confidential=is_confidential,
        group=new_group("circle"),
        created_at=clock.now(),
    )
    CircleMember.objects.create(
        circle=circle,
        partnership=partnership,
        membership=own,
        status=MemberStatus.MEMBER,
        invited_by_id=actor.person_id,
        invited_at=clock.now(),
        since=clock.now(),
    )
    _step(actor, circle, own, "made")
    if not is_confidential:
        record(verb="circles.made", actor=actor, subject=circle)
    for member in invited:
        invite_member(actor=actor, circle=circle, membership=member)
    return circle


@transaction.atomic
def revise_circle(*, actor: Actor, circle: Circle, name: str, purpose: str) -> Circle:
    """Change a circle's name or purpose. Whether its roster is confidential never changes: it was a promise.

    Raises:
        NotAllowed: the actor is not of the member that keeps it.
        Invalid: it has no name or purpose.
    """
    circle = _kept(actor, circle)
    circle.name, circle.purpose = _words(name, purpose)
    circle.save(update_fields=["name", "purpose"])
    _step(actor, circle, circle.keeper, "revised")
    return circle


@transaction.atomic
def invite_member(*, actor: Actor, circle: Circle, membership: Membership) -> CircleMember:
    """Invite a member to a circle; its lead accepts or declines.

    Raises:
        NotAllowed: the actor is not of the member that keeps it.
        Invalid: it is no active member of the partnership, is in it or invited already, or may not receive what is
            shared there.
    """
    circle = _kept(actor, circle)
    active = Membership.objects.active().filter(partnership=circle.partnership_id, pk=membership.pk)
    found = active.select_related("agency", "partnership").first()
    if found is None:
        raise Invalid("Invite an active member of this partnership.", field="membership")
    if CircleMember.objects.filter(circle=circle, membership=found, status__in=("invited", "member")).exists():
        raise Invalid("It is in this circle already, or has been invited.", field="membership")
    if obstacle := obstacle_to(actor, circle, found):
        raise Invalid(obstacle.in_full, field="membership")
    row = CircleMember.objects.create(
        circle=circle,
        partnership_id=circle.partnership_id,
        membership=found,
        invited_by_id=actor.person_id,
        invited_at=clock.now(),
    )
    _step(actor, circle, found, "invited")
    leads = Person.objects.active().human().leads().filter(agency=found.agency_id).values_list("pk", flat=True)
    _tell(notices.INVITED, leads, circle, f"invited-{row.public_id}", by=circle.keeper.agency.name)
    return row


@transaction.atomic
def accept(*, actor: Actor, circle: Circle) -> CircleMember:
    """Join a circle to which the actor's agency was invited.

    Raises:
        NotAllowed: the actor is no lead of a member that was invited.
        Invalid: the agreements do not let it receive everything that is shared there.
    """
    row = _own_locked(actor, circle, MemberStatus.MEMBER, lead=True)
    if obstacle := obstacle_to(actor, circle, row.membership):
        raise Invalid(obstacle.in_short)
    row.since = clock.now()
    _to(actor, row, MemberStatus.MEMBER)
    _tell_keeper(actor, row)
    return row


@transaction.atomic
def decline(*, actor: Actor, circle: Circle) -> CircleMember:
    """Decline an invitation.

    Raises:
        NotAllowed: the actor is no lead of a member that was invited.
    """
    row = _own_locked(actor, circle, MemberStatus.DECLINED, lead=True)
    _tell_keeper(actor, row)
    _to(actor, row, MemberStatus.DECLINED)
    return row


@transaction.atomic
def leave(*, actor: Actor, circle: Circle, reason: str) -> CircleMember:
    """Leave a circle, at any time. What the agency shared there is taken out of it; it sees no more of the others'.

    Raises:
        NotAllowed: the actor may not write for a member of it.
    """
    row = _own_locked(actor, circle, MemberStatus.LEFT)
    _tell_keeper(actor, row)
    _to(actor, row, MemberStatus.LEFT, reason)
    return row


@transaction.atomic
def remove_member(*, actor: Actor, member: CircleMember, reason: str) -> CircleMember:
    """Remove a member from a circle, or take an invitation back.

    Raises:
        NotAllowed: the actor is not of the member that keeps it.
        Invalid: it would remove the keeper.
        OutOfTurn: it is in it no more.
    """
    circle = _kept(actor, member.circle)
    row = CircleMember.objects.visible_to(actor).select_related("membership__agency").get(pk=member.pk)
    if row.membership_id == circle.keeper_id:
        raise Invalid("Who keeps a circle leaves it, or ends it.")
    after = MemberStatus.TAKEN_BACK if row.status == MemberStatus.INVITED else MemberStatus.REMOVED
    _to(actor, row, after, reason)
    if after == MemberStatus.REMOVED:
        _tell_over(actor, circle, [row.membership], f"removed-{row.public_id}")
    withdraw_notices(kind=notices.INVITED, subject=circle, recipients=_people_of(row.membership))
    return row


@transaction.atomic
def end_circle(*, actor: Actor, circle: Circle, reason: str) -> Circle:
    """End a circle for all. What was shared with it is its originators' again; nobody else sees it by the circle.

    Raises:
        NotAllowed: the actor is not of the member that keeps it.
        OutOfTurn: it has ended already.
    """
    circle = _kept(actor, circle)
    states.require(CIRCLE, before=circle.status, after=CircleStatus.ENDED, thing="circle")
    others = CircleMember.objects.visible_to(actor).in_it().filter(circle=circle).exclude(membership=circle.keeper_id)
    told = [row.membership for row in others.select_related("membership__agency")]
    _step(actor, circle, circle.keeper, "ended", reason)
    circle.status, circle.ended_at, circle.end_reason = CircleStatus.ENDED, clock.now(), reason.strip()
    circle.save(update_fields=["status", "ended_at", "end_reason"])
    withdraw_notices(kind=notices.INVITED, subject=circle)
    _tell_over(actor, circle, told, "ended")
    if not circle.is_confidential:
        record(verb="circles.ended", actor=actor, subject=circle)
    return circle


def lock(circle: Circle) -> None:
    """Keep others from joining a circle, or from sharing in it, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight.lock_circle(%s)", [circle.pk])


def _kept(actor: Actor, circle: Circle) -> Circle:
    hold_own_membership(actor, circle.partnership_id)
    lock(circle)
    found = (
        Circle.objects.visible_to(actor).select_related("partnership", "keeper__agency").filter(pk=circle.pk).first()
    )
    if found is not None and found.status != CircleStatus.OPEN:
        states.require(CIRCLE, before=found.status, after=CircleStatus.ENDED, thing="circle")
    if found is None or not policy.may_keep(actor, found):
        raise NotAllowed(policy.KEEPS)
    return found


def _own_locked(actor: Actor, circle: Circle, after: str, *, lead: bool = False) -> CircleMember:
    hold_own_membership(actor, circle.partnership_id)
    lock(circle)
    allowed = actor.may_write and (actor.is_lead or not lead)
    row = policy.own_row(actor, circle) if allowed else None
    if row is None:
        raise NotAllowed(policy.ANSWERS if lead else "Only the people of a member of this circle may do this.")
    states.require(MEMBER, before=row.status, after=after, thing="place in the circle")
    return (
        CircleMember.objects.visible_to(actor)
        .select_related("membership__agency", "circle__partnership")
        .get(pk=row.pk)
    )


def _to(actor: Actor, row: CircleMember, after: str, reason: str = "") -> None:
    """Take one step of the table, with its moment and its line in the trail."""
    states.require(MEMBER, before=row.status, after=after, thing="place in the circle")
    if after != MemberStatus.MEMBER:
        # written while whoever leaves may still write in this trail
        _step(actor, row.circle, row.membership, after, reason)
        row.until = clock.now()
    row.status = after
    CircleMember.objects.filter(pk=row.pk).update(status=row.status, since=row.since, until=row.until)
    if after == MemberStatus.MEMBER:
        _step(actor, row.circle, row.membership, after, reason)
    withdraw_notices(kind=notices.INVITED, subject=row.circle, recipients=_people_of(row.membership))


def _step(actor: Actor, circle: Circle, membership: Membership, what: str, reason: str = "") -> None:
    # in bulk: what the database gives back, who leaves might not be shown
    step = Step(
        circle=circle, membership=membership, what=what, by_id=actor.person_id, reason=reason.strip(), at=clock.now()
    )
    Step.objects.bulk_create([step])


def _tell(kind: object, people: Iterable[int], circle: Circle, occasion: str, **facts: str) -> None:
    # never its name: mail is read by whoever holds the mailbox
    notify(
        kind=kind,  # type: ignore[arg-type]
        recipients=people,
        subject=circle,
        occasion=occasion,
        partnership=circle.partnership.name,
        slug=circle.partnership.slug,
        **facts,
    )
    deliver_soon()


def _tell_keeper(actor: Actor, row: CircleMember) -> None:
    circle = Circle.objects.visible_to(actor).select_related("partnership", "keeper__agency").get(pk=row.circle_id)
    if circle.keeper.agency_id != actor.agency_id:
        people = _spokespeople([circle.keeper])
        _tell(notices.CHANGED, people, circle, f"{row.status}-{row.public_id}-{clock.now():%Y%m%d%H%M%S}")


def _tell_over(actor: Actor, circle: Circle, members: Iterable[Membership], occasion: str) -> None:
    _tell(notices.OVER, _spokespeople(members), circle, occasion, by=actor.agency_name)


def _spokespeople(members: Iterable[Membership]) -> set[int]:
    """Return who speaks for members: representatives and deputies, and the leads of whoever named none."""
    told: set[int] = set()
    for member in members:
        named = {person for person in (member.representative_id, member.deputy_id) if person}
        leads = Person.objects.active().human().leads().filter(agency=member.agency_id).values_list("pk", flat=True)
        told |= named or set(leads)
    return told


def _people_of(membership: Membership) -> list[int]:
    return list(Person.objects.filter(agency=membership.agency_id).values_list("pk", flat=True))


def _words(name: str, purpose: str) -> tuple[str, str]:
    """Return name and purpose as they are kept."""
    return (
        one_line(name, field="name", message="Give it a name."),
        required(purpose, field="purpose", message="Say what it is for."),
    )
