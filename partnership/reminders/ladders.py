"""Ladders: on which days before and after a date who is reminded. Pure values."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Audience(models.TextChoices):
    """Who is reminded.

    The steering group is the representatives of the core members and of the coordinator; where none is named, leads.
    """

    DOER = "doer", _("the person who does it")
    LEAD = "lead", _("the member's leads")
    COORDINATOR = "coordinator", _("the coordinator")
    STEERING = "steering", _("the steering group")


class Unit(models.TextChoices):
    DAYS = "days", _("days")
    WORKING_DAYS = "working_days", _("working days")


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """One rung of a ladder.

    Attributes:
        offset: days from the date; negative is before it.
        unit: what the days are.
        audience: who is reminded.
    """

    offset: int
    audience: str
    unit: str = Unit.DAYS

    @property
    def key(self) -> str:
        """A stable name: a reminder is made once per rung, so a rung that is moved is another one."""
        short = "w" if self.unit == Unit.WORKING_DAYS else "d"
        return f"{self.offset:+d}{short}:{self.audience}"

    @property
    def words(self) -> str:
        """When, in words: "7 days before", "on the day", "5 working days after"."""
        if self.offset == 0:
            return _gettext("on the day")
        days = abs(self.offset)
        if self.unit == Unit.WORKING_DAYS:
            said = ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
        else:
            said = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
        return f"{said} {_gettext('before') if self.offset < 0 else _gettext('after')}"

    @classmethod
    def of_key(cls, key: str) -> "Rung":
        """Return the rung that a key names.

        Raises:
            ValueError: it names none.
        """
        days, _colon, audience = key.partition(":")
        units = {"w": Unit.WORKING_DAYS, "d": Unit.DAYS}
        if audience not in Audience.values or days[-1:] not in units:
            raise ValueError(f"no rung is named {key}")
        return cls(int(days[:-1]), audience, units[days[-1]])


Ladder = tuple[Rung, ...]
