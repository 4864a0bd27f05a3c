"""While a colleague releases a draft, its author takes it back: there is one note or none, and never two."""

from infosharing.drafts import services
from infosharing.drafts.models import Draft
from infosharing.notes.models import Note
from infosharing.notes.services import withdraw_note
from partnership.membership.sight import sight
from tests.races.crew import DONE, ROUNDS, THREADS, Crew, by
from tests.races.looking import as_it_stands, notes_called, share, trail, who_is_told, who_sees
from tests.world import World
from tests.world.cast import marker
from tests.world.drafts import ask, begin, to_customs
from tests.world.roles import as_owner


def test_of_releases_and_takings_back_of_a_draft_one_stands(world: World, crew: Crew) -> None:
    for number in range(ROUNDS):
        draft = ask(world, begin(world, to_customs(world, f"released_{number}")))
        releasing = [by(world, "lead_police", services.release, draft=draft, edition=draft.edition)] * (THREADS // 2)
        taking = [by(world, "staff_police", services.take_back, draft=draft)] * (THREADS // 2)
        ended = crew.at_once(releasing + taking)
        assert ended.count(DONE) == 1, (number, ended)
        assert set(ended) == {DONE, "OutOfTurn"}
        is_released = DONE in ended[: len(releasing)]
        last = "drafts.released" if is_released else "drafts.taken_back"
        assert trail(draft) == ["drafts.begun", "drafts.asked", last]
        with as_owner():
            stands = Draft.objects.filter(pk=draft.pk).first()
        notes = notes_called(f"Draft {marker(f'released_{number}')}")
        assert len(notes) == is_released
        assert all(trail(note) == ["notes.shared"] for note in notes)
        assert who_sees(world, *notes) == ({"customs"} if is_released else set())
        # its author too: that it was released; and nobody is asked any more
        assert who_is_told(*notes) == ({"customs", "police"} if is_released else set())
        assert who_is_told(draft) == set()
        assert (stands is None) if is_released else (stands is not None and stands.status == "writing")


def test_of_releases_of_a_change_and_withdrawals_of_the_note_nobody_has_it_afterwards(world: World, crew: Crew) -> None:
    for number in range(ROUNDS):
        note = share(world, "customs")
        draft = asked_to_change(world, note)
        # a release looks the whole draft over, also where it comes too late
        releasing = [by(world, "lead_police", services.release, draft=draft, edition=draft.edition)] * (THREADS // 4)
        taking = [by(world, "staff_police", withdraw_note, note=note, reason="Wrong")] * (THREADS - len(releasing))
        ended = crew.at_once(releasing + taking)
        released, taken = ended[: len(releasing)], ended[len(releasing) :]
        assert taken.count(DONE) == 1, (number, ended)
        assert released.count(DONE) <= 1
        assert set(ended) <= {DONE, "OutOfTurn", "Invalid"}
        is_released = DONE in released
        assert trail(note) == ["notes.shared", *["notes.edited"] * is_released, "notes.withdrawn"]
        assert trail(draft) == ["drafts.begun", "drafts.asked", *["drafts.released"] * is_released]
        stands = as_it_stands(note)
        assert (stands.status, stands.version) == ("withdrawn", 1 + is_released)
        assert who_sees(world, note) == who_is_told(note) == set()


def asked_to_change(world: World, note: Note) -> Draft:
    with sight(world.person("staff_police").pk):
        found = Note.objects.get(pk=note.pk)
    return ask(world, begin(world, to_customs(world, "changed"), note=found))
