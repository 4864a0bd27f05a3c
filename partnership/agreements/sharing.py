"""May one member give this to another? What the agreements in force allow, and what is missing where they do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.formats import date_format
from django.utils.text import capfirst

from accounts.people.actor import Actor
from partnership.agreements import policy
from partnership.agreements.models import (
    STANDING,
    Category,
    SharingRule,
    Signatory,
    Signature,
    Status,
    Version,
    VersionChange,
)
from partnership.agreements.rulebook import RuleBook
from partnership.agreements.rules import data_in_words
from partnership.membership.models import Membership, MembershipStatus, Partnership

IN_THE_MAKING = (Status.DRAFT, Status.CONSULTATION, Status.OPEN)
NEXT_VERSION = "The coordinator can draft a next version that allows it; it holds once the members have signed."


def allowing_rules(
    partnership: Partnership,
    giver: Membership,
    receiver: Membership,
    category: str,
    personal_data: Iterable[str],
    today: date,
) -> list[SharingRule]:
    """Return the rules by which a member may give information to another on a day; none means that it may not."""
    return RuleBook.of_standing(partnership, today).allowing(giver, receiver, category, personal_data)


def without_signature(version: Version, members: Sequence[Membership]) -> list[Membership]:
    """Return those members that neither signed the text which binds under a version nor joined it."""
    signed = Signature.objects.counting().filter(version=policy.signed_version(version), membership__in=members)
    done = set(signed.values_list("membership_id", flat=True))
    return [member for member in members if member.pk not in done]


def visible_rules(actor: Actor, partnership: Partnership) -> list[SharingRule]:
    """Return every rule that an actor sees: those that hold first, then those in the making, then those that held."""
    rules = SharingRule.objects.visible_to(actor).filter(partnership=partnership).with_words()
    found = rules.order_by("version__agreement__title", "-version__number", "clause__number", "pk")
    return sorted(found, key=lambda rule: _rank(rule.version))


def _rank(version: Version) -> int:
    return 0 if version.status in STANDING else 1 if version.status in IN_THE_MAKING else 2


HEAD = (
    "from", "to", "category", "purpose", "legal basis", "personal data", "passed on", "until", "agreement", "version",
    "state", "clause",
)  # fmt: skip


def row(rule: SharingRule) -> Sequence[object]:
    return (
        rule.givers,
        rule.receivers,
        rule.category,
        rule.purpose,
        rule.legal_basis,
        " ".join(rule.personal_data),
        "yes" if rule.onward else "no",
        rule.until,
        rule.version.agreement.title,
        rule.version.number,
        rule.version.status,
        rule.clause.number,
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """Why not: one thing that is missing, who could change it, and the clause it is about, if there is one."""

    sentence: str
    who: str
    rule: SharingRule | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """May a member give this to another: the rules that allow it, or what is missing."""

    rules: list[SharingRule] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @property
    def allowed(self) -> bool:
        return bool(self.rules)


@dataclass(frozen=True)
class Question:
    """Who would give what to whom, and who asks: a member that asks never learns of a draft."""

    actor: Actor
    partnership: Partnership
    giver: Membership
    receiver: Membership
    category: str
    personal_data: Sequence[str]
    today: date
    book: RuleBook

    @classmethod
    def about(
        cls,
        actor: Actor,
        partnership: Partnership,
        giver: Membership,
        receiver: Membership,
        category: str,
        personal_data: Sequence[str],
        today: date,
    ) -> "Question":
        """Return one question by itself; for many, give each the same book."""
        book = RuleBook(partnership, visible_rules(actor, partnership), today)
        return cls(actor, partnership, giver, receiver, category, personal_data, today, book)

    def answer(self) -> Answer:
        """Return what allows it, or else what is missing, the nearest first."""
        if self.giver.pk == self.receiver.pk:
            return Answer(missing=[Missing("A member needs no rule to give something to itself.", "")])
        rules = self.book.allowing(self.giver, self.receiver, self.category, self.personal_data)
        return Answer(rules=rules) if rules else Answer(missing=self._missing())

    def _missing(self) -> list[Missing]:
        absent = [_absence(member) for member in (self.giver, self.receiver) if member.status != "active"]
        return absent + (self._of_covering() or self._of_data() or self._of_pair() or [self._of_category()])

    @cached_property
    def _between(self) -> list[SharingRule]:
        return self.book.between(self.giver, self.receiver, self.category)

    def _of_covering(self) -> list[Missing]:
        """What is missing of rules that say just this; ended ones are worth a word only where no other does."""
        covering = [rule for rule in self._between if set(self.personal_data) <= set(rule.personal_data)]
        living = [rule for rule in covering if _rank(rule.version) < 2]
        return [missing for rule in living or covering for missing in self._of_rule(rule)]

    def _of_rule(self, rule: SharingRule) -> list[Missing]:
        version, clause = rule.version, label(rule)
        if version.status in IN_THE_MAKING:
            sentence = f"{clause} allows it, but that version is {version.get_status_display()} and not in force yet."
            return [Missing(sentence, _who_brings_into_force(version), rule)]
        if version.status not in STANDING:
            ended = VersionChange.objects.filter(version=version, after=version.status).latest("pk").at
            state = version.get_status_display()
            sentence = f"{clause} allowed it; that version was {state} on {date_format(ended, 'j F Y')}."
            return [Missing(sentence.replace("was expired", "expired"), NEXT_VERSION, rule)]
        last = min(filter(None, (rule.until, version.ends_on)), default=None)
        if last is not None and last < self.today:
            return [Missing(f"{clause} allowed it until {date_format(last, 'j F Y')}.", NEXT_VERSION, rule)]
        return [
            Missing(
                f"{clause} allows it, but {member.agency.name} has not signed that text.",
                f"A lead of {member.agency.name} can join by signing what is in force.",
                rule,
            )
            for member in self.book.without_signature(version, (self.giver, self.receiver))
        ]

    def _of_data(self) -> list[Missing]:
        asked = data_in_words(self.personal_data)
        return [
            Missing(
                f"{label(rule)} covers this between the two, but not with personal data of {asked}: "
                f"it allows {rule.data_in_words}.",
                NEXT_VERSION,
                rule,
            )
            for rule in self._between
            if _rank(rule.version) < 2
        ]

    def _of_pair(self) -> list[Missing]:
        return [
            Missing(
                f"{label(rule)} covers this, but from {rule.givers} to {rule.receivers}.",
                NEXT_VERSION,
                rule,
            )
            for rule in self.book.about(self.category)
            if _rank(rule.version) < 2
        ]

    def _of_category(self) -> Missing:
        about = Category(self.category).label
        return Missing(f"No clause of an agreement in force covers this category: {about}.", NEXT_VERSION)


def label(rule: SharingRule) -> str:
    """Return where a rule stands: clause, agreement and version."""
    version = rule.version
    return f"Clause {rule.clause.number} of {version.agreement.title}, version {version.number},"


def _absence(member: Membership) -> Missing:
    state = MembershipStatus(member.status).label
    who = {
        "suspended": "The coordinator can end the suspension.",
        "invited": f"A lead of {member.agency.name} can accept the invitation.",
        "withdrawn": "The coordinator can invite the agency anew.",
    }[member.status]
    return Missing(f"{capfirst(member.agency.name)} is {state}: only active members give and receive.", who)


def _who_brings_into_force(version: Version) -> str:
    if version.status != Status.OPEN:
        return "The coordinator puts it to the members and opens it for signature."
    awaited = Signatory.objects.awaited().filter(version=version).select_related("membership__agency")
    names = "; ".join(str(signatory) for signatory in awaited.order_by("pk"))
    return f"Still to sign: {names}." if names else "The coordinator can bring it into force."
