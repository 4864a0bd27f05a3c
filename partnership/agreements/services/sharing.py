"""Writing the sharing rules of a clause, while its version is a draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid
from partnership.agreements.models import (
    Category,
    Clause,
    ClauseKind,
    PersonalData,
    RuleMember,
    SharingRule,
    Side,
    Version,
)
from partnership.agreements.services.drafting import locked_draft
from partnership.membership.models import Membership, MembershipStatus


@dataclass(frozen=True, slots=True)
class Members:
    """Who gives, or who receives: members by name, or any member."""

    named: Sequence[Membership] = ()
    any: bool = False


@transaction.atomic
def add_rule(
    *,
    actor: Actor,
    version: Version,
    clause: Clause,
    givers: Members,
    receivers: Members,
    category: str,
    purpose: str,
    legal_basis: str,
    personal_data: Iterable[str] = (),
    onward: bool = False,
    until: date | None = None,
) -> SharingRule:
    """Add to a clause on sharing who may give what to whom.

    Args:
        personal_data: of whom, as `PersonalData`; nothing for none.
        onward: whether who receives may pass it on.
        until: the last day; None for as long as the version stands.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more.
        Invalid: the clause is another version's or not one on sharing; a side names nobody, or somebody beside "any
            member"; a member is not an active one of this partnership, or would give to itself alone; the category or
            a kind of personal data is unknown; figures would hold personal data; purpose or basis are not said; the
            last day has passed, or is after the version's.
    """
    version = locked_draft(actor, version)
    if clause.version_id != version.pk or clause.kind != ClauseKind.SHARING:
        raise Invalid("Choose a clause on information sharing of this version.")
    named = {Side.GIVES: _named(givers, version, "givers"), Side.RECEIVES: _named(receivers, version, "receivers")}
    if len(named[Side.GIVES]) == 1 and named[Side.GIVES] == named[Side.RECEIVES]:
        raise Invalid("A member needs no rule to give something to itself.", field="receivers")
    wanted = sorted(set(personal_data))
    _require_known(category, wanted)
    _require_last_day(version, until)
    rule = SharingRule.objects.create(
        version=version,
        clause=clause,
        partnership_id=version.partnership_id,
        from_any=givers.any,
        to_any=receivers.any,
        category=category,
        purpose=_said(purpose, "purpose", "Say what for."),
        legal_basis=_said(legal_basis, "legal_basis", "Say on what ground in law."),
        personal_data=wanted,
        onward=onward,
        until=until,
    )
    RuleMember.objects.bulk_create(
        RuleMember(rule=rule, version=version, partnership_id=version.partnership_id, membership_id=member, side=side)
        for side, members in named.items()
        for member in sorted(members)
    )
    record(verb="agreements.rule_added", actor=actor, subject=rule, clause=clause.number, category=category)
    return rule


@transaction.atomic
def remove_rule(*, actor: Actor, version: Version, rule: SharingRule) -> None:
    """Take a rule out of a draft.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the version is no draft any more.
    """
    version = locked_draft(actor, version)
    rule = version.rules.select_related("clause").get(pk=rule.pk)
    record(verb="agreements.rule_removed", actor=actor, subject=rule, clause=rule.clause.number)
    rule.delete()


def _named(side: Members, version: Version, field: str) -> set[int]:
    wanted = {member.pk for member in side.named}
    if side.any and wanted:
        raise Invalid("Name members, or choose any member: not both.", field=field)
    if not side.any and not wanted:
        raise Invalid("Name at least one member, or choose any member.", field=field)
    active = Membership.objects.filter(
        pk__in=wanted, partnership=version.partnership_id, status=MembershipStatus.ACTIVE
    )
    if active.count() != len(wanted):
        raise Invalid("Choose active members of this partnership.", field=field)
    return wanted


def _require_known(category: str, personal_data: Sequence[str]) -> None:
    if category not in Category.values:
        raise Invalid("Choose what the information is about.", field="category")
    if not set(personal_data) <= set(PersonalData.values):
        raise Invalid("Choose whose personal data it holds, from the list.", field="personal_data")
    if category == Category.AGGREGATE and personal_data:
        raise Invalid("Aggregate figures hold no personal data.", field="personal_data")


def _require_last_day(version: Version, until: date | None) -> None:
    if until is None:
        return
    if until < clock.today():
        raise Invalid("This day has passed. Choose today or later, or leave it empty.", field="until")
    if version.ends_on is not None and until > version.ends_on:
        raise Invalid("The agreement ends before that. Choose an earlier day, or leave it empty.", field="until")


def _said(words: str, field: str, ask: str) -> str:
    said = " ".join(words.split())
    if not said:
        raise Invalid(ask, field=field)
    return said
