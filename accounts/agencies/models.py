"""Agencies: the organisations that take part."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.agencies.querysets import AgencyQuerySet
from foundation.records import PublicRecord


class Kind(models.TextChoices):
    MUNICIPALITY = "municipality", _("municipality")
    POLICE = "police", _("police")
    PROSECUTION = "prosecution", _("public prosecution")
    CUSTOMS = "customs", _("customs")
    TAX = "tax", _("tax authority")
    HARBOUR = "harbour", _("harbour authority")
    INSPECTORATE = "inspectorate", _("inspectorate")
    COMPANY = "company", _("company")
    ASSOCIATION = "association", _("trade association")
    VICTIM_SUPPORT = "victim_support", _("victim support")
    UNIVERSITY = "university", _("university")
    OTHER = "other", _("other")


class Sector(models.TextChoices):
    PUBLIC = "public", _("public")
    PRIVATE = "private", _("private")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    ACADEMIA = "academia", _("academia")


class Level(models.TextChoices):
    LOCAL = "local", _("local")
    REGIONAL = "regional", _("regional")
    NATIONAL = "national", _("national")
    EUROPEAN = "european", _("European")


class Agency(PublicRecord):
    """An organisation. Its `code` is unique within its city: every city has a `police`."""

    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(_("code"), max_length=40)
    city = models.CharField(_("city"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166 code of two letters, such as NL"))
    contact = models.EmailField(_("contact"), blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("city", "code"),
                name="agency_code_once_per_city",
                violation_error_message=_("This city already has an agency with this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(country__regex=r"^[A-Z]{2}$"),
                name="agency_country_is_iso_code",
                violation_error_message=_("Write the country as two capital letters, such as NL."),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="agency_kind_known"),
            models.CheckConstraint(condition=models.Q(sector__in=Sector.values), name="agency_sector_known"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="agency_level_known"),
        ]

    def __str__(self) -> str:
        return self.name
