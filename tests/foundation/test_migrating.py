"""A migration that adds or drops an index or a constraint makes no model anew, and the models know what stands."""

from typing import Any

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from foundation.database.migrating import models_kept

LONG = models.CheckConstraint(condition=models.Q(name__length__gt=1), name="long")
BY_NAME = models.Index(fields=["name"], name="by_name")


@pytest.fixture
def history() -> ProjectState:
    """A person, and a dog that belongs to one."""
    state = ProjectState()
    state.add_model(
        ModelState("zoo", "Person", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())])
    )
    owner = models.ForeignKey("zoo.Person", models.CASCADE)
    state.add_model(ModelState("zoo", "Dog", [("id", models.AutoField(primary_key=True)), ("owner", owner)]))
    return state


def of(state: ProjectState, name: str) -> Any:
    return state.apps.get_model("zoo", name)


@pytest.mark.parametrize(
    ("add", "remove", "option", "what"),
    [
        ("add_constraint", "remove_constraint", "constraints", LONG),
        ("add_index", "remove_index", "indexes", BY_NAME),
    ],
)
def test_the_models_stay_and_are_told(history: ProjectState, add: str, remove: str, option: str, what: Any) -> None:
    person, dog = of(history, "Person"), of(history, "Dog")
    with models_kept():
        getattr(history, add)("zoo", "person", what)
        assert getattr(of(history, "Person")._meta, option) == [what]
        getattr(history, remove)("zoo", "person", what.name)
        assert getattr(of(history, "Person")._meta, option) == []
    assert (of(history, "Person"), of(history, "Dog")) == (person, dog)
    assert dog._meta.get_field("owner").remote_field.model is person


def test_before_models_are_made_none_are(history: ProjectState) -> None:
    with models_kept():
        history.add_constraint("zoo", "person", LONG)
    assert "apps" not in history.__dict__
    assert of(history, "Person")._meta.constraints == [LONG]


def test_a_model_that_is_made_anew_later_has_all_that_stands(history: ProjectState) -> None:
    of(history, "Person")
    with models_kept():
        history.add_constraint("zoo", "person", LONG)
        history.add_field("zoo", "person", "city", models.TextField(default=""), preserve_default=True)
    person = of(history, "Person")
    assert person._meta.constraints == [LONG]
    assert of(history, "Dog")._meta.get_field("owner").remote_field.model is person


def test_outside_of_it_django_does_as_it_does(history: ProjectState) -> None:
    person = of(history, "Person")
    with models_kept():
        pass
    history.add_constraint("zoo", "person", LONG)
    assert of(history, "Person") is not person
