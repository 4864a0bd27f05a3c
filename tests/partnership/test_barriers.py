"""The barrier model: what its pages show, and who writes it."""

import html
import re

import pytest
from django.http import HttpResponse

from foundation import clock
from partnership.competences.models import Barrier, Competence, Process, Serving, Step
from partnership.competences.services import barriers
from tests.access.callers import caller
from tests.world import World

ROOM = "/partnerships/haven/competences/"


def text_of(answer: HttpResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())).split())


def page_of(world: World, step: str) -> str:
    return f"{ROOM}steps/{world.steps[step].public_id}/"


def places(world: World) -> list[str]:
    return list(world.processes["cocaine"].steps.order_by("position").values_list("name", flat=True))


def test_a_step_tells_who_can_put_its_barriers_up_how_long_it_takes_and_what_comes_first(world: World) -> None:
    text = text_of(caller(world, "lead_company").get(page_of(world, "storage")))
    assert "Only Haven City can act on “Step storage”." in text
    assert "Only Haven City can put it up." in text
    assert "Haven City – 24 days." in text
    assert "Haven City needs “Can report” from Haven Police before “Can close”." in text
    assert "Add a barrier" not in text


def test_a_step_names_its_gap_and_the_matrix_leads_to_a_members_line_on_it(world: World) -> None:
    reader = caller(world, "lead_tax")
    gap = text_of(reader.get(page_of(world, "recruiting")))
    assert "Nobody can act on “Step recruiting”." in gap
    assert "Nobody holds what this barrier needs." in gap
    cells = re.findall(r'class="cell" href="([^"#]+)#([^"]+)"', reader.get(ROOM).content.decode())
    assert len(cells) == 3
    for path, anchor in cells:
        assert f'id="{anchor}"' in reader.get(path).content.decode()


def test_the_coordinator_describes_a_crime_from_its_name_to_what_stops_it(world: World) -> None:
    browser = caller(world, "coordinator")
    made = browser.post(f"{ROOM}processes/new/", {"name": "Waste", "phenomenon": "waste crime"})
    process = Process.objects.get(name="Waste")
    assert made["Location"] == f"{ROOM}processes/{process.public_id}/steps/new/"
    browser.post(made["Location"], {"name": "Loading", "description": "At night"})
    step = Step.objects.get(name="Loading")
    chosen = [world.competences[name].public_id for name in ("search", "close")]
    browser.post(f"{step.get_absolute_url()}barriers/new/", {"name": "Patrol", "competences": chosen})
    barrier = Barrier.objects.get(name="Patrol")
    assert set(barrier.competences.values_list("public_id", flat=True)) == set(chosen)
    edit = f"{ROOM}barriers/{barrier.public_id}/edit/"
    assert browser.get(edit).content.decode().count(" checked") == 2
    browser.post(edit, {"name": "Patrol by boat", "competences": chosen[:1]})
    assert "Patrol by boat" in text_of(browser.get(step.get_absolute_url()))
    assert Serving.objects.filter(barrier=barrier).count() == 1


def test_steps_change_places_and_the_later_ones_move_up_when_one_goes(world: World) -> None:
    browser = caller(world, "coordinator")
    assert places(world) == ["Step arrival", "Step storage", "Step recruiting"]
    browser.post(f"{page_of(world, 'recruiting')}up/")
    browser.post(f"{page_of(world, 'arrival')}down/")
    assert places(world) == ["Step recruiting", "Step arrival", "Step storage"]
    question = text_of(browser.get(f"{page_of(world, 'arrival')}remove/"))
    assert "1 barrier of it goes with it. 1 step after it moves up." in question
    browser.post(f"{page_of(world, 'arrival')}remove/")
    steps = list(world.processes["cocaine"].steps.order_by("position").values_list("name", "position"))
    assert steps == [("Step recruiting", 1), ("Step storage", 2)]
    assert not Barrier.objects.filter(name="Barrier arrival").exists()


def test_a_process_is_taken_off_with_a_reason_after_reading_what_goes_with_it(world: World) -> None:
    browser, process = caller(world, "coordinator"), world.processes["cocaine"]
    address = f"{ROOM}processes/{process.public_id}/retire/"
    assert "3 steps and 3 barriers are no longer shown or counted." in text_of(browser.get(address))
    assert browser.post(address, {"reason": ""}).status_code == 422
    step = page_of(world, "storage")
    assert browser.post(address, {"reason": "The trade moved elsewhere"}).status_code == 302
    assert "Step storage" not in text_of(browser.get(ROOM))
    assert browser.get(step).status_code == 404


@pytest.mark.parametrize("name", ["Barrier storage", "  Barrier storage "])
def test_a_step_has_no_two_barriers_of_one_name(world: World, name: str) -> None:
    answer = caller(world, "coordinator").post(f"{page_of(world, 'storage')}barriers/new/", {"name": name})
    assert answer.status_code == 422
    assert "This step has a barrier of this name already." in text_of(answer)


def test_a_barrier_is_served_by_competences_of_its_own_partnership_alone(world: World) -> None:
    elsewhere = Competence.objects.create(
        partnership=world.partnerships["hill"], name="Of the hill", approaches=["CJ"], created_at=clock.now()
    )
    body = {"name": "Wall", "competences": [elsewhere.public_id]}
    answer = caller(world, "coordinator").post(f"{page_of(world, 'storage')}barriers/new/", body)
    assert answer.status_code == 422
    assert "Of the hill" not in text_of(answer)
    assert not Barrier.objects.filter(name="Wall").exists()


def test_who_does_not_coordinate_reads_the_model_and_writes_none_of_it(world: World) -> None:
    for persona in ("lead_police", "reader_police", "lead_company"):
        reader = caller(world, persona)
        assert reader.get(page_of(world, "storage")).status_code == 200
        for address in ("processes/new/", f"steps/{world.steps['storage'].public_id}/remove/"):
            assert reader.get(ROOM + address).status_code == 403
        assert reader.post(f"{page_of(world, 'storage')}up/").status_code == 403
    assert places(world)[0] == "Step arrival"


def test_a_retired_process_takes_no_more_steps(world: World) -> None:
    barriers.retire_process(actor=world.actor("coordinator"), process=world.processes["cocaine"], reason="Begun anew")
    address = f"{ROOM}processes/{world.processes['cocaine'].public_id}/steps/new/"
    answer = caller(world, "coordinator").post(address, {"name": "One more"})
    assert answer.status_code == 422
    assert "This process was taken off the matrix." in text_of(answer)
