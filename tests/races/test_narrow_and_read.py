"""While a note is narrowed, others read it: who was given it has lost it then, and is told to stop relying on it."""

from collections import Counter
from http import HTTPStatus

from django.test import Client

from infosharing.notes.granting import add_recipients, take_out
from infosharing.notes.models import Note
from infosharing.notes.services import edit_note
from infosharing.readers.models import Reading, Recall
from infosharing.readers.services import tell_unattended
from tests.access.callers import caller
from tests.races.crew import DONE, ROUNDS, THREADS, Crew, Deed, by
from tests.races.looking import GIVEN, NOT_GIVEN, as_it_stands, reading, share, to, trail, who_is_told, who_sees, words
from tests.world import World
from tests.world.roles import as_owner

# in how many rounds each of them reads once by the page, which takes far longer
PAGES_EACH = 3
READERS = ("lead_customs", "staff_customs", "lead_tax")


def opening(client: Client, note: Note) -> Deed:
    """Open a note's page."""

    def deed() -> str:
        answer = client.get(f"/notes/{note.public_id}/")
        assert answer.status_code in (HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        return GIVEN if answer.status_code == HTTPStatus.OK else NOT_GIVEN

    return deed


def test_whoever_reads_while_it_is_narrowed_has_lost_it_and_is_told_to_stop_relying_on_it(
    world: World, crew: Crew
) -> None:
    pages = {persona: caller(world, persona) for persona in READERS}
    for number in range(ROUNDS):
        note = share(world, "customs", "tax")
        narrowing = by(world, "staff_police", edit_note, note=note, audience=to(world, "tax"), **words())
        who = [READERS[one % len(READERS)] for one in range(THREADS - 1)]
        deeds = [reading(world, persona, note) for persona in who]
        if number % PAGES_EACH == 0:
            deeds[: len(READERS)] = [opening(pages[persona], note) for persona in READERS]
        how, *ended = crew.at_once([narrowing, *deeds])
        assert how == DONE
        given = Counter(persona for persona, end in zip(who, ended, strict=True) if end == GIVEN)
        # tax keep it: nobody of them is refused it, or told anything
        assert given["lead_tax"] == who.count("lead_tax")
        assert who_sees(world, note) == who_is_told(note) == {"tax"}
        lost = {world.people[persona].pk for persona in given if persona != "lead_tax"}
        with as_owner():
            readings = Counter(Reading.objects.filter(note=note).values_list("person", flat=True))
            recalls = list(Recall.objects.filter(note=note))
        assert readings == {world.people[persona].pk: times for persona, times in given.items()}, number
        assert sorted(recall.person_id for recall in recalls) == sorted(lost), number
        assert {recall.cause for recall in recalls} <= {"narrowed"}
        # by whoever narrowed it, or by the database where their reading was written later
        tell_unattended(note.public_id)
        assert all(who_is_told(recall) == {"customs"} for recall in recalls)
        by_who_narrowed = ["notes.recalled"] if "notes.recalled" in trail(note) else []
        assert trail(note) == ["notes.shared", "notes.edited", *by_who_narrowed]
        assert as_it_stands(note).version == 1


def test_grants_added_and_taken_out_one_by_one_are_all_kept_and_bring_back_none(world: World, crew: Crew) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs", "company")
        without = by(world, "lead_police", take_out, note=note, recipient=world.agencies["customs"].public_id)
        adding = [by(world, "client_police", add_recipients, note=note, added=to(world, "tax"))]
        ended = crew.at_once([without, *adding * (THREADS - 1)])
        assert set(ended) == {DONE}
        assert who_sees(world, note) == who_is_told(note) == {"tax", "company"}
        assert trail(note) == ["notes.shared", *["notes.edited"] * THREADS]


def test_a_grant_brings_back_nobody_whom_an_edit_took_out_and_no_words_of_before(world: World, crew: Crew) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs", "tax")
        changed = words(body="Narrowed")
        narrowing = by(world, "staff_police", edit_note, note=note, audience=to(world, "tax"), **changed)
        adding = [by(world, "client_police", add_recipients, note=note, added=to(world, "company"))] * (THREADS - 1)
        ended = crew.at_once([narrowing, *adding])
        assert set(ended) == {DONE}
        # what the edit chose stands; the company has it where it was added after that
        assert who_sees(world, note) - {"company"} == {"tax"}
        assert who_is_told(note) == who_sees(world, note)
        assert as_it_stands(note).body == "Narrowed"
