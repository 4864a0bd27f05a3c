"""The catalogue: competences that kinds of agency usually have, as a city's starting point."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.records import PublicRecord
from partnership.approaches import approaches_field, approaches_known
from partnership.competences.querysets import EntryQuerySet

COUNTRIES = {
    "DE": _("Germany"),
    "EU": _("European Union"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IT": _("Italy"),
    "NL": _("Netherlands"),
}


def country_name(code: str) -> str:
    """Return the name of a country of the catalogue; the code of one that has no name here."""
    return str(COUNTRIES.get(code, code))


class EntryCheck(models.TextChoices):
    """How far a row of the catalogue was checked against a source before it was taken up."""

    CHECKED = "checked", _("source checked")
    PARTLY = "partly", _("partly checked")
    TO_CHECK = "to_check", _("to be checked locally")


class Entry(PublicRecord):
    """A competence as the catalogue describes it: a template, not advice. A partnership copies it and makes it its own.

    Loaded from `data/catalogue.csv` by `manage.py load_catalogue`; the same for every partnership.
    """

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("competence"), max_length=300)
    holder = models.CharField(_("usually held by"), max_length=120)
    approaches = approaches_field()
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    countries = ArrayField(models.CharField(max_length=2), verbose_name=_("countries"))
    decided_by = models.CharField(_("who decides"), max_length=200)
    needs_first = models.CharField(_("needs first"), max_length=300)
    output = models.CharField(_("typical output"), max_length=200)
    checked = models.CharField(_("checked"), max_length=10, choices=EntryCheck, default=EntryCheck.TO_CHECK)
    check_note = models.CharField(_("what was checked"), max_length=100, blank=True)
    source = models.URLField(_("source"), max_length=300, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering = ("code",)
        constraints = [
            approaches_known("entry_approaches_known"),
            models.CheckConstraint(condition=~models.Q(approaches=[]), name="entry_has_approach"),
            models.CheckConstraint(condition=~models.Q(countries=[]), name="entry_has_country"),
            models.CheckConstraint(condition=models.Q(checked__in=EntryCheck.values), name="entry_check_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/competences/{self.code}/"

    @property
    def in_countries(self) -> str:
        """Where it applies, in words."""
        return ", ".join(map(country_name, self.countries))

    @property
    def what_was_checked(self) -> str:
        """How far it was checked, in words: never more than was done."""
        words = str(self.get_checked_display())
        return f"{words}: {self.check_note}" if self.check_note else words
