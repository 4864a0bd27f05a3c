"""Lists of identifiers in the world: one of police, one of customs, each with a name that tells what it is about."""

from infosharing.identifiers import services
from infosharing.identifiers.entries import read
from infosharing.identifiers.models import GivenList
from partnership.membership.sight import sight
from tests.world.cast import World, marker

# stands in a list, and nowhere else
SECRET = "Zacharias Quimby"


def give(world: World, persona: str, name: str, text: str = SECRET) -> GivenList:
    actor = world.actor(persona)
    with sight(actor.person_id):
        return services.give_list(actor=actor, name=name, entries=read(text))


def build_lists(world: World) -> None:
    for code in ("police", "customs"):
        world.given_lists[code] = give(world, f"lead_{code}", f"List {marker(f'list_{code}')}")
