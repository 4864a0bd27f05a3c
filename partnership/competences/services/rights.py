"""Who decides on what, and which interests members declare."""

from collections.abc import Mapping

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from partnership.competences.models import DecisionRight, Interest, Right, Subject
from partnership.competences.services.statements import follow
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import require_coordinator, require_own_membership


@transaction.atomic
def write_subject(
    *,
    actor: Actor,
    partnership: Partnership,
    name: str,
    rights: Mapping[Membership, str],
    note: str = "",
    subject: Subject | None = None,
) -> Subject:
    """Say who decides, may veto, advises and is informed in a subject: a new one, or one there is.

    Args:
        rights: `Right` by member; members that are not named have none.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name, there is one of this name, nobody decides, or a member is not active here.
    """
    require_coordinator(actor, partnership)
    _lock(partnership)
    if not name.strip():
        raise Invalid("Say what is decided on.", field="name")
    twins = partnership.decision_subjects.filter(name=name.strip())
    if twins.exclude(pk=subject.pk if subject else 0).exists():
        raise Invalid("This subject is there already.", field="name")
    if Right.DECIDE not in rights.values():
        raise Invalid("Somebody has to decide: give at least one member this right.")
    keys = {member.pk for member in rights}
    if Membership.objects.active().filter(partnership=partnership, pk__in=keys).count() != len(keys):
        raise Invalid("Choose among the active members of this partnership.")
    subject = subject or Subject(partnership=partnership)
    subject.name, subject.note = name.strip(), note.strip()
    subject.save()
    subject.rights.all().delete()
    DecisionRight.objects.bulk_create(
        DecisionRight(subject=subject, partnership=partnership, membership=member, right=right)
        for member, right in rights.items()
    )
    record(verb="competences.rights_written", actor=actor, subject=subject, members=len(rights))
    follow(partnership)
    return subject


@transaction.atomic
def remove_subject(*, actor: Actor, subject: Subject, reason: str) -> Subject:
    """Take a subject off, with who decided on it.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: no reason was given.
    """
    require_coordinator(actor, subject.partnership)
    if not reason.strip():
        raise Invalid("Say why, so that the others understand.", field="reason")
    _lock(subject.partnership)
    record(verb="competences.rights_removed", actor=actor, subject=subject, reason=reason.strip())
    Subject.objects.filter(pk=subject.pk).delete()
    follow(subject.partnership)
    return subject


@transaction.atomic
def declare_interest(*, actor: Actor, partnership: Partnership, text: str) -> Interest:
    """Declare an interest of the own agency, for all members to know.

    Raises:
        NotAllowed: the actor is read-only or of no active member.
        Invalid: it says nothing.
    """
    own = require_own_membership(actor, partnership)
    if not text.strip():
        raise Invalid("Say what your agency has at stake.", field="text")
    _lock(partnership)
    interest = Interest.objects.create(
        partnership=partnership,
        membership=own,
        text=text.strip(),
        declared_by_id=actor.person_id,
        declared_by_name=actor.person_name,
        declared_at=clock.now(),
    )
    record(verb="competences.interest_declared", actor=actor, subject=interest)
    follow(partnership)
    return interest


@transaction.atomic
def end_interest(*, actor: Actor, interest: Interest) -> Interest:
    """Say that an interest of the own agency is there no more; it stays on record.

    Raises:
        NotAllowed: it is another member's, or the actor is read-only.
        OutOfTurn: it has ended.
    """
    own = require_own_membership(actor, interest.partnership)
    if own.pk != interest.membership_id:
        raise NotAllowed("Only the member that declared it may end it.")
    _lock(interest.partnership)
    interest = Interest.objects.select_related("partnership").select_for_update(of=("self",)).get(pk=interest.pk)
    if interest.ended_at is not None:
        raise OutOfTurn("This interest was ended already.")
    interest.ended_at = clock.now()
    interest.save(update_fields=["ended_at"])
    record(verb="competences.interest_ended", actor=actor, subject=interest)
    follow(interest.partnership)
    return interest


def _lock(partnership: Partnership) -> None:
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
