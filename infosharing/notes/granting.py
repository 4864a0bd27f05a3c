"""The grants of a note one by one: for its originator, who adds a recipient or takes one out.

A grant is known outside by the public id of whom it is to: a note is granted once to each. Other days, or another
marking, are chosen for the note (`services.edit_note`), of which both services here are a shorter form.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.people.actor import Actor
from foundation.errors import Invalid, NotAllowed
from infosharing.circles.models import Circle
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.grants.terms import not_over
from infosharing.notes import policy
from infosharing.notes.audiences import Choice
from infosharing.notes.markings import Audience, fits
from infosharing.notes.models import Note
from infosharing.notes.recipients import choice_of
from infosharing.notes.services import edit_note, lock_to_change
from partnership.membership.models import Membership

RULE = ("rule__version__agreement", "granted_by")


@dataclass(frozen=True, slots=True)
class Row:
    """A grant to somebody else than the originator, live or waiting for its day.

    Attributes:
        id: public id of whom it is to.
        kind: agency, circle, partnership or person.
    """

    id: UUID
    kind: str
    grant: NoteGroupGrant | NoteUserGrant

    @property
    def granted_at(self) -> datetime:
        return self.grant.granted_at

    @property
    def agreement(self) -> UUID | None:
        rule = self.grant.rule
        return rule.version.agreement.public_id if rule else None


def grants_to_others(actor: Actor, note: Note) -> list[Row]:
    """Return the grants of a note, for its originator.

    Raises:
        NotAllowed: the actor is not of the originator; or, of a note to named people, not its author.
    """
    if not policy.may_explain(actor, note) or (note.audience == Audience.PERSONS and note.author_id != actor.person_id):
        raise NotAllowed("Only the agency that wrote this note may see its grants; of one to named people, its author.")
    groups = NoteGroupGrant._base_manager.filter(not_over(), content_object=note).select_related(*RULE)
    by_group = {grant.group_id: grant for grant in groups.order_by("granted_at", "pk")}
    members = Membership.objects.filter(group__in=by_group).exclude(pk=note.owner_id).select_related("agency")
    to = {member.group_id: ("agency", member.agency.public_id) for member in members}
    circles = Circle.objects.visible_to(actor).filter(group__in=by_group)
    to |= {circle.group_id: ("circle", circle.public_id) for circle in circles}
    to[note.partnership.group_id] = ("partnership", note.partnership.public_id)
    rows = [Row(to[key][1], to[key][0], grant) for key, grant in by_group.items() if key in to]
    people = NoteUserGrant.standing().filter(not_over(), content_object=note).exclude(user_id=note.author_id)
    named = people.select_related("user", *RULE).order_by("granted_at", "pk")
    return rows + [Row(grant.user.public_id, "person", grant) for grant in named]


@transaction.atomic
def add_recipients(*, actor: Actor, note: Note, added: Choice) -> Note:
    """Share a note with more recipients, on its own terms.

    Raises:
        NotAllowed: the actor may not change it.
        Invalid: its marking or the agreements do not let them have it, or it is shared in another way than with such.
        OutOfTurn: it was withdrawn.
    """
    note = lock_to_change(actor, note)
    current = choice_of(actor, note)
    if current.kind == Audience.OWN_AGENCY:
        return _edited(actor, note, replace(added, terms=current.terms))
    if added.kind != current.kind:
        raise Invalid("It is shared in another way. Change its audience instead.", field="agencies")
    both = replace(
        current,
        members=_once(current.members, added.members),
        circles=_once(current.circles, added.circles),
        persons=_once(current.persons, added.persons),
    )
    return _edited(actor, note, both)


@transaction.atomic
def take_out(*, actor: Actor, note: Note, recipient: UUID) -> Note:
    """End one grant of a note: that recipient sees it no more, at once.

    Args:
        recipient: public id of the agency, circle, partnership or person.

    Raises:
        NotAllowed: the actor may not change it.
        Invalid: its marking allows no audience without that one.
        OutOfTurn: it was withdrawn.
    """
    note = lock_to_change(actor, note)
    current = choice_of(actor, note)
    left = replace(
        current,
        members=[member for member in current.members if member.agency.public_id != recipient],
        circles=[circle for circle in current.circles if circle.public_id != recipient],
        persons=[person for person in current.persons if person.public_id != recipient],
    )
    nobody = current.kind == Audience.PARTNERSHIP or not (left.members or left.circles or left.persons)
    if nobody and not fits(note.tlp, Audience.OWN_AGENCY):
        raise Invalid("By its marking it is for them. Choose another marking, or withdraw it.", field="grant")
    return _edited(actor, note, replace(left, kind=Audience.OWN_AGENCY) if nobody else left)


def _once(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    return list({each.pk: each for each in (*first, *second)}.values())


def _edited(actor: Actor, note: Note, choice: Choice) -> Note:
    return edit_note(
        actor=actor,
        note=note,
        title=note.title,
        body=note.body,
        tlp=note.tlp,
        audience=choice,
        review_on=note.review_on,
        recipients_know_each_other=note.recipients_know_each_other,
    )
