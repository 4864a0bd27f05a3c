"""All sharing rules of a partnership at once: asked about many pairs of members, it reads the database a few times."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property

from partnership.agreements import policy
from partnership.agreements.models import STANDING, SharingRule, Side, Signature, Version
from partnership.membership.models import Membership, Partnership


class RuleBook:
    """Rules of a partnership, with who is active and who signed what, as they are when first asked for.

    Args:
        rules: loaded `with_words`.
        today: the day on which it is asked.
        counting: keys of memberships that count as active though they are not just now.
    """

    def __init__(
        self, partnership: Partnership, rules: Iterable[SharingRule], today: date, *, counting: Iterable[int] = ()
    ) -> None:
        self.partnership = partnership
        self.rules = list(rules)
        self.today = today
        self._counting = set(counting)
        self._signers: dict[int, set[int]] = {}

    @classmethod
    def of_standing(cls, partnership: Partnership, today: date) -> "RuleBook":
        """Return the book of the rules that hold on a day, whoever asks."""
        rules = SharingRule.objects.filter(partnership=partnership).holding(today).with_words().order_by("pk")
        return cls(partnership, rules, today)

    def allowing(
        self, giver: Membership, receiver: Membership, category: str, personal_data: Iterable[str]
    ) -> list[SharingRule]:
        """Return the rules by which a member may give information to another; none means that it may not.

        A rule counts while its version is in force, under review or not, and neither has run out; while both are active
        members; and if both signed the text, or joined it since.

        Args:
            personal_data: whose it holds, as `PersonalData`; the rule must allow each of them.
        """
        if giver.pk == receiver.pk or not {giver.pk, receiver.pk} <= self._active:
            return []
        wanted = set(personal_data)
        return [
            rule
            for rule in self.between(giver, receiver, category)
            if wanted <= set(rule.personal_data)
            and self.holds(rule)
            and not self.without_signature(rule.version, (giver, receiver))
        ]

    def about(self, category: str) -> list[SharingRule]:
        """Return the rules on a category."""
        return [rule for rule in self.rules if rule.category == category]

    def between(self, giver: Membership, receiver: Membership, category: str) -> list[SharingRule]:
        """Return the rules on a category from one member to another, by name or as any member."""
        return [
            rule
            for rule in self.about(category)
            if (rule.from_any or giver.pk in _named(rule, Side.GIVES))
            and (rule.to_any or receiver.pk in _named(rule, Side.RECEIVES))
        ]

    def holds(self, rule: SharingRule) -> bool:
        """Say whether a rule's version stands, and neither it nor the rule has run out."""
        last = (rule.until, rule.version.ends_on)
        return rule.version.status in STANDING and all(day is None or day >= self.today for day in last)

    def without_signature(self, version: Version, members: Collection[Membership]) -> list[Membership]:
        """Return those members that neither signed the text which binds under a version nor joined it."""
        if version.pk not in self._signers:
            signed = Signature.objects.counting().filter(version=policy.signed_version(version))
            self._signers[version.pk] = set(signed.values_list("membership_id", flat=True))
        return [member for member in members if member.pk not in self._signers[version.pk]]

    @cached_property
    def _active(self) -> set[int]:
        return self._counting.union(self.partnership.memberships.active().values_list("pk", flat=True))


def _named(rule: SharingRule, side: str) -> set[int]:
    return {row.membership_id for row in rule.members.all() if row.side == side}
