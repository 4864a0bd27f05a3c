"""Reads of the register that pages need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.people.actor import Actor
from foundation import clock
from partnership.competences.dependence import Edge, Network
from partnership.competences.facts import Facts, days, differences, in_words
from partnership.competences.models import (
    Acknowledgement,
    Change,
    ChangeStatus,
    Competence,
    DecisionRight,
    Extent,
    Holding,
    Interest,
    Remark,
    Right,
    Statement,
    Subject,
)
from partnership.membership.models import Membership, Partnership


def held_today(actor: Actor) -> QuerySet[Holding]:
    """Return the holdings that count today, each with its member and what it needs first."""
    held = Holding.objects.visible_to(actor).held(clock.today()).select_related("membership__agency")
    return held.prefetch_related("need_rows__competence").order_by("membership__agency__name", "pk")


def competences(actor: Actor, partnership: Partnership) -> QuerySet[Competence]:
    """Return what a partnership's register describes, retired ones included, with `held`: who holds it today."""
    held = Prefetch("holdings", queryset=held_today(actor), to_attr="held")
    return (
        Competence.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("partnership__coordinator", "entry")
        .prefetch_related(held)
        .order_by("name", "pk")
    )


REGISTER_HEAD = (
    "competence", "used here for", "approaches", "legal basis", "checked against", "member", "holds it", "who decides",
    "lead time in days", "capacity", "limits", "needs first, from a member", "needs first, in words", "valid until",
)  # fmt: skip


def register_rows(listed: Iterable[Competence]) -> Iterable[Sequence[object]]:
    """Yield a row for each member that holds a competence; one without a member where nobody does."""
    for one in listed:
        about = (one.name, one.used_for, " ".join(one.approaches), one.legal_basis, one.confirmed_against)
        for holding in one.held:  # type: ignore[attr-defined]
            facts = Facts.of(holding)
            yield (
                *about, holding.membership.agency.name, facts.extent, facts.decided_by, facts.lead_days, facts.capacity,
                facts.limits, "; ".join(facts.needs), facts.needs_words, facts.valid_until,
            )  # fmt: skip
        if not one.held:  # type: ignore[attr-defined]
            yield (*about, *([""] * 9))


@dataclass(frozen=True, slots=True)
class Told:
    """A holding as a page tells it.

    Attributes:
        rows: its facts as key and value; none where a list tells it in a few words.
        remarks: those that the reader may read.
    """

    holding: Holding
    rows: list[dict[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The holding in a few words: "partly, about 10 days"."""
        lead = self.holding.lead_days
        words = [str(Extent(self.holding.extent).label)]
        return ", ".join(words if lead is None else [*words, days(lead)])


def told(actor: Actor, holdings: Iterable[Holding]) -> list[Told]:
    """Return holdings with their facts in words, and the remarks on them that the actor may read."""
    listed = list(holdings)
    remarks: dict[int, list[Remark]] = {}
    visible = Remark.objects.visible_to(actor).filter(holding__in=listed).select_related("owner__agency")
    for remark in visible.prefetch_related("reader_rows__membership__agency").order_by("pk"):
        remarks.setdefault(remark.holding_id, []).append(remark)
    return [
        Told(
            holding,
            [{"key": label, "value": words} for label, words in in_words(Facts.of(holding)).items()],
            remarks.get(holding.pk, []),
        )
        for holding in listed
    ]


def readers_of(remark: Remark) -> str:
    """Return who else reads a remark, as its owner may know."""
    names = sorted(row.membership.agency.name for row in remark.reader_rows.all())
    return ", ".join(names) or "nobody else"


# --- changes -------------------------------------------------------------------------------------
def changes(actor: Actor, partnership: Partnership) -> QuerySet[Change]:
    """Return every change of a partnership's register, the newest first."""
    seen = Change.objects.visible_to(actor).filter(partnership=partnership)
    return seen.select_related("partnership__coordinator", "competence__partnership", "membership__agency").order_by(
        "-pk"
    )


def difference(change: Change) -> list[tuple[str, str, str]]:
    """Return what a change changes: label, before, after."""
    before, after = (Facts.from_json(kept) if kept else None for kept in (change.before, change.after))
    return differences(before, after)


def history(listed: Iterable[Change], *, of_member: bool) -> list[dict[str, object]]:
    """Return changes that were answered as a timeline.

    Args:
        of_member: whether the page is one member's, so that a line names the competence and not the member.
    """
    return [
        {
            "title": f"{change.competence.name if of_member else change.membership.agency.name}: "
            f"{change.get_kind_display()} was {change.get_status_display()}",
            "when": change.answered_at,
            "who": f"{change.answered_by_name}; proposed by {change.proposed_by_name}",
            "text": change.reason or change.note or _what(change),
        }
        for change in listed
        if change.status != ChangeStatus.PROPOSED
    ]


def _what(change: Change) -> str:
    return "; ".join(f"{label}: {after or 'nothing any more'}" for label, _before, after in difference(change))


# --- one member ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Powers:
    """What a member can do, what it cannot, and whom it needs.

    Attributes:
        can: what it holds today.
        cannot: what others hold and it does not, and what nobody holds.
        needs: dependences in which it waits for others.
        needed: dependences in which others wait for it.
        rights: its right in each subject, as (subject, right in words).
    """

    can: list[Told]
    cannot: list[tuple[Competence, list[str]]]
    needs: list[Edge]
    needed: list[Edge]
    rights: list[tuple[Subject, str]]
    interests: list[Interest]


def powers(actor: Actor, membership: Membership, today: date) -> Powers:
    """Return all that the register says of a member."""
    partnership = membership.partnership
    network = Network.of(actor, partnership, today)
    listed = list(competences(actor, partnership).filter(retired_at__isnull=True))
    holders = {one.pk: list(one.held) for one in listed}  # type: ignore[attr-defined]
    mine = [holding for held in holders.values() for holding in held if holding.membership_id == membership.pk]
    by_key = {one.pk: one for one in listed}
    for holding in mine:
        holding.competence = by_key[holding.competence_id]
    held = {holding.competence_id for holding in mine}
    rights = DecisionRight.objects.filter(membership=membership, subject__in=Subject.objects.visible_to(actor))
    return Powers(
        can=told(actor, mine),
        cannot=[(one, [row.membership.agency.name for row in holders[one.pk]]) for one in listed if one.pk not in held],
        needs=[edge for edge in network.edges if edge.member.pk == membership.pk],
        needed=[edge for edge in network.edges if membership.pk in {giver.pk for giver in edge.givers}],
        rights=[
            (row.subject, str(Right(row.right).label))
            for row in rights.select_related("subject").order_by("subject__name")
        ],
        interests=list(Interest.objects.visible_to(actor).lasting().filter(membership=membership).order_by("pk")),
    )


# --- who decides, and the acknowledgement ----------------------------------------------------------
def decision_table(actor: Actor, partnership: Partnership) -> tuple[list[Membership], list[tuple[Subject, list[str]]]]:
    """Return the active members, and each subject with the right of each of them in words; empty where it has none."""
    members = list(partnership.memberships.active().select_related("agency").by_agency_name())
    subjects = Subject.objects.visible_to(actor).filter(partnership=partnership).prefetch_related("rights")
    rows = []
    for subject in subjects.order_by("name", "pk"):
        given = {row.membership_id: str(Right(row.right).label) for row in subject.rights.all()}
        rows.append((subject, [given.get(member.pk, "") for member in members]))
    return members, rows


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement of differences and where it stands.

    Attributes:
        signed: signatures under it, the first first.
        awaited: names of active members that have not signed.
        since: what changed since the statement before it, in sentences.
    """

    statement: Statement
    signed: list[Acknowledgement]
    awaited: list[str]
    before: Statement | None


def standing(actor: Actor, partnership: Partnership) -> Standing | None:
    """Return the newest statement of a partnership and who has signed it; None where the members were never asked."""
    statements = Statement.objects.visible_to(actor).filter(partnership=partnership).order_by("-number")
    newest, before = [*statements[:2], None, None][:2]
    if newest is None:
        return None
    signed = list(newest.acknowledgements.select_related("membership__agency").order_by("pk"))
    members = partnership.memberships.active().exclude(pk__in=[row.membership_id for row in signed])
    awaited = list(members.by_agency_name().values_list("agency__name", flat=True))
    return Standing(newest, signed, awaited, before)
