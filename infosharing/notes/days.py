"""What the days of a note's terms bring: it is told of when it begins to be seen, and tidied up once it is over.

Sight itself waits for nobody: each query asks the grants whether they give it now.
"""

from datetime import timedelta

from django.db import connection, transaction

from accounts.people.actor import actor_for
from accounts.people.models import Person
from foundation import clock
from foundation.notifications.tasks import deliver_soon
from infosharing.grants.services import end_expired_grants, ended_by_our_clock
from infosharing.notes.models import Note
from infosharing.notes.services import tell_viewers
from partnership.membership.sight import sight

# a worker that was away catches up; nobody is told twice
CATCH_UP = timedelta(days=3)


@transaction.atomic
def keep_share_days() -> int:
    """End what is over, and tell people of notes that they see from today on.

    Returns:
        How many grants had ended by themselves.
    """
    ended = end_expired_grants()
    for note, teller in _begun():
        _tell(note, teller)
    deliver_soon()
    return ended


def _begun() -> list[tuple[int, int]]:
    with ended_by_our_clock(), connection.cursor() as cursor:
        cursor.execute("SELECT note, teller FROM sight.notes_begun(%s)", [clock.now() - CATCH_UP])
        return [(note, teller) for note, teller in cursor.fetchall() if teller is not None]


def _tell(note: int, teller: int) -> None:
    """Tell as somebody of the originator: who else sees a note is asked behind both walls, as always."""
    with sight(teller):
        actor = actor_for(Person.objects.select_related("agency").get(pk=teller))
        found = Note.objects.visible_to(actor).select_related("owner__agency", "partnership").filter(pk=note).first()
        if found is not None:
            tell_viewers(actor, found)
