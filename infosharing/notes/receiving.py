"""Who can receive a note, by the agreements in force, and why not where somebody cannot.

Once an information-sharing agreement is in force, the rules of all agreements in force decide: what no rule allows is
not shared. Until then the marking alone decides, and the writer is told so; but personal data are shared by a rule
alone, and so is what its writer rests on one agreement. What may be told to anyone needs no rule.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from accounts.people.actor import Actor
from foundation import clock
from foundation.errors import Invalid
from infosharing.circles.selectors import rosters
from infosharing.notes.audiences import Choice, groups_of_persons, possible_members
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.models import Note
from partnership.agreements.models import Kind, SharingRule, Version
from partnership.agreements.rulebook import RuleBook
from partnership.agreements.sharing import Missing, Question, label, visible_rules
from partnership.membership.models import Membership, Partnership

# a month before the review date of what allows it, the writer is warned
SOON = timedelta(days=30)
AT_FAULT = {str(Audience.AGENCIES): "agencies", str(Audience.PERSONS): "people"}


@dataclass(frozen=True, slots=True)
class Matter:
    """What agreements ask of a note.

    Attributes:
        tlp: its marking.
        category: what it is about; empty where nothing was said.
        personal_data: whose it holds.
        agreement: key of the one that it rests on; none where any may allow it.
    """

    tlp: str
    category: str = ""
    personal_data: Collection[str] = ()
    agreement: int | None = None

    def asks_for_a_rule(self, partnership: Partnership, today: date) -> bool:
        """Say whether agreements decide who receives it: always of personal data, and where it rests on one."""
        if self.personal_data or self.agreement:
            return True
        return self.tlp != Tlp.CLEAR and rules_decide(partnership, today)

    def rules(self, actor: Actor, partnership: Partnership) -> list[SharingRule]:
        """Return the rules that may allow it, and those that would if they held."""
        found = visible_rules(actor, partnership)
        return [rule for rule in found if self.agreement in (None, rule.version.agreement_id)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a member can receive a note.

    Attributes:
        rule: what allows it; none where no rule is asked for.
        missing: what stands in the way, the nearest first, and who could change it.
        warning: what will stand in the way soon, as a sentence.
    """

    member: Membership
    can_receive: bool
    rule: SharingRule | None = None
    missing: list[Missing] = field(default_factory=list)
    warning: str = ""


def matter_of(note: Note) -> Matter:
    """Return what agreements ask of a note, as it stands."""
    return Matter(note.tlp, note.category, tuple(note.personal_data), note.agreement_id)


def rules_decide(partnership: Partnership, today: date) -> bool:
    """Say whether an information-sharing agreement is in force in a partnership."""
    agreed = Version.objects.standing().filter(partnership=partnership, agreement__kind=Kind.SHARING)
    return agreed.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).exists()


def verdicts(actor: Actor, own: Membership, matter: Matter) -> list[Verdict]:
    """Return, for every other active member by name, whether it can receive a note like this from `own`."""
    today = clock.today()
    members = possible_members(actor, own.partnership)
    if not matter.asks_for_a_rule(own.partnership, today):
        return [Verdict(member, can_receive=True) for member in members]
    if not matter.category:
        first = Missing("Say first what it is about: the agreement decides by category.", "You, above.")
        return [Verdict(member, can_receive=False, missing=[first]) for member in members]
    book = RuleBook(own.partnership, matter.rules(actor, own.partnership), today)
    return [_verdict(actor, own, member, matter, book) for member in members]


def _verdict(actor: Actor, own: Membership, member: Membership, matter: Matter, book: RuleBook) -> Verdict:
    rules = book.allowing(own, member, matter.category, matter.personal_data)
    standing = [rule for rule in rules if rule.version.review_on >= book.today]
    if standing:
        rule = max(standing, key=lambda rule: (rule.version.review_on, rule.pk))
        return Verdict(member, can_receive=True, rule=rule, warning=_warning(rule, book.today))
    if rules:
        past = Missing(
            f"{label(rules[0])} allows it, but was to be reviewed by {rules[0].version.review_on:%-d %B %Y}.",
            "The coordinator can have it reviewed and confirmed.",
            rules[0],
        )
        return Verdict(member, can_receive=False, missing=[past])
    data = sorted(matter.personal_data)
    question = Question(actor, own.partnership, own, member, matter.category, data, book.today, book)
    missing = question.answer().missing
    if matter.agreement:
        missing = [Missing("The agreement that it rests on does not let them have it.", ""), *missing]
    return Verdict(member, can_receive=False, missing=missing)


def _warning(rule: SharingRule, today: date) -> str:
    last = min(filter(None, (rule.version.review_on, rule.until, rule.version.ends_on)))
    if last - today > SOON:
        return ""
    return f"{label(rule)} allows it until {last:%-d %B %Y}; then no more is shared by it until it is reviewed."


def obstacles(actor: Actor, owner: Membership, newcomer: Membership, matter: Matter) -> list[Missing]:
    """Return what stands in the way of one member receiving from another what was shared by the agreements."""
    today = clock.today()
    if owner.pk == newcomer.pk or not matter.asks_for_a_rule(owner.partnership, today):
        return []
    if not matter.category:
        return [Missing("It does not say what it is about, which the agreements ask.", "Its originator can say it.")]
    rules = matter.rules(actor, owner.partnership)
    # what the owner shared stays shared while it is suspended
    book = RuleBook(owner.partnership, rules, today, counting=[owner.pk, newcomer.pk])
    return _verdict(actor, owner, newcomer, matter, book).missing


def require_rules(*, actor: Actor, own: Membership, choice: Choice, matter: Matter) -> dict[int, SharingRule]:
    """Return the rule by which each group may receive a note; empty where no rule is asked for.

    Raises:
        Invalid: a member among the recipients cannot receive it; says which, why, and who could change that.
    """
    today = clock.today()
    if choice.kind == Audience.OWN_AGENCY or not matter.asks_for_a_rule(own.partnership, today):
        return {}
    if not matter.category:
        raise Invalid("Say what it is about: the agreement decides by category who may receive it.", field="category")
    in_circles = rosters(actor, [circle.group_id for circle in choice.circles])
    receivers = _receivers(actor, own, choice, in_circles)
    # who is suspended gets it when that ends, without anybody asking again
    counting = [member.pk for members in in_circles.values() for member in members]
    book = RuleBook(own.partnership, matter.rules(actor, own.partnership), today, counting=counting)
    found = [_verdict(actor, own, member, matter, book) for member in receivers]
    refused = [verdict for verdict in found if not verdict.can_receive]
    if refused:
        why = " ".join(
            f"{verdict.member.agency.name}: {verdict.missing[0].sentence} {verdict.missing[0].who}".strip()
            for verdict in refused[:3]
        )
        field_at_fault = AT_FAULT.get(choice.kind, "audience")
        if choice.circles and refused[0].member not in choice.members:
            field_at_fault = "circles"
        raise Invalid(f"Not by the agreements in force. {why}", field=field_at_fault)
    rules = {verdict.member.group_id: verdict.rule for verdict in found if verdict.rule}
    if choice.kind == Audience.PARTNERSHIP and rules:
        # one row for all of them carries the rule that ends first
        first = min(rules.values(), key=lambda rule: (rule.version.review_on, rule.pk))
        return {own.partnership.group_id: first}
    # and so does the one row for a circle
    for group, members in in_circles.items():
        theirs = [rules[member.group_id] for member in members if member.group_id in rules]
        if theirs:
            rules[group] = min(theirs, key=lambda rule: (rule.version.review_on, rule.pk))
    return rules


def _receivers(
    actor: Actor, own: Membership, choice: Choice, in_circles: Mapping[int, Sequence[Membership]]
) -> Sequence[Membership]:
    if choice.kind == Audience.AGENCIES:
        everyone = {member.pk: member for member in choice.members}
        everyone |= {member.pk: member for members in in_circles.values() for member in members}
        return [member for member in everyone.values() if member.pk != own.pk]
    everybody = possible_members(actor, own.partnership)
    if choice.kind == Audience.PARTNERSHIP:
        return everybody
    through = set(groups_of_persons(choice.persons, own.partnership).values())
    return [member for member in everybody if member.group_id in through]
