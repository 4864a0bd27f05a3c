"""Where an entry of the catalogue was copied to, and who holds the copy: in the partnerships that the reader sees."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from accounts.people.actor import Actor
from partnership.competences.models import Competence, Entry, Holding
from partnership.membership.models import Partnership


@dataclass(slots=True)
class Place:
    """A partnership of the reader's.

    Attributes:
        copies: what its register has of the entry; several where it was split up.
        holders: names of the agencies that hold one of them today.
        may_copy: whether the reader may copy the entry there.
    """

    partnership: Partnership
    copies: list[Competence] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)
    may_copy: bool = False


def of_entry(actor: Actor, entry: Entry, today: date) -> list[Place]:
    """Return each partnership that the actor sees, by name. Asks the database four times."""
    seen = Partnership.objects.visible_to(actor).order_by("name", "pk")
    places = {partnership.pk: Place(partnership) for partnership in seen}
    of_it = Competence.objects.visible_to(actor).in_use().filter(entry=entry).select_related("partnership")
    for competence in of_it:
        places[competence.partnership_id].copies.append(competence)
    held = Holding.objects.visible_to(actor).held(today).filter(competence__entry=entry)
    names = held.order_by("membership__agency__name").values_list("partnership_id", "membership__agency__name")
    for partnership, name in names:
        if name not in places[partnership].holders:
            places[partnership].holders.append(name)
    for key in Partnership.objects.coordinated_by(actor).values_list("pk", flat=True):
        places[key].may_copy = not places[key].copies
    return list(places.values())


def codes_copied(partnership: Partnership) -> set[str]:
    """Return the codes of the entries that a register has: copied from the catalogue, or of the same name."""
    there = partnership.competences.in_use()
    same = Q(copies__in=there) | Q(name__in=there.values("name"))
    return set(Entry.objects.filter(same).values_list("code", flat=True))
