"""Of every protected table, each wall alone shows a person the same rows; none is forgotten."""

import pytest
from django.apps import apps
from django.db import connection, models

from foundation import clock
from infosharing.notes.models import Acceptance, HouseRule, NoteVersion
from partnership.membership.sight import sight
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.roles import as_owner

# Rows without a queryset of their own: what reads them fetches what they hang on first. Who holds wall two to its rule:
WALL_TWO_ALONE = {
    "grants_notegroupgrant", "grants_noteusergrant",  # test_walls.py
    "grants_endedgrant",  # test_sight_over_time.py
    "competences_remarkreader",  # test_competence_walls.py
}  # fmt: skip


def protected() -> dict[str, type[models.Model]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        tables = {name for (name,) in cursor.fetchall()}
    found = {model._meta.db_table: model for model in apps.get_models() if model._meta.db_table in tables}
    assert found.keys() == tables
    return found


def keys(rows: models.QuerySet) -> set[object]:
    return set(rows.values_list("pk", flat=True))


@pytest.mark.django_db
def test_every_protected_table_has_an_explicit_filter() -> None:
    unfiltered = {name for name, model in protected().items() if not hasattr(model._default_manager, "visible_to")}
    assert unfiltered == WALL_TWO_ALONE


def add_what_the_world_lacks(world: World) -> None:
    note, now = world.notes["customs"], clock.now()
    HouseRule.objects.create(membership=note.owner, set_by=world.person("lead_police"), set_at=now)
    Acceptance.objects.create(note=note, person=world.person("lead_customs"), conditions="no_action", at=now)
    NoteVersion.objects.create(
        note=note, number=1, title="Earlier", body="Earlier", tlp=note.tlp, handling=[], written_by=note.author,
        written_at=now, replaced_at=now,
    )  # fmt: skip


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_each_wall_alone_shows_the_same(world: World, persona: str) -> None:
    actor = world.actor(persona)
    walls: dict[str, list[set[object]]] = {}
    models_ = {name: model for name, model in protected().items() if name not in WALL_TWO_ALONE}
    with as_owner():
        add_what_the_world_lacks(world)
        assert all(model._base_manager.exists() for model in models_.values())
        for name, model in models_.items():
            walls[name] = [keys(model._default_manager.visible_to(actor))]  # type: ignore[attr-defined]
    with sight(actor.person_id):
        for name, model in models_.items():
            walls[name].append(keys(model._base_manager.all()))
    assert {name: (one - two, two - one) for name, (one, two) in walls.items() if one != two} == {}
