"""Loading the demo when something gets in the way, and on any day of the year."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from accounts.agencies.models import Agency
from infosharing.demo import loading
from infosharing.demo.script import CITIES, Table, read
from infosharing.demo.timeline import Timeline
from partnership.commitments.models import Commitment
from partnership.membership.models import Partnership

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def loaded_cities() -> set[str]:
    slugs = {read(city)["partnership"]["slug"]: city for city in CITIES}
    return {slugs[slug] for slug in Partnership.objects.filter(slug__in=slugs).values_list("slug", flat=True)}


@pytest.mark.django_db
def test_a_city_is_whole_or_absent_and_the_next_load_brings_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    play = loading.play

    def interrupted(script: Table) -> Partnership:
        partnership = play(script)
        if script["partnership"]["city"] == "Amsterdam":
            raise KeyboardInterrupt
        return partnership

    with monkeypatch.context() as patch:
        patch.setattr(loading, "play", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_demo", verbosity=0)
    assert loaded_cities() == {"rotterdam"}
    assert not Agency.objects.filter(city="Amsterdam").exists()
    call_command("load_demo", verbosity=0)
    assert loaded_cities() == set(CITIES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2028, 2, 29, 0, 5, tzinfo=AMSTERDAM),
        datetime(2027, 1, 1, 23, 55, tzinfo=AMSTERDAM),
        datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM),
    ],
    ids=["just after midnight of a leap day", "late on new year's day", "in the hour that comes twice"],
)
def test_it_loads_at_any_moment(moment: datetime) -> None:
    with time_machine.travel(moment, tick=True):
        assert loading.load("berlin")
        due = Commitment.objects.filter(partnership__slug="berlin-joint-operations").soonest_first()
        assert any(commitment.due_on < moment.date() for commitment in due)


def test_what_has_not_happened_yet_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="not happened"):
        Timeline().add(1, lambda: None)
