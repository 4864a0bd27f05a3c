"""Reads of notes that pages and programs need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from accounts.people.actor import Actor
from foundation import clock
from foundation.records import id_of
from infosharing.circles.models import Circle
from infosharing.circles.selectors import rosters
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes.grading import Scheme
from infosharing.notes.markings import Audience, fits
from infosharing.notes.models import Note
from infosharing.notes.wall import GROUPS, IN_EFFECT
from partnership.agreements.models import Agreement, SharingRule
from partnership.agreements.rules import data_in_words
from partnership.membership.models import Membership, Partnership

# Migration 0024 says how.
NEWEST = """
    SELECT * FROM notes_newest(
        %(person)s, %(present)s, %(partnership)s, %(since)s, %(until)s, %(created_at)s, %(note)s, %(limit)s)
"""
# With filters that ask each note, on the same walk.
PAGE = """
    WITH mine AS MATERIALIZED ({groups} {mine}), top AS (
        SELECT DISTINCT created_at, content_object_id FROM ({walks}) merged
        ORDER BY created_at DESC, content_object_id DESC LIMIT %(limit)s
    )
    SELECT n.* FROM top JOIN notes_note n ON n.id = top.content_object_id
    ORDER BY top.created_at DESC, top.content_object_id DESC
"""
BY_GROUP = """
    SELECT t.created_at, t.content_object_id FROM mine CROSS JOIN LATERAL (
        SELECT g.created_at, g.content_object_id FROM grants_notegroupgrant g
        JOIN notes_note f ON f.id = g.content_object_id
        WHERE g.group_id = mine.group_id AND {in_effect} {on_the_way}
        ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT %(limit)s
    ) t
"""
BY_NAME = """
    (SELECT g.created_at, g.content_object_id FROM grants_noteusergrant g
     JOIN notes_note f ON f.id = g.content_object_id
     WHERE g.user_id = %(person)s AND g.through_id IN (SELECT group_id FROM mine) AND {in_effect} {on_the_way}
     ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT %(limit)s)
"""
BEFORE = "AND (g.created_at, g.content_object_id) < (%(created_at)s, %(note)s)"
# a grant carries the time of its note
SINCE, UNTIL = "AND g.created_at >= %(since)s", "AND g.created_at < %(until)s"
OF_PARTNERSHIP = """
    AND h.group_id IN (SELECT group_id FROM membership_partnership WHERE id = %(partnership)s
                       UNION ALL SELECT group_id FROM membership_membership WHERE partnership_id = %(partnership)s
                       UNION ALL SELECT group_id FROM circles_circle WHERE partnership_id = %(partnership)s)
"""
# Groups that cannot hold what is asked for are left out: their whole walk would be in vain.
WRITTEN_BY = """
    AND f.owner_id = ANY(ARRAY(SELECT m.id FROM membership_membership m JOIN agencies_agency a ON a.id = m.agency_id
                               WHERE a.public_id = %(originator)s))
"""
MARKED = "AND f.tlp = %(tlp)s"
# by the reader's own grant; a note of the own agency, by any
RESTING_ON = """
    AND (g.rule_id = ANY(%(rules)s)
         OR (f.owner_id = ANY(ARRAY(SELECT id FROM membership_membership WHERE agency_id = %(agency)s
                                    AND status = 'active'))
             AND (EXISTS (SELECT FROM grants_notegroupgrant r WHERE r.content_object_id = f.id
                            AND r.rule_id = ANY(%(rules)s) AND (r.expires_at IS NULL OR r.expires_at > %(present)s))
                  OR EXISTS (SELECT FROM grants_noteusergrant r WHERE r.content_object_id = f.id
                               AND r.rule_id = ANY(%(rules)s)
                               AND (r.expires_at IS NULL OR r.expires_at > %(present)s)))))
"""
NOT_FOR_EVERYBODY = "AND NOT EXISTS (SELECT FROM membership_partnership s WHERE s.group_id = h.group_id)"
OURS = "AND f.owner_id = ANY(ARRAY(SELECT id FROM membership_membership WHERE agency_id = %(agency)s))"
# The owner is always among a note's audience. An agency that left and came back is a new member: what it wrote as the
# old one reaches it as part of the whole partnership.
OF_OWN_AGENCY = """
    AND h.group_id IN (SELECT group_id FROM membership_membership WHERE agency_id = %(agency)s
                       UNION ALL SELECT s.group_id FROM membership_partnership s
                       JOIN membership_membership m ON m.partnership_id = s.id
                       WHERE m.agency_id = %(agency)s AND m.status = 'withdrawn')
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: its last note's time and key."""

    created_at: datetime
    note_id: int


def newest_notes(
    actor: Actor,
    *,
    partnership: Partnership | None = None,
    tlp: str = "",
    ours: bool = False,
    originator: UUID | None = None,
    agreement: Agreement | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Place | None = None,
    limit: int = 25,
) -> list[Note]:
    """Return the newest notes that an actor sees, withdrawn ones of the own agency included.

    Args:
        partnership: only of this one.
        tlp: only of this marking. Slower the fewer of the notes that the actor sees have it: none at all, and every one
            of them is looked at.
        ours: only those that the actor's agency wrote.
        originator: only those that this agency wrote, by its public id. Slow where it wrote few, as for a marking.
        agreement: only those that rest on this one: on it rests the reader's own grant, or any of a note of the own
            agency. Slow where few do, as for a marking.
        since, until: only those written from a time on, and before one.
        before: only what comes after this place in the list.
        limit: how many at most.
    """
    parameters: dict[str, object] = {
        "person": actor.person_id,
        "present": clock.now(),
        "partnership": partnership.pk if partnership else None,
        "since": since,
        "until": until,
        "created_at": before.created_at if before else None,
        "note": before.note_id if before else None,
        "limit": limit,
    }
    if not (tlp or ours or originator or agreement):
        return list(Note.objects.raw(NEWEST, parameters))
    walks, mine, on_the_way = [BY_GROUP, BY_NAME], [], []
    if before:
        on_the_way.append(BEFORE)
    if partnership:
        mine.append(OF_PARTNERSHIP)
    if since:
        on_the_way.append(SINCE)
    if until:
        on_the_way.append(UNTIL)
    if tlp:
        parameters["tlp"] = tlp
        on_the_way.append(MARKED)
        # a marking says which audiences there can be: named people alone, or groups alone
        walks = [BY_NAME if fits(tlp, Audience.PERSONS) else BY_GROUP]
        if not fits(tlp, Audience.PARTNERSHIP):
            mine.append(NOT_FOR_EVERYBODY)
    if ours:
        parameters["agency"] = actor.agency_key
        on_the_way.append(OURS)
        mine.append(OF_OWN_AGENCY)
    if originator:
        parameters["originator"] = originator
        on_the_way.append(WRITTEN_BY)
    if agreement:
        parameters |= {"agency": actor.agency_key, "rules": rules_of(actor, agreement)}
        on_the_way.append(RESTING_ON)
    sql = PAGE.format(groups=GROUPS, mine=" ".join(mine), walks=" UNION ALL ".join(walks)).format(
        in_effect=IN_EFFECT, on_the_way=" ".join(on_the_way)
    )
    return list(Note.objects.raw(sql, parameters))


def rules_of(actor: Actor, agreement: Agreement) -> list[int]:
    """Return the keys of the sharing rules of an agreement, in every version that the actor sees."""
    rules = SharingRule.objects.visible_to(actor).filter(version__agreement=agreement)
    return list(rules.order_by("pk").values_list("pk", flat=True))


def with_names(notes: list[Note]) -> list[Note]:
    """Load the originators and partnerships that a list of notes shows: two queries, however many notes."""
    prefetch_related_objects(notes, "owner__agency", "partnership")
    return notes


def place_of(actor: Actor, public_id: str) -> Place | None:
    """Return where a note stands in the list, if there is such a note and the actor sees it."""
    wanted = id_of(public_id)
    if wanted is None:
        return None
    note = Note.objects.visible_to(actor).filter(public_id=wanted).only("created_at").first()
    return Place(note.created_at, note.pk) if note else None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who sees a note.

    Attributes:
        name: of the agency, the partnership, or the named person.
        reason: why, as a sentence.
        agency_ids: the agencies whose people see it by this; for a named person none.
        person_id: the named person's key.
        agency: public id of the agency, or of the named person's.
    """

    name: str
    reason: str
    agency_ids: frozenset[int] = frozenset()
    person_id: int | None = None
    agency: UUID | None = None


def viewers(note: Note, actor: Actor) -> list[Viewer]:
    """Return who sees a note, for somebody who may know it: the panel "Who can see this"; its writer first.

    The database lets through only those grants that the reader may know of. Who is in a circle is told to those in it;
    that a circle got it, to who knows of the circle.
    """
    rows = _viewers(note, actor, NoteGroupGrant.objects.filter(content_object=note))
    return rows + _named(note, NoteUserGrant.objects.filter(content_object=note))


def who_will_see(note: Note, actor: Actor) -> list[Viewer]:
    """Return who will see a note from its first day on, for its originator; nobody sees it by this yet."""
    if note.share_from is None or note.share_from <= clock.today():
        return []
    waiting = Q(content_object=note, not_before__gt=clock.now())
    rows = _viewers(note, actor, NoteGroupGrant._base_manager.filter(waiting))
    rows += _named(note, NoteUserGrant.standing().filter(waiting))
    return [Viewer(row.name, f"From {date_format(note.share_from, 'j F Y')} on.", agency=row.agency) for row in rows]


def _viewers(note: Note, actor: Actor, found: QuerySet[NoteGroupGrant]) -> list[Viewer]:
    grants = list(found.select_related("granted_by"))
    by_group = {grant.group_id: grant for grant in grants}
    active = Membership.objects.active().select_related("agency").by_agency_name()
    rows = [
        _member(member, _reason(note, member, by_group[member.group_id]))
        for member in sorted(active.filter(group_id__in=by_group), key=lambda member: member.pk != note.owner_id)
    ]
    if note.partnership.group_id in by_group:
        everybody = active.filter(partnership=note.partnership).exclude(group_id__in=by_group).exclude(pk=note.owner_id)
        rows += [_member(member, "Active member of the partnership.") for member in everybody]
    return rows + _in_circles(note, actor, by_group)


def _in_circles(note: Note, actor: Actor, by_group: Mapping[int, NoteGroupGrant]) -> list[Viewer]:
    known = Circle.objects.visible_to(actor).filter(group__in=by_group).order_by("name", "pk")
    inside = rosters(actor, by_group)
    told, listed = set(by_group) | {note.owner.group_id}, []
    for circle in known:
        if circle.group_id not in inside:
            listed.append(Viewer(f"The circle {circle.name}", "Who is in it, its members keep to themselves."))
        for member in inside.get(circle.group_id, ()):
            if member.status == "active" and member.group_id not in told:
                told.add(member.group_id)
                listed.append(_member(member, f"In the circle {circle.name}, with which it was shared."))
    return listed


def _member(member: Membership, reason: str) -> Viewer:
    agency = member.agency
    return Viewer(agency.name, reason, frozenset({agency.pk}), agency=agency.public_id)


def _reason(note: Note, member: Membership, grant: NoteGroupGrant) -> str:
    if member.pk == note.owner_id:
        return "Originator: its people see what it wrote."
    by = grant.granted_by.name if grant.granted_by else "the originator"
    return f"{by} shared it with this agency on {_day(grant.granted_at)}."


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _named(note: Note, found: QuerySet[NoteUserGrant]) -> list[Viewer]:
    grants = found.select_related("user__agency", "granted_by")
    return [
        Viewer(
            f"{grant.user.name}, {grant.user.agency}",
            "Author." if grant.user_id == note.author_id else f"Named on {_day(grant.granted_at)}.",
            person_id=grant.user_id,
            agency=grant.user.agency.public_id if grant.user.agency else None,
        )
        for grant in sorted(
            grants.order_by("user__agency__name", "user__name", "pk"), key=lambda grant: grant.user_id != note.author_id
        )
        if grant.user.is_active
    ]


def declared(note: Note) -> list[dict[str, object]]:
    """Return what the writer declared of a note, as its page states it."""
    personal = data_in_words(note.personal_data) if note.category or note.personal_data else ""
    competence = note.competence
    return [
        {"key": "About", "value": capfirst(note.get_category_display()) if note.category else ""},
        {"key": "Grade", "value": _graded(note)},
        {"key": "Purpose", "value": note.purpose},
        {"key": "Legal basis", "value": note.legal_basis},
        {"key": "Personal data of", "value": capfirst(personal)},
        {
            "key": "Competence",
            "value": competence.name if competence else "",
            "action": "Open",
            "url": competence.get_absolute_url() if competence else "",
        },
        {
            "key": "Agreement",
            "value": note.agreement.title if note.agreement else "",
            "action": "Open",
            "url": note.agreement.get_absolute_url() if note.agreement else "",
        },
    ]


def _graded(note: Note) -> str:
    """Return its grade in words, and how that reads for who grades by the other scheme."""
    if not note.grade:
        return ""
    other = note.grade.as_other()
    about = f"{note.get_grading_display()}. {note.grade.in_words()}"
    if not other:
        return f"{about} Nothing in the other scheme is as low."
    return f"{about} In {Scheme(other.scheme).label} about {other.source}, {other.information}; nobody graded it so."


def terms(note: Note) -> str:
    """Return in one sentence from when until when others see a note, and whether they may pass it on."""
    if note.audience == Audience.OWN_AGENCY:
        return ""
    days = f" from {date_format(note.share_from, 'j F Y')} on" if note.share_from else ""
    days += f" until {date_format(note.share_until, 'j F Y')}" if note.share_until else ""
    onward = "Who receives it may pass it on." if note.may_pass_on else ""
    if not days:
        return onward
    is_over = note.share_until is not None and note.share_until < clock.today()
    return f"{'It was shared' if is_over else 'Shared'}{days}. {onward}".strip()


HEAD = ("title", "marking", "audience", "originator", "partnership", "status", "written", "review date")


def row(note: Note) -> tuple[object, ...]:
    """Return a note as a line of a table: never its text."""
    return (
        note.title,
        note.get_tlp_display(),
        note.audience,
        note.owner.agency.name,
        note.partnership.name,
        note.status,
        note.created_at.isoformat(),
        note.review_on,
    )
