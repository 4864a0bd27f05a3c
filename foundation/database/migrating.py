"""Migrating in two thirds of the time: an index or a constraint makes no model anew.

While it migrates, Django keeps each model as it was at that point of history. For every change it makes the model anew,
and all that are related to it: here, where all is related to people and partnerships, nearly all there are. What is
indexed or constrained changes no field, so that the models that are there can stay, and are only told.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState

# steps of a history, and which option of a model they change
TOLD = {
    "add_index": "indexes",
    "remove_index": "indexes",
    "add_constraint": "constraints",
    "remove_constraint": "constraints",
}


@contextmanager
def models_kept() -> Iterator[None]:
    """Keep the models of history through indexes and constraints until the block ends."""
    steps = {name: getattr(ProjectState, name) for name in TOLD}
    for name, step in steps.items():
        setattr(ProjectState, name, _kept(step, TOLD[name]))
    try:
        yield
    finally:
        for name, step in steps.items():
            setattr(ProjectState, name, step)


def _kept(step: Callable[..., None], option: str) -> Callable[..., None]:
    def take(state: ProjectState, app_label: str, model_name: str, what: Any) -> None:
        # where no models were made yet, Django makes none anew
        made = state.__dict__.pop("apps", None)
        try:
            step(state, app_label, model_name, what)
        finally:
            if made is not None:
                state.__dict__["apps"] = made
        if made is not None:
            # a change of a field asks its model which constraints it has, and leaves those alone
            stands = list(state.models[app_label, model_name].options[option])
            setattr(made.get_model(app_label, model_name)._meta, option, stands)

    return take
