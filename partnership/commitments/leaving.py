"""What leaving means for commitments: those that are open are handed over, or end, on the day.

What is handed over ends for who leaves and is promised anew by who takes it over, through the same services as any
promise: so the record of each says who promised what, and reminders go to those who keep it now. What is claimed done
is not on the list: another member verifies it, with or without the one that did it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from foundation import clock
from foundation.errors import NotAllowed
from partnership.agreements.models import STANDING
from partnership.commitments import policy, services
from partnership.commitments.models import TO_PLAN, Commitment
from partnership.competences.checking import holds, require_holder
from partnership.membership.leaving import HandOverList, Thing, register_list
from partnership.membership.models import Departure, Membership, Partnership

# what is late when it is handed over: the new member cannot have been late
TIME_TO_SETTLE_IN = timedelta(days=14)


def _open(membership: Membership) -> list[UUID]:
    found = Commitment.objects.filter(owner=membership, status__in=TO_PLAN).soonest_first()
    return list(found.values_list("public_id", flat=True))


def _describe(actor: Actor, partnership: Partnership, subjects: Collection[UUID]) -> dict[UUID, Thing]:
    seen = Commitment.objects.visible_to(actor).filter(partnership=partnership, public_id__in=subjects)
    return {
        commitment.public_id: Thing(commitment.promise, commitment.get_absolute_url(), commitment.due_on)
        for commitment in seen.select_related("partnership")
    }


def _may_take(subject: UUID, taker: Membership) -> None:
    """Refuse who cannot keep it for want of a competence that it needs."""
    commitment = Commitment.objects.select_related("competence").get(public_id=subject)
    if commitment.competence is not None:
        require_holder(commitment.competence, taker, field="taker", what="take this over")


def _pass_on(departure: Departure, subject: UUID, taker: Membership, agreed_by: Person | None) -> None:
    """Let the taker promise the same, and end it for who leaves. Who cannot keep it any more promises nothing."""
    commitment = _commitment(departure, subject)
    if commitment.competence is not None and not holds(commitment.competence, taker):
        _end(departure, subject, f"{taker.agency.name} does not hold “{commitment.competence}” any more.")
        return
    contributors = Membership.objects.active().filter(contributions__commitment=commitment).exclude(pk=taker.pk)
    actor = _first(_people_of(taker, agreed_by), lambda actor: actor.may_write)
    clause, today = commitment.clause, clock.today()
    is_in_time = commitment.due_on >= today
    services.propose_commitment(
        actor=actor,
        partnership=commitment.partnership,
        promise=commitment.promise,
        owner=taker,
        due_on=commitment.due_on if is_in_time else today + TIME_TO_SETTLE_IN,
        done_when=commitment.done_when,
        # whoever agreed does it until the taker names somebody
        person=agreed_by if agreed_by and agreed_by.pk == actor.person_id else None,
        responsibility=commitment.responsibility,
        # a promise comes from what is in force when it is made
        clause=clause if clause and clause.version.status in STANDING else None,
        contributors=contributors,
        approaches=commitment.approaches,
        rule=commitment.rule if is_in_time else "",
        competence=commitment.competence,
        input=commitment.input,
    )
    _end(departure, subject, f"Handed over to {taker.agency.name}.")


def _end(departure: Departure, subject: UUID, reason: str) -> None:
    commitment = _commitment(departure, subject)
    people = [*_people_of(departure.membership, departure.announced_by), *_coordinators(departure.partnership)]
    actor = _first(people, lambda actor: policy.may_revise(actor, commitment))
    said = f"{departure.membership.agency.name} left on {date_format(clock.today(), 'j F Y')}. {reason}"[:500]
    if commitment.rule:
        services.stop_repeating(actor=actor, commitment=commitment, reason=said)
    services.drop_commitment(actor=actor, commitment=commitment, reason=said)


def _commitment(departure: Departure, subject: UUID) -> Commitment:
    found = Commitment.objects.select_related(
        "partnership", "owner__agency", "responsibility", "clause__version", "competence"
    )
    return found.get(public_id=subject, owner=departure.membership_id)


def _people_of(membership: Membership, first: Person | None) -> Iterator[Person]:
    """Yield who may act for a member: who decided it, who speaks for it, its leads."""
    people = membership.agency.people.active().human()
    wanted = [first.pk if first else None, membership.representative_id, membership.deputy_id]
    for key in wanted:
        yield from people.filter(pk=key)
    yield from people.leads().order_by("pk")


def _coordinators(partnership: Partnership) -> Iterator[Person]:
    for member in partnership.memberships.active().filter(role="coordinator").select_related("agency"):
        yield from _people_of(member, None)


def _first(people: Iterable[Person], may: Callable[[Actor], bool]) -> Actor:
    """Return the first who may.

    Raises:
        NotAllowed: nobody may; the departure waits, and is tried again.
    """
    for person in people:
        actor = actor_for(person)
        if may(actor):
            return actor
    raise NotAllowed("Nobody is there who may do this.")


register_list(
    HandOverList(
        room="commitments",
        one="commitment",
        many="commitments",
        asked=_("%(agency)s asks your agency to take over a commitment"),
        open_of=_open,
        describe=_describe,
        may_take=_may_take,
        pass_on=_pass_on,
        end=_end,
    )
)
