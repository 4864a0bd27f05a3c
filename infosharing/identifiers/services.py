"""Giving lists, replacing and removing them. Of the entries nothing is written anywhere but their fingerprints."""

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Sum, Value
from django.db.models.functions import Lower

from accounts.agencies.models import Agency
from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.words import one_line
from infosharing.identifiers import entries as reading
from infosharing.identifiers import policy
from infosharing.identifiers.models import GivenList
from infosharing.identifiers.normalising import fingerprint

# what the page on which a note is written can carry
MOST_LISTS, MOST_IN_ALL = 10, 10_000
SALT_BYTES = 16


@transaction.atomic
def give_list(*, actor: Actor, name: str, entries: Iterable[str]) -> GivenList:
    """Keep the fingerprints of a list for the actor's agency.

    Args:
        entries: normalised (`entries.read`).

    Raises:
        NotAllowed: the actor is no lead.
        Invalid: it has no name, or the name of another; it has no entry, or the agency's lists have too many.
    """
    _require_lead(actor)
    if GivenList.objects.filter(agency=actor.agency_key).count() >= MOST_LISTS:
        raise Invalid(f"An agency gives {MOST_LISTS} lists at most. Replace one, or remove it first.", field="name")
    given = GivenList(agency_id=actor.agency_key)
    _fill(actor, given, name, entries)
    record(verb="identifiers.list_given", actor=actor, subject=given, entries=given.count)
    return given


@transaction.atomic
def replace_list(*, actor: Actor, given: GivenList, name: str, entries: Iterable[str]) -> GivenList:
    """Put other fingerprints in the place of those of a list.

    Raises:
        NotAllowed: the actor is no lead of its agency.
        Invalid: as for `give_list`.
    """
    _require_lead(actor)
    found = _own(actor, given)
    _fill(actor, found, name, entries)
    record(verb="identifiers.list_replaced", actor=actor, subject=found, entries=found.count)
    return found


@transaction.atomic
def remove_list(*, actor: Actor, given: GivenList) -> None:
    """Forget a list: its row is gone.

    Raises:
        NotAllowed: the actor is no lead of its agency.
    """
    _require_lead(actor)
    found = _own(actor, given)
    record(verb="identifiers.list_removed", actor=actor, subject=found, entries=found.count)
    found.delete()


def _require_lead(actor: Actor) -> None:
    if not policy.may_give(actor):
        raise NotAllowed(policy.GIVES)
    # two leads at once: the second one counts what the first gave
    Agency.objects.select_for_update().get(pk=actor.agency_key)


def _own(actor: Actor, given: GivenList) -> GivenList:
    found = GivenList.objects.visible_to(actor).filter(pk=given.pk).first()
    if found is None:
        raise NotAllowed(policy.GIVES)
    return found


def _fill(actor: Actor, given: GivenList, name: str, entries: Iterable[str]) -> None:
    others = GivenList.objects.filter(agency=actor.agency_key).exclude(pk=given.pk)
    given.name = one_line(name, field="name", message="Give the list a name.")
    # as the constraint compares: capitals of some letters fall together
    if others.annotate(lower=Lower("name")).filter(lower=Lower(Value(given.name))).exists():
        raise Invalid("Another list of your agency has this name.", field="name")
    try:
        found = reading.require_some(entries)
    except reading.Unreadable as refused:
        raise Invalid(str(refused), field="typed") from None
    there = others.aggregate(sum=Sum("count"))["sum"] or 0
    if there + len(found) > MOST_IN_ALL:
        words = f"All lists of an agency together take {MOST_IN_ALL:,} entries; the others have {there:,} already."
        raise Invalid(words, field="typed")
    given.salt = _salt(actor)
    given.fingerprints = b"".join(sorted(fingerprint(given.salt, words) for words in found))
    given.count, given.given_by_id, given.given_at = len(found), actor.person_id, clock.now()
    given.save()


def _salt(actor: Actor) -> bytes:
    """Return the salt of the agency: one for all its lists, so that each run of words is fingerprinted once."""
    there = GivenList.objects.filter(agency=actor.agency_key).values_list("salt", flat=True).first()
    return bytes(there) if there is not None else secrets.token_bytes(SALT_BYTES)
