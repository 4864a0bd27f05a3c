"""Whom a note is for: the choice that its writer makes, checked, and turned into grants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid
from infosharing.circles.models import Circle, CircleMember
from infosharing.circles.services import lock as lock_circle
from infosharing.grants import services as grants
from infosharing.grants.terms import NO_TERMS, Terms
from infosharing.notes.handling import Handling
from infosharing.notes.markings import FITS, Audience, Tlp, fits
from infosharing.notes.models import Note
from partnership.agreements.models import SharingRule
from partnership.membership.models import Membership, Partnership
from partnership.membership.services import hold_memberships

FARTHEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the writer chose.

    Attributes:
        kind: `Audience`.
        members: for named agencies, the other members.
        circles: for named agencies, beside or instead of them, circles that the own agency is in.
        persons: for named people, those besides the author.
        terms: from when until when others see it, and whether they may pass it on.
    """

    kind: str
    members: Sequence[Membership] = ()
    circles: Sequence[Circle] = ()
    persons: Sequence[Person] = ()
    terms: Terms = NO_TERMS


def possible_members(actor: Actor, partnership: Partnership) -> list[Membership]:
    """Return the members that the actor may share with: all active ones but the own."""
    return list(
        Membership.objects.visible_to(actor)
        .active()
        .filter(partnership=partnership)
        .exclude(agency_id=actor.agency_key)
        .select_related("agency")
        .by_agency_name()
    )


def possible_persons(actor: Actor, partnership: Partnership) -> list[Person]:
    """Return the people who may be named: those of active members, the actor aside."""
    members = Membership.objects.visible_to(actor).active().filter(partnership=partnership)
    return list(
        Person.objects.active()
        .human()
        .filter(agency__in=members.values("agency"))
        .exclude(pk=actor.person_id)
        .select_related("agency")
        .order_by("agency__name", "name", "pk")
    )


def require_fitting(*, tlp: str, choice: Choice, partnership: Partnership, own: Membership) -> None:
    """Refuse an audience that the marking does not allow, or that is not of this partnership.

    Raises:
        Invalid: with the field at fault and what would be right.
    """
    if tlp not in Tlp.values:
        raise Invalid(f"Choose a marking: {', '.join(Tlp.labels)}.", field="tlp")
    if choice.kind not in Audience.values:
        raise Invalid("Choose who may see this note.", field="audience")
    if not fits(tlp, choice.kind):
        raise Invalid(_what_fits(tlp), field="audience")
    if choice.kind == Audience.AGENCIES:
        if not choice.members and not choice.circles:
            raise Invalid("Name at least one agency or circle, or keep the note to your own agency.", field="agencies")
        _require_members(choice.members, partnership, own)
        _require_circles(choice.circles, partnership, own)
    if choice.kind == Audience.PERSONS:
        _require_persons(choice.persons, partnership)


def _what_fits(tlp: str) -> str:

    allowed = " or ".join(str(Audience(kind).label) for kind in FITS[tlp])
    return f"{Tlp(tlp).label} allows: {allowed}. Choose another audience, or another marking."


def _require_members(members: Sequence[Membership], partnership: Partnership, own: Membership) -> None:
    wanted = {member.pk for member in members}
    # who is suspended or leaves at this moment waits for this, or is refused here
    hold_memberships(wanted)
    active = Membership.objects.active().filter(partnership=partnership, pk__in=wanted).exclude(pk=own.pk)
    if active.count() != len(wanted):
        raise Invalid("Name active members of this partnership, other than your own agency.", field="agencies")


def _require_circles(circles: Sequence[Circle], partnership: Partnership, own: Membership) -> None:
    """Refuse circles that the own agency is not in; and let nobody join one until it is done."""
    wanted = {circle.pk for circle in circles}
    for circle in sorted(circles, key=lambda circle: circle.pk):
        lock_circle(circle)
    ours = CircleMember.objects.in_it().filter(membership=own, circle__in=wanted)
    if ours.filter(circle__status="open", circle__partnership=partnership).count() != len(wanted):
        raise Invalid("Share with circles that your agency is in.", field="circles")


def _require_persons(persons: Sequence[Person], partnership: Partnership) -> None:
    if not persons:
        raise Invalid("Name at least one person.", field="people")
    if len(groups_of_persons(persons, partnership)) != len({person.pk for person in persons}):
        raise Invalid("Name people of active members of this partnership.", field="people")


def groups_of_persons(persons: Sequence[Person], partnership: Partnership) -> dict[int, int]:
    """Return the member group through which each person takes part, by the person's id; others are left out."""
    rows = (
        Membership.objects.active()
        # in one filter: a second one would join the people anew, and let in whoever has such a colleague
        .filter(
            partnership=partnership,
            agency__people__in=persons,
            agency__people__is_active=True,
            agency__people__is_service=False,
        )
        .values_list("agency__people__pk", "group_id")
    )
    return dict(rows)


def apply(*, actor: Actor, note: Note, choice: Choice, own: Membership, rules: Mapping[int, SharingRule]) -> None:
    """Make the note's grants what was chosen: end those that do not fit, save the note, make the new ones.

    The order matters to the database: a note's marking never disagrees with its live grants. Grants are never changed:
    on other terms they are made anew. After the last day of its terms a note is its owner's alone, whatever is edited.

    Args:
        rules: by group, the sharing rule that allows it; a named person's is that of the member they are of.

    Raises:
        Invalid: the terms do not hold together, or are of days that have passed.
    """
    groups, persons = _wanted(note, choice, own)
    terms = choice.terms if choice.kind != Audience.OWN_AGENCY else NO_TERMS
    same = note.pk is not None and terms == terms_of(note)
    _require_terms(terms, note, rules.values(), is_new=not same)
    if not same or terms.are_over:
        kept_groups, kept_persons = groups & {own.group_id}, set(persons) & {note.author_id}
    else:
        kept_groups, kept_persons = groups, set(persons)
    if note.pk:
        grants.end_grants(note=note, keep_groups=kept_groups, keep_persons=kept_persons)
    note.audience = choice.kind
    note.share_from, note.share_until, note.may_pass_on = terms.not_before, terms.until, terms.onward
    note.save()
    if terms.are_over:
        groups, persons = groups & {own.group_id}, {key: persons[key] for key in kept_persons}
    given = replace(terms, purpose=note.purpose)
    grants.grant_to_groups(actor=actor, note=note, groups=groups, rules=rules, terms=given)
    grants.grant_to_persons(actor=actor, note=note, persons=persons, rules=rules, terms=given)


def terms_of(note: Note) -> Terms:
    """Return the terms that a note was shared on."""
    return Terms(note.share_from, note.share_until, note.may_pass_on)


def _require_terms(terms: Terms, note: Note, rules: Iterable[SharingRule], *, is_new: bool) -> None:
    today = clock.today()
    for field, day in (("share_from", terms.not_before), ("share_until", terms.until)):
        if day and day > today + FARTHEST:
            raise Invalid("Choose a day within ten years, or none.", field=field)
    if terms.not_before and terms.until and terms.until < terms.not_before:
        raise Invalid("Choose a day that does not come before the first.", field="share_until")
    if is_new and terms.not_before and terms.not_before <= today:
        raise Invalid("Choose a day after today, or none: then it is shared at once.", field="share_from")
    if is_new and terms.until and terms.until < today:
        raise Invalid("Choose today or a day to come, or none.", field="share_until")
    if terms.onward and Handling.NO_ONWARD in note.handling:
        raise Invalid(
            "Its handling conditions say that it is not passed on. Choose one of the two.", field="may_pass_on"
        )
    if terms.onward and not all(rule.onward for rule in rules):
        raise Invalid(
            "The agreement by which they receive it does not let it be passed on. Share it without that.",
            field="may_pass_on",
        )


def _wanted(note: Note, choice: Choice, own: Membership) -> tuple[set[int], dict[int, int]]:
    if choice.kind == Audience.PERSONS:
        persons = groups_of_persons(choice.persons, note.partnership)
        return set(), {**persons, note.author_id: own.group_id}
    groups = {own.group_id}
    if choice.kind == Audience.AGENCIES:
        groups |= {member.group_id for member in choice.members} | {circle.group_id for circle in choice.circles}
    if choice.kind == Audience.PARTNERSHIP:
        groups.add(note.partnership.group_id)
    return groups, {}
