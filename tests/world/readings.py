"""Who read what in the world, and lost it."""

from foundation import clock
from infosharing.notes.models import Note
from infosharing.readers.models import Reading
from partnership.membership.models import Membership
from partnership.membership.sight import sight
from tests.world.cast import World


def read(world: World, persona: str, note: Note) -> Reading:
    """Record that a persona was given a note's text, as its page does."""
    person = world.person(persona)
    with sight(person.pk):
        return Reading.objects.create(
            note=note,
            version=note.version,
            person=person,
            # an agency that left and came back is its newest membership
            member=Membership.objects.filter(agency=person.agency, partnership=note.partnership_id).latest("pk"),
            how="opened",
            at=clock.now(),
        )
