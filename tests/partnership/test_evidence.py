"""What shows that a promise is kept: links and files, added by who promised and who helps, until it is verified."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.files.services import check
from partnership.commitments import services
from partnership.commitments.models import Commitment, Evidence
from tests.access.callers import caller
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.files import PDF, Sample

CUSTOMS = {"lead_customs", "staff_customs"}


def add(world: World, persona: str = "staff_customs", commitment: str = "report", **more: Any) -> Evidence:
    asked = {"title": "Report of October", "link": "https://reports.example/10"} | more
    found = Commitment.objects.get(pk=world.commitments[commitment].pk)
    return services.add_evidence(actor=world.actor(persona), commitment=found, **asked)


def page(world: World, persona: str, path: str = "", commitment: str = "report", **more: Any) -> HttpResponse:
    address = f"/partnerships/haven/commitments/{world.commitments[commitment].public_id}/{path}"
    client = caller(world, persona)
    return client.post(address, more["body"]) if "body" in more else client.get(address)


def stored_at(evidence: Evidence) -> Path:
    assert evidence.file is not None
    return Path(settings.STORAGES["files"]["OPTIONS"]["location"]) / evidence.file.stored_as


# --- who -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("commitment", "who"), [("report", CUSTOMS), ("repeating", {*CUSTOMS, "lead_tax"}), ("hill", {"lead_elsewhere"})]
)
def test_the_member_that_promised_and_those_that_contribute_add_evidence(
    world: World, commitment: str, who: set[str]
) -> None:
    for persona in world.actors():
        with undone():
            if persona in who:
                assert add(world, persona, commitment).member.agency == world.person(persona).agency
            else:
                with pytest.raises(NotAllowed):
                    add(world, persona, commitment)


@pytest.mark.parametrize(("name", "who"), [("link", CUSTOMS), ("helping", {*CUSTOMS, "lead_tax"})])
def test_the_member_that_added_it_and_the_one_that_promised_remove_it(world: World, name: str, who: set[str]) -> None:
    for persona in world.actors():
        with undone():
            evidence = Evidence.objects.get(pk=world.evidence[name].pk)
            if persona in who:
                services.remove_evidence(actor=world.actor(persona), evidence=evidence)
                assert not Evidence.objects.filter(pk=world.evidence[name].pk).exists()
            else:
                with pytest.raises(NotAllowed):
                    services.remove_evidence(actor=world.actor(persona), evidence=evidence)


def test_who_helps_does_not_remove_what_the_member_that_promised_added(world: World) -> None:
    evidence = add(world, commitment="repeating")
    with pytest.raises(NotAllowed):
        services.remove_evidence(actor=world.actor("lead_tax"), evidence=evidence)


def test_evidence_is_seen_by_whoever_sees_the_commitment(world: World) -> None:
    for persona, actor in world.actors().items():
        sees = Commitment.objects.visible_to(actor).filter(pk=world.commitments["report"].pk).exists()
        assert Evidence.objects.visible_to(actor).filter(pk=world.evidence["file"].pk).exists() == sees, persona


# --- until when ------------------------------------------------------------------------------------------
def test_what_was_verified_stands(world: World) -> None:
    commitment, evidence = world.commitments["report"], Evidence.objects.get(pk=world.evidence["file"].pk)
    services.claim_done(actor=world.actor("staff_customs"), commitment=commitment, evidence="The report")
    add(world)
    services.verify_commitment(actor=world.actor("staff_police"), commitment=commitment)
    with pytest.raises(OutOfTurn):
        services.remove_evidence(actor=world.actor("staff_customs"), evidence=evidence)
    with pytest.raises(OutOfTurn):
        add(world, link="https://reports.example/11")
    with database_refuses("evidence of what was verified stands"):
        evidence.delete()
    with database_refuses("evidence of what was verified stands"):
        Evidence.objects.filter(pk=evidence.pk).update(title="Another")
    with database_refuses("evidence of what was verified stands"):
        _link(world, commitment)


def _link(world: World, commitment: Commitment, **more: Any) -> Evidence:
    columns = {
        "partnership": world.partnerships["haven"], "kind": "link", "title": "x", "link": "https://x.example",
        "member": world.memberships["customs"], "added_at": clock.now(),
    } | more  # fmt: skip
    return Evidence.objects.create(commitment=commitment, **columns)


@pytest.mark.parametrize("state", ["camera", "verified", "dropped"])
def test_nothing_is_added_before_it_is_promised_or_after_it_has_ended(world: World, state: str) -> None:
    persona, name = ("lead_company", "camera") if state == "camera" else ("staff_customs", "report")
    commitment = world.commitments[name]
    if state == "verified":
        services.claim_done(actor=world.actor(persona), commitment=commitment, evidence="The report")
        services.verify_commitment(actor=world.actor("staff_police"), commitment=commitment)
    if state == "dropped":
        services.drop_commitment(actor=world.actor(persona), commitment=commitment, reason="Not needed")
    with pytest.raises(OutOfTurn):
        add(world, persona, name)


# --- what ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "  "}, "title"),
        ({"link": ""}, "link"),
        ({"file": check("a.pdf", PDF)}, "link"),
        ({"link": "http://reports.example"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://reports.example/scans"}, "link"),
    ],
)
def test_it_is_a_safe_link_or_a_file_with_a_title_and_no_link_twice(
    world: World, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(world, **more)
    assert refused.value.field == field


def test_the_database_refuses_what_is_neither_link_nor_file(world: World) -> None:
    report, hill = world.commitments["report"], world.commitments["hill"]
    for more in (
        {"link": "http://x.example"},
        {"kind": "file", "link": ""},
        {"kind": "file", "file": world.evidence["file"].file},
        {"file_name": "a.pdf"},
        {"kind": "note"},
    ):
        with database_refuses("evidence_is_link_or_file"):
            _link(world, report, **more)
    with database_refuses("evidence_link_once"):
        _link(world, report, link="https://reports.example/scans")
    with database_refuses("evidence_of_partnership"):
        _link(world, hill)
    with database_refuses("evidence_member_in_partnership"):
        _link(world, report, member=world.memberships["elsewhere"])


def test_the_link_of_a_claim_joins_the_evidence_once(world: World) -> None:
    commitment, staff = world.commitments["report"], world.actor("staff_customs")
    claim = {"commitment": commitment, "evidence": "The report", "evidence_link": "https://reports.example/final"}
    services.claim_done(actor=staff, **claim)
    services.send_back(actor=world.actor("staff_police"), commitment=commitment, reason="Figures are missing")
    services.claim_done(actor=staff, **claim)
    assert [piece.title for piece in commitment.evidence_items.filter(link__endswith="/final")] == [
        "reports.example/final"
    ]


def test_adding_and_removing_is_on_record_without_its_content(world: World) -> None:
    evidence = add(world, link="", file=check("canary-name.pdf", PDF))
    services.remove_evidence(actor=world.actor("lead_customs"), evidence=evidence)
    history = [change.what for change in world.commitments["report"].changes.order_by("pk")]
    assert history[-2:] == ["evidence", "evidence_removed"]
    events = list(Event.objects.filter(verb__startswith="commitments.evidence_").order_by("pk"))[-2:]
    assert [event.verb for event in events] == ["commitments.evidence_added", "commitments.evidence_removed"]
    assert events[0].detail == events[1].detail == {"kind": "file", "sha256": events[0].detail["sha256"]}


def test_a_file_is_deleted_with_its_evidence(world: World, django_capture_on_commit_callbacks: Any) -> None:
    evidence = add(world, link="", file=check("report.pdf", PDF))
    assert stored_at(evidence).exists()
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_evidence(actor=world.actor("staff_customs"), evidence=evidence)
    assert not stored_at(evidence).exists()


# --- pages -----------------------------------------------------------------------------------------------
def test_a_file_goes_in_by_the_page_and_comes_out_as_it_was(world: World) -> None:
    body = {"title": "Scans", "file": Sample("../secret/scans of October.pdf", PDF)}
    assert page(world, "staff_customs", "evidence/", body=body).status_code == 302
    evidence = Evidence.objects.get(title="Scans")
    assert evidence.file_name == "scans of October.pdf"
    shown = page(world, "lead_tax").content.decode()
    assert "Scans" in shown
    assert "scans of October.pdf" in shown
    answer = page(world, "lead_tax", f"evidence/{evidence.public_id}/file/")
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="scans of October.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert Event.objects.filter(verb="commitments.evidence_downloaded", person_id=world.people["lead_tax"].pk).exists()


@pytest.mark.parametrize("persona", ["lead_suspended", "lead_former", "lead_invited", "lead_elsewhere", "site_admin"])
def test_nobody_else_gets_the_file(world: World, persona: str) -> None:
    assert page(world, persona, f"evidence/{world.evidence['file'].public_id}/file/").status_code == 404


def test_a_file_is_of_the_commitment_in_its_address(world: World) -> None:
    path = f"evidence/{world.evidence['file'].public_id}/file/"
    assert page(world, "lead_customs", path, commitment="check").status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"title": "Scans"}, "Give a link or a file"),
        ({"title": "Scans", "file": Sample("scans.pdf", b"")}, "This file is empty"),
        ({"title": "Scans", "file": Sample("scans.pdf", b"MZ\0\0")}, "no file that can be kept"),
        ({"title": "Scans", "file": Sample("scans.html", PDF)}, "Give it a name that ends in .pdf"),
        ({"title": "Scans", "file": Sample("scans.txt", b"a" * 10_000_001)}, "at most 10 MB"),
        ({"title": "", "file": Sample("scans.pdf", PDF)}, "Fill this in"),
    ],
)
def test_the_page_says_what_is_wrong_with_a_file(world: World, body: dict[str, Any], said: str) -> None:
    answer = page(world, "staff_customs", "evidence/", body=body)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_request_larger_than_any_form_takes_is_refused_before_it_is_kept(world: World) -> None:
    body = {"title": "Scans", "file": Sample("scans.txt", b"a" * 30_000_001)}
    assert page(world, "staff_customs", "evidence/", body=body).status_code in {400, 413}


def test_what_is_damaged_in_the_store_is_said_and_not_given_out(world: World) -> None:
    evidence = add(world, link="", file=check("report.pdf", PDF))
    stored_at(evidence).write_bytes(b"another")
    client = caller(world, "lead_tax")
    answer = client.get(f"{evidence.get_absolute_url()}file/", follow=True)
    assert "This file is damaged" in answer.content.decode()
    assert not Event.objects.filter(verb="commitments.evidence_downloaded").exists()


def test_the_page_offers_to_add_and_remove_to_those_who_may(world: World) -> None:
    for persona, adds, removes in (("staff_customs", True, 1), ("lead_tax", True, 1), ("coordinator", False, 0)):
        shown = page(world, persona, commitment="repeating").content.decode()
        assert ("Add a link or a file" in shown) == adds
        assert shown.count("/remove/") == removes
    assert "Add a link or a file" not in page(world, "reader_police").content.decode()


def test_the_list_as_a_table_names_links_and_files(world: World) -> None:
    rows = caller(world, "lead_tax").get("/partnerships/haven/commitments/?format=csv").content.decode()
    assert "https://reports.example/scans; scans.pdf" in rows


def test_programs_read_what_evidence_there_is(world: World) -> None:
    program = caller(world, "client_police")
    found = program.get(f"/api/v1/commitments/{world.commitments['report'].public_id}").json()
    link, file = found["evidence_items"]
    assert (link["kind"], link["link"], link["file"]) == ("link", "https://reports.example/scans", None)
    assert (file["file"]["name"], file["file"]["size"], file["agency"]["code"]) == ("scans.pdf", len(PDF), "customs")
    assert "stored_as" not in str(found)
