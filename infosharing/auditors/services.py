"""Appointing auditors, ending that, and their looking, which is on record."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.formats import date_format

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.kinds import Kind
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.words import required
from infosharing.auditors import notices, policy
from infosharing.auditors.models import LONGEST, Auditor
from infosharing.grants.terms import Terms
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import own_membership

MADE_WAY = "It did not count any more, and made way for another."


@transaction.atomic
def appoint(*, actor: Actor, partnership: Partnership, person: Person, reason: str, until: date) -> Auditor:
    """Appoint somebody to look at who read the notes that the actor's agency wrote in a partnership.

    Args:
        person: of an active member, the own one included; no program.
        until: the last day.

    Raises:
        NotAllowed: the actor is no lead of an active member.
        Invalid: the person does not take part, is the actor, or is an auditor already; no reason is given; the day has
            passed, or is more than a year ahead.
    """
    own = own_membership(actor, partnership)
    if own is None or not policy.may_appoint(actor, partnership):
        raise NotAllowed(policy.APPOINTS)
    reason = required(reason)
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise Invalid("Choose a last day from today on, at most a year ahead.", field="until")
    through = _through(actor, partnership, person)
    # two leads at once: the second one sees what the first did
    Membership.objects.select_for_update(of=("self",)).get(pk=own.pk)
    _make_way(actor, own, person)
    expires = Terms(until=until).expires
    assert expires is not None  # noqa: S101 there is a last day
    auditor = Auditor.objects.create(
        partnership=partnership,
        appointer=own,
        person=person,
        through=through,
        reason=reason,
        appointed_by_id=actor.person_id,
        appointed_at=clock.now(),
        expires_at=expires,
    )
    record(verb="footprints.auditor_appointed", actor=actor, subject=auditor, until=until.isoformat())
    _tell(notices.APPOINTED, [person.pk], auditor, occasion="appointed")
    return auditor


@transaction.atomic
def end(*, actor: Actor, auditor: Auditor, reason: str) -> Auditor:
    """End an appointment at once: by a lead of the agency that appointed, or by the auditor.

    Raises:
        NotAllowed: the actor is neither.
        Invalid: no reason is given.
        OutOfTurn: it has ended already.
    """
    reason = required(reason)
    rows = Auditor.objects.visible_to(actor).select_for_update(of=("self",))
    found = rows.select_related("partnership", "appointer__agency", "person").filter(pk=auditor.pk).first()
    if found is not None and found.ended_at is not None:
        raise OutOfTurn("This has ended already.")
    if found is None or not policy.may_end(actor, found):
        raise NotAllowed(policy.ENDS)
    _end(actor, found, reason)
    withdraw_notices(kind=notices.APPOINTED, subject=found)
    if found.person_id == actor.person_id:
        leads = Person.objects.active().human().leads().filter(agency=found.appointer.agency_id)
        told = leads.exclude(pk=actor.person_id).values_list("pk", flat=True)
        _tell(notices.STEPPED_DOWN, told, found, occasion="stepped down")
    else:
        _tell(notices.ENDED, [found.person_id], found, occasion="ended")
    return found


@transaction.atomic
def look(*, actor: Actor, auditor: Auditor, shown: int, as_table: bool) -> None:
    """Put on record that an auditor is shown readings, before they are.

    Args:
        shown: how many.
        as_table: whether as a file to keep.

    Raises:
        NotAllowed: the appointment does not count for the actor.
    """
    if not policy.may_look(actor, auditor):
        raise NotAllowed(policy.LOOKS)
    Auditor.objects.of_me(actor).filter(pk=auditor.pk).update(looked_at=clock.now())
    record(verb="footprints.looked_at", actor=actor, subject=auditor, readings=shown, as_table=as_table)


def _through(actor: Actor, partnership: Partnership, person: Person) -> Membership:
    """Return the member whose person somebody is appointed as."""
    if person.pk == actor.person_id:
        raise Invalid("Appoint somebody else: nobody audits by their own word.", field="person")
    members = Membership.objects.visible_to(actor).active().filter(partnership=partnership, agency=person.agency_id)
    through = members.first()
    if through is None or not person.is_active or person.is_service:
        raise Invalid("Choose somebody of an active member of this partnership.", field="person")
    return through


def _make_way(actor: Actor, own: Membership, person: Person) -> None:
    """End what does not count any more of an earlier appointment.

    Raises:
        Invalid: there is one that counts.
    """
    rows = Auditor.objects.appointed_by_us(actor).filter(appointer=own, person=person, ended_at__isnull=True)
    earlier = rows.select_related("appointer", "through", "person").first()
    if earlier is None:
        return
    if earlier.standing == "counts":
        raise Invalid(f"They are your auditor until {date_format(earlier.until, 'j F Y')} already.", field="person")
    _end(actor, earlier, MADE_WAY)


def _end(actor: Actor, auditor: Auditor, reason: str) -> None:
    auditor.ended_at, auditor.ended_by_id, auditor.end_reason = clock.now(), actor.person_id, reason
    auditor.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record(verb="footprints.auditor_ended", actor=actor, subject=auditor)


def _tell(kind: Kind, people: Iterable[int], auditor: Auditor, *, occasion: str) -> None:
    notify(
        kind=kind,
        recipients=people,
        subject=auditor,
        occasion=occasion,
        by=auditor.appointer.agency.name,
        partnership=auditor.partnership.name,
        slug=auditor.partnership.slug,
    )
    deliver_soon()
