"""The Traffic Light Protocol, version 2.0 (FIRST, https://www.first.org/tlp/), and what each label lets a note do.

Labels are never translated. A marking and an audience must agree: what a recipient may pass on by the label is what
the owner chose by the audience.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tlp(models.TextChoices):
    RED = "RED", "TLP:RED"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    AMBER = "AMBER", "TLP:AMBER"
    GREEN = "GREEN", "TLP:GREEN"
    CLEAR = "CLEAR", "TLP:CLEAR"


MEANING = {
    Tlp.RED: _("For the named people only. They tell nobody else."),
    Tlp.AMBER_STRICT: _("For the agencies chosen. They tell only those of their own people who need to know."),
    Tlp.AMBER: _(
        "For the agencies chosen. They tell only their own people, and those they must protect, who need to know."
    ),
    Tlp.GREEN: _("For the whole partnership. Not for the public."),
    Tlp.CLEAR: _("May be told to anyone."),
}


class Audience(models.TextChoices):
    OWN_AGENCY = "own_agency", _("my own agency only")
    AGENCIES = "agencies", _("agencies and circles that I name")
    PARTNERSHIP = "partnership", _("the whole partnership")
    PERSONS = "persons", _("people that I name")


FITS: dict[str, tuple[str, ...]] = {
    Tlp.RED: (Audience.PERSONS,),
    Tlp.AMBER_STRICT: (Audience.OWN_AGENCY, Audience.AGENCIES),
    Tlp.AMBER: (Audience.OWN_AGENCY, Audience.AGENCIES),
    Tlp.GREEN: (Audience.PARTNERSHIP,),
    Tlp.CLEAR: (Audience.OWN_AGENCY, Audience.AGENCIES, Audience.PARTNERSHIP),
}


def fits(tlp: str, audience: str) -> bool:
    """Say whether a note of this marking may have this kind of audience."""
    return audience in FITS.get(tlp, ())


def agreement_condition() -> models.Q:
    """Return the same rule as a database check."""
    condition = models.Q()
    for tlp, audiences in FITS.items():
        condition |= models.Q(tlp=str(tlp), audience__in=[str(audience) for audience in audiences])
    return condition
