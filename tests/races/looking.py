"""What came out of a race: who sees a note by either wall, who is told of it, and what the trail says was done."""

from datetime import timedelta

from django.db import models
from django.http import HttpResponse

from foundation import clock
from foundation.audit.models import Event
from foundation.notifications import kinds
from foundation.notifications.models import Notice
from infosharing.circles.models import Circle
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.services import share_note
from infosharing.readers.models import How
from infosharing.readers.recording import record_after
from partnership.membership.sight import sight
from tests.races.crew import Deed
from tests.world import World
from tests.world.cast import marker
from tests.world.roles import as_owner

GIVEN, NOT_GIVEN = "given", "not given"
# whose people they are, by persona; police write
RECEIVERS = {"lead_customs": "customs", "staff_customs": "customs", "lead_tax": "tax", "lead_company": "company"}


def words(**changed: object) -> dict[str, object]:
    """Return what is written in a note."""
    review_on = clock.today() + timedelta(days=90)
    return {"title": "Raced", "body": f"Text {marker('raced')}", "tlp": "AMBER", "review_on": review_on, **changed}


def to(world: World, *codes: str, circle: Circle | None = None) -> Choice:
    return Choice("agencies", members=[world.memberships[code] for code in codes], circles=[circle] if circle else [])


def share(world: World, *codes: str, circle: Circle | None = None) -> Note:
    """Share a note of the police with members and a circle."""
    actor, audience = world.actor("staff_police"), to(world, *codes, circle=circle)
    with sight(actor.person_id):
        return share_note(actor=actor, partnership=world.partnerships["haven"], audience=audience, **words())  # type: ignore[arg-type]


def reading(world: World, persona: str, note: Note) -> Deed:
    """Read a note as its page and the API do: what is given is written down once the answer has gone out."""
    actor = world.actor(persona)

    def deed() -> str:
        response = HttpResponse()
        with sight(actor.person_id):
            found = Note.objects.visible_to(actor).live().select_related("owner").filter(pk=note.pk).first()
            if found is None:
                return NOT_GIVEN
            record_after(response, actor=actor, notes=[found], how=How.OPENED)
        response.close()
        return GIVEN

    return deed


def who_sees(world: World, *notes: Note) -> set[str]:
    """Return the receivers somebody of whom sees one of these notes, by each wall; both must say the same."""
    seeing, wanted = set(), [note.pk for note in notes]
    for persona, code in RECEIVERS.items():
        actor = world.actor(persona)
        with as_owner():
            by_queryset = set(Note.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))
        with sight(actor.person_id):
            by_policy = set(Note.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        assert by_queryset == by_policy, persona
        seeing |= {code} if by_policy else set()
    return seeing


def who_is_told(*notes: Note) -> set[str]:
    """Return the codes of the agencies somebody of which finds a notice about these notes, or would get a mail."""
    notices = Notice.objects.filter(subject_id__in=[note.public_id for note in notes], withdrawn_at__isnull=True)
    by_recipient: dict[int, list[Notice]] = {}
    for notice in notices.select_related("recipient__agency"):
        by_recipient.setdefault(notice.recipient_id, []).append(notice)
    holding = {key: kinds.which_hold(told) for key, told in by_recipient.items()}
    return {told[0].recipient.agency.code for key, told in by_recipient.items() if holding[key]}


def trail(thing: Note) -> list[str]:
    """Return what was done with a note, in the order of its lines."""
    return list(Event.objects.filter(object_id=thing.public_id).order_by("pk").values_list("verb", flat=True))


def as_it_stands(note: Note) -> Note:
    with as_owner():
        return Note.objects.get(pk=note.pk)


def notes_called(title: str) -> list[Note]:
    with as_owner():
        return list(Note.objects.filter(title=title).order_by("pk"))


def lines_of(thing: models.Model, verb: str) -> list[int]:
    """Return the places in the trail at which something was done with a thing."""
    return list(Event.objects.filter(object_id=thing.public_id, verb=verb).order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]


def last_line(thing: models.Model, verb: str) -> int:
    return lines_of(thing, verb)[-1]
