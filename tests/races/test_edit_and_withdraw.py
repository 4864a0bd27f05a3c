"""While some change a note, others take it back: one withdrawal stands, it is the last word, and nobody has it then."""

from infosharing.notes.granting import add_recipients
from infosharing.notes.models import NoteVersion
from infosharing.notes.services import edit_note, withdraw_note
from infosharing.readers.models import Recall
from tests.races.crew import DONE, ROUNDS, THREADS, Crew, by
from tests.races.looking import as_it_stands, share, to, trail, who_is_told, who_sees, words
from tests.world import World
from tests.world.readings import read
from tests.world.roles import as_owner

WRITERS = ("staff_police", "client_police")


def test_of_edits_and_withdrawals_one_withdrawal_stands_and_is_the_last_word(world: World, crew: Crew) -> None:
    for number in range(ROUNDS):
        note = share(world, "customs")
        read(world, "lead_customs", note)
        own = {"note": note, "audience": to(world, "customs")}
        edits = [
            by(world, WRITERS[one % 2], edit_note, **own, **words(title=f"Edit {one}")) for one in range(THREADS // 2)
        ]
        taking = [by(world, "lead_police", withdraw_note, note=note, reason="Wrong")] * (THREADS // 2)
        ended = crew.at_once(edits + taking)
        edited, taken = ended[: len(edits)], ended[len(edits) :]
        assert taken.count(DONE) == 1, (number, ended)
        assert set(ended) <= {DONE, "OutOfTurn"}
        times, stands = edited.count(DONE), as_it_stands(note)
        assert (stands.status, stands.version) == ("withdrawn", 1 + times)
        assert stands.title in {"Raced", *(f"Edit {one}" for one, how in enumerate(edited) if how == DONE)}
        assert trail(note) == ["notes.shared", *["notes.edited"] * times, "notes.withdrawn", "notes.recalled"]
        assert who_sees(world, note) == who_is_told(note) == set()
        with as_owner():
            kept = NoteVersion.objects.filter(note=note).order_by("number").values_list("number", flat=True)
            assert list(kept) == list(range(1, 1 + times))
            recall = Recall.objects.get(note=note)
        assert (recall.person_id, recall.cause) == (world.people["lead_customs"].pk, "withdrawn")
        assert who_is_told(recall) == {"customs"}


def test_of_grants_and_a_withdrawal_nobody_has_it_afterwards(world: World, crew: Crew) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs")
        adding = [by(world, "client_police", add_recipients, note=note, added=to(world, "tax"))] * (THREADS - 1)
        ended = crew.at_once([by(world, "lead_police", withdraw_note, note=note, reason="Wrong"), *adding])
        assert ended[0] == DONE
        assert set(ended) <= {DONE, "OutOfTurn"}
        assert trail(note) == ["notes.shared", *["notes.edited"] * (ended.count(DONE) - 1), "notes.withdrawn"]
        assert who_sees(world, note) == who_is_told(note) == set()
