"""How people want to get mail: what they chose, and what follows for one notice."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import models, transaction

from foundation.audit.services import Doer, record
from foundation.errors import Invalid
from foundation.notifications import kinds
from foundation.notifications.models import KindPreference, Preference
from foundation.notifications.timing import Cadence, next_moment

SALT = "notifications.unsubscribe"


@dataclass(frozen=True, slots=True)
class Slot:
    """When a notice may go to somebody by mail.

    Attributes:
        not_before: the earliest moment; None if never.
        is_gathered: whether it goes with others in one mail.
    """

    not_before: datetime | None
    is_gathered: bool


def slots(kind: kinds.Kind, now: datetime, *, people: Collection[int] | None = None) -> dict[int, Slot]:
    """Return the slots of those people who chose something; for everybody else a mail goes now, one by one.

    Args:
        people: among these alone; None means everybody.
    """
    chosen = KindPreference.objects.filter(kind=kind.slug)
    wanted = Preference.objects.all()
    if people is not None:
        chosen, wanted = chosen.filter(person_id__in=people), wanted.filter(person_id__in=people)
    cadences = dict(chosen.values_list("person_id", "cadence"))
    preferences = {preference.person_id: preference for preference in wanted}
    # thousands of people have a handful of habits among them
    at = cache(lambda habits, cadence: next_moment(now, habits, cadence))
    found = {}
    for person in preferences.keys() | cadences.keys():
        preference = preferences.get(person) or Preference()
        cadence = cadences.get(person, preference.cadence)
        if kind.is_timely and cadence != Cadence.NEVER:
            cadence = Cadence.AT_ONCE
        found[person] = Slot(at(preference.habits, cadence), cadence in {Cadence.DAILY, Cadence.WEEKLY})
    return found


@transaction.atomic
def choose(
    *,
    actor: Doer,
    cadence: str,
    time_zone: str,
    quiet_from: time | None,
    quiet_until: time | None,
    gathered_at: time,
    weekday: int,
    by_kind: Mapping[str, str],
) -> Preference:
    """Set how the actor gets mail from now on; what is queued already goes as it was going to.

    Args:
        time_zone: empty for the site's.
        by_kind: a cadence by the slug of a kind; an empty one means as with the others.

    Raises:
        Invalid: a time zone or a kind does not exist, or one end of the quiet hours is missing.
    """
    if time_zone and time_zone not in available_timezones():
        raise Invalid("Choose a time zone from the list.", field="time_zone")
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid("Give both times of the quiet hours, or neither.", field="quiet_until")
    unknown = by_kind.keys() - {kind.slug for kind in kinds.all_kinds()}
    if unknown:
        raise Invalid("There is no such kind of notice.")
    preference, _made = Preference.objects.update_or_create(
        person_id=actor.person_id,
        defaults={
            "cadence": cadence,
            "time_zone": time_zone,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "gathered_at": gathered_at,
            "weekday": weekday,
        },
    )
    for slug, wanted in by_kind.items():
        _choose_for_kind(actor.person_id, slug, wanted)
    record(verb="notifications.preferences_chosen", actor=actor, subject=_person(actor.person_id))
    return preference


def _choose_for_kind(person_id: int, slug: str, cadence: str) -> None:
    if cadence:
        KindPreference.objects.update_or_create(person_id=person_id, kind=slug, defaults={"cadence": cadence})
    else:
        KindPreference.objects.filter(person_id=person_id, kind=slug).delete()


def _person(person_id: int) -> models.Model:
    return get_user_model().objects.get(pk=person_id)


def unsubscribe_token(person_public_id: UUID, kind: str) -> str:
    """Return what stands in a mail's one-click address (RFC 8058): good for one person and one kind, for ever."""
    return signing.dumps([str(person_public_id), kind], salt=SALT, compress=False)


def read_token(token: str) -> tuple[int, kinds.Kind] | None:
    """Return whom and which kind a token is for; None if it was not made here."""
    try:
        public_id, slug = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    person = get_user_model().objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    kind = kinds.find(slug)
    return (person, kind) if person is not None and kind is not None else None


@transaction.atomic
def unsubscribe(token: str) -> kinds.Kind | None:
    """Send no more mail of one kind to one person, who is told in the inbox as before. Returns the kind; None if the
    token was not made here."""
    found = read_token(token)
    if found is None:
        return None
    person_id, kind = found
    _choose_for_kind(person_id, kind.slug, Cadence.NEVER)
    record(verb="notifications.unsubscribed", actor=None, subject=_person(person_id), kind=kind.slug)
    return kind
