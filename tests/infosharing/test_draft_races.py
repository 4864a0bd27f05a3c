"""Two people decide on a draft at the same moment: one of them wins, and there is one note or none."""

from collections.abc import Callable

import pytest

from foundation.audit.models import Event
from infosharing.drafts import services
from infosharing.drafts.models import Draft
from infosharing.notes.models import Note
from partnership.membership.sight import sight
from tests.infosharing.test_request_races import ROUNDS, at_once
from tests.world import World
from tests.world.cast import marker
from tests.world.drafts import ask, begin, to_customs
from tests.world.roles import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def deed(world: World, persona: str, service: Callable[..., object], **arguments: object) -> Callable[[], object]:
    actor = world.actor(persona)

    def do() -> None:
        with sight(actor.person_id):
            service(actor=actor, **arguments)

    return do


def notes_called(name: str) -> int:
    with as_owner():
        return Note.objects.filter(title__contains=marker(name)).count()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_draft_is_released_once_however_many_colleagues_do(world: World, number: int) -> None:
    draft = ask(world, begin(world, to_customs(world, "raced")))
    releasing = deed(world, "lead_police", services.release, draft=draft, edition=draft.edition)
    ended = at_once(releasing, releasing, releasing)
    assert ended.count("done") == 1, number
    assert notes_called("raced") == 1
    assert Event.objects.filter(verb="drafts.released", object_id=draft.public_id).count() == 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_is_taken_back_is_not_released_at_the_same_moment(world: World, number: int) -> None:
    draft = ask(world, begin(world, to_customs(world, "raced")))
    ended = at_once(
        deed(world, "lead_police", services.release, draft=draft, edition=draft.edition),
        deed(world, "staff_police", services.take_back, draft=draft),
    )
    assert ended.count("done") == 1, number
    with as_owner():
        stands = Draft.objects.filter(pk=draft.pk).first()
    assert notes_called("raced") == (0 if stands else 1)
