"""The three approaches, which duties, promises, competences and indicators carry (docs/design.md shows them)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Approach(models.TextChoices):
    CRIMINAL_JUSTICE = "CJ", _("criminal justice")
    ADMINISTRATIVE = "AD", _("administrative")
    VICTIM_FOCUSED = "VF", _("victim-focused")


def approaches_field() -> ArrayField:
    """Return a column for the approaches of something: none, one or several, each once."""
    return ArrayField(
        models.CharField(max_length=2, choices=Approach), default=list, blank=True, verbose_name=_("approaches")
    )


def approaches_known(name: str) -> models.CheckConstraint:
    """Return the constraint that a table with such a column has."""
    return models.CheckConstraint(condition=models.Q(approaches__contained_by=Approach.values), name=name)
