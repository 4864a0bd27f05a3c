"""Taking the sharing rules of one version over into the next."""

from partnership.agreements.models import RuleMember, SharingRule, Version


def copy_rules(before: Version, after: Version) -> None:
    """Copy every rule to the clause that comes from the rule's own, members and all."""
    clauses = {clause.lineage: clause for clause in after.clauses.all()}
    for rule in before.rules.select_related("clause").prefetch_related("members").order_by("pk"):
        members = list(rule.members.all())
        clause = clauses[rule.clause.lineage]
        copy = SharingRule.objects.create(
            version=after,
            clause=clause,
            partnership_id=after.partnership_id,
            **{name: getattr(rule, name) for name in SAID},
        )
        RuleMember.objects.bulk_create(
            RuleMember(
                rule=copy,
                version=after,
                partnership_id=after.partnership_id,
                membership_id=member.membership_id,
                side=member.side,
            )
            for member in members
        )


SAID = ("from_any", "to_any", "category", "purpose", "legal_basis", "personal_data", "onward", "until")
