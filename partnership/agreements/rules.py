"""Sharing rules: what a clause on sharing says, in a form that the program can read.

The models are of this room and are loaded with `models`, which has the rest.
"""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from foundation.records import PublicRecord
from partnership.agreements.querysets import SharingRuleQuerySet
from partnership.membership.models import Membership, Partnership


class Category(models.TextChoices):
    """What information is about. Few and fixed, so that two agreements mean the same by one word."""

    PLACE = "place", _("observation of a place")
    CONSIGNMENT = "consignment", _("irregular consignment")
    PREMISES = "premises", _("premises and licence")
    FINANCIAL = "financial", _("financial signal")
    METHOD = "method", _("way of working of offenders")
    PERSON = "person", _("person of interest")
    VICTIM = "victim", _("victim")
    AGGREGATE = "aggregate", _("aggregate figures")


class PersonalData(models.TextChoices):
    """Whose personal data: the categories that article 6 of Directive (EU) 2016/680 keeps apart."""

    SUSPECTS = "suspects", _("suspects")
    CONVICTED = "convicted", _("convicted people")
    VICTIMS = "victims", _("victims")
    OTHERS = "others", _("others, such as witnesses")


# What members usually name; any other may be written.
LEGAL_BASES = (
    _("GDPR art. 6(1)(c), legal obligation"),
    _("GDPR art. 6(1)(e), public task"),
    _("GDPR art. 6(1)(f), legitimate interest of a private member"),
    _("GDPR art. 9(2)(g), substantial public interest"),
    _("GDPR art. 9(2)(a), explicit consent of the victim"),
    _("GDPR art. 10, criminal data under official authority"),
    _("Directive (EU) 2016/680 and national police law"),
    _("National law on partnerships that process data together"),
    _("No personal data: aggregated figures"),
)


class SharingRule(PublicRecord):
    """Who may give what to whom: part of a clause on sharing, and of what is signed.

    Who gives and who receives are `members` of the rule by side; `from_any` and `to_any` say "any member" instead, in
    words of their own, so that taking a name off never makes a rule wider.
    """

    version = models.ForeignKey("agreements.Version", on_delete=models.CASCADE, related_name="rules")
    clause = models.ForeignKey("agreements.Clause", on_delete=models.CASCADE, related_name="rules")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    from_any = models.BooleanField(_("from any member"), default=False)
    to_any = models.BooleanField(_("to any member"), default=False)
    category = models.CharField(_("category"), max_length=20, choices=Category)
    purpose = models.CharField(_("purpose"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    personal_data = ArrayField(
        models.CharField(max_length=20, choices=PersonalData),
        verbose_name=_("personal data"),
        default=list,
        blank=True,
    )
    onward = models.BooleanField(_("may be passed on"), default=False)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = SharingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing rule")
        ordering = ("version_id", "clause__number", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="sharing_rule_category_known"
            ),
            models.CheckConstraint(
                condition=models.Q(personal_data__contained_by=PersonalData.values),
                name="sharing_rule_personal_data_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(category="aggregate") | models.Q(personal_data=[]),
                name="sharing_rule_figures_name_nobody",
                violation_error_message=_("Aggregate figures hold no personal data."),
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="") & ~models.Q(legal_basis=""), name="sharing_rule_has_purpose_and_basis"
            ),
            models.UniqueConstraint(fields=("id", "version", "partnership"), name="sharing_rule_id_in_version"),
        ]

    def __str__(self) -> str:
        return f"sharing rule {self.public_id}"

    def get_absolute_url(self) -> str:
        return self.clause.get_absolute_url()

    # What follows reads `members`, each with its agency: load them by `with_words`.

    @property
    def givers(self) -> str:
        return "any member" if self.from_any else _list(self, Side.GIVES)

    @property
    def receivers(self) -> str:
        return "any member" if self.to_any else _list(self, Side.RECEIVES)

    @property
    def data_in_words(self) -> str:
        return data_in_words(self.personal_data)

    @property
    def in_words(self) -> str:
        """Return the rule as sentences."""
        until = f"Until {date_format(self.until, 'j F Y')}." if self.until else "For as long as this version stands."
        return " ".join(
            [
                f"{capfirst(self.givers)} may give to {self.receivers}: {self.get_category_display()}.",
                f"Purpose: {self.purpose.rstrip('.')}.",
                f"Legal basis: {self.legal_basis.rstrip('.')}.",
                f"Personal data: {self.data_in_words}.",
                "It may be passed on." if self.onward else "It is not passed on.",
                until,
            ]
        )


def data_in_words(personal_data: Iterable[str]) -> str:
    """Return whose personal data is meant, in words; "none" for nothing."""
    wanted = set(personal_data)
    return ", ".join(str(kind.label) for kind in PersonalData if kind in wanted) or "none"


def _list(rule: SharingRule, side: str) -> str:
    names = [_name(row.membership) for row in rule.members.all() if row.side == side]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _name(member: Membership) -> str:
    return f"{member.agency.name} (no longer a member)" if member.status == "withdrawn" else member.agency.name


class Side(models.TextChoices):
    GIVES = "gives", _("gives")
    RECEIVES = "receives", _("receives")


class RuleMember(models.Model):
    """A member named on one side of a rule; it is of the rule's own partnership (migration 0004)."""

    rule = models.ForeignKey(SharingRule, on_delete=models.CASCADE, related_name="members")
    version = models.ForeignKey("agreements.Version", on_delete=models.CASCADE, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    side = models.CharField(_("side"), max_length=10, choices=Side)

    class Meta:
        verbose_name = _("member of a sharing rule")
        ordering = ("rule_id", "side", "membership__agency__name", "id")
        constraints = [
            models.UniqueConstraint(fields=("rule", "side", "membership"), name="rule_member_once_per_side"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="rule_member_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} {self.side}"
