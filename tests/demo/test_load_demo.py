"""What a visitor of the demo finds (contract: names that users and programs rely on)."""

from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone
from pytest_django import Settings

from accounts.clients.models import Client
from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from config.environment import DEMO_CLIENT_SECRET_PREFIX, DEMO_PASSWORD
from config.guard import refuse_demo_secrets
from foundation import clock
from foundation.audit.models import Event
from foundation.notifications.models import Delivery, Notice
from infosharing.attachments.models import Attachment
from infosharing.auditors.selectors import auditors
from infosharing.demo.script import CITIES, read
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.models import Note, NoteEvidence
from infosharing.notes.text import render
from infosharing.requests.models import Asked
from partnership.agreements.models import Version
from partnership.commitments import models as commitments
from partnership.commitments.models import Commitment
from partnership.competences import acting, coverage
from partnership.engagement.models import Input
from partnership.meetings.models import Decision, Meeting, MeetingCommitment
from partnership.meetings.quorum import standing
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.sight import sight
from partnership.reminders.claiming import claim_due
from partnership.responsibilities import models as responsibilities
from partnership.responsibilities.models import Responsibility, ResponsibilityPart
from tests.world.roles import as_owner

pytestmark = pytest.mark.usefixtures("demo")

EIGHT = {"municipality", "harbour", "police", "prosecution", "customs", "tax", "portcompany", "association"}
SLUGS = {"rotterdam-port", "amsterdam-joint-strategy", "berlin-joint-operations"}


def actor(who: str) -> Actor:
    return actor_for(Person.objects.select_related("agency").get(email=f"{who}.example"))


def rotterdam_notes() -> models.QuerySet[Note]:
    return Note.objects.filter(partnership__slug="rotterdam-port")


def row_counts() -> dict[str, int]:
    with as_owner():
        return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def test_it_is_loaded_under_the_role_that_policies_bind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("concord_app",)


def test_loading_again_changes_nothing() -> None:
    before = row_counts()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert row_counts() == before
    assert out.getvalue().count("is there already") == len(CITIES)


def test_outside_the_demo_nothing_is_loaded(settings: Settings) -> None:
    settings.DEMO = settings.TESTING = False
    with pytest.raises(CommandError, match="This is not the demo"):
        call_command("load_demo")


def test_a_server_outside_the_demo_does_not_start_on_it(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match="demo's password"):
        refuse_demo_secrets()


def test_rotterdam_has_its_eight_members_and_no_other_row() -> None:
    members = Membership.objects.filter(partnership__slug="rotterdam-port")
    assert {member.agency.code: member.status for member in members} == dict.fromkeys(EIGHT, "active")
    assert len(members) == 8
    private = {member.agency.code for member in members if member.agency.sector == "private"}
    assert private == {"portcompany", "association"}


def test_the_partnerships_of_three_cities_hold_members_in_every_state() -> None:
    members = Membership.objects.filter(partnership__slug__in=SLUGS)
    assert {member.partnership.slug for member in members} == SLUGS
    assert {member.status for member in members} == set(MembershipStatus.values)


def test_amsterdam_is_signed_for_by_three_functions_and_works_in_five_strands() -> None:
    members = Membership.objects.filter(partnership__slug="amsterdam-joint-strategy").active()
    functions = {member.representative.function for member in members if member.representative}
    assert functions == {"Mayor", "Chief of police, Amsterdam unit", "Chief prosecutor, Amsterdam district"}
    duties = Responsibility.objects.filter(partnership__slug="amsterdam-joint-strategy", status="accepted")
    strands = {duty.duty.partition(":")[0] for duty in duties}
    assert strands == {f"Strand {number}, {words}" for number, words in enumerate(read("amsterdam")["strands"], 1)}


def test_every_active_member_has_a_representative_and_a_deputy_with_a_mandate() -> None:
    for member in Membership.objects.active().filter(partnership__slug__in=SLUGS):
        assert member.representative, member
        assert member.deputy, member
        assert member.representative_mandate, member
        assert member.deputy_mandate, member


def test_everybody_of_the_contract_can_sign_in() -> None:
    expected = {"coordinator@municipality.rotterdam.example", "privacy@municipality.rotterdam.example"}
    for city in CITIES:
        expected.add(f"coordinator@municipality.{city}.example")
        codes = {row["code"] for row in read(city)["agencies"]}
        expected |= {f"{login}@{code}.{city}.example" for login in ("lead", "staff") for code in codes}
    people = Person.objects.filter(email__in=expected)
    assert {person.email for person in people} == expected
    assert all(check_password(DEMO_PASSWORD, person.password) for person in people)
    assert {person.role for person in people if person.email.startswith("lead@")} == {"lead"}
    assert people.get(email__startswith="privacy@").role == "read_only"


def test_each_agency_of_rotterdam_has_a_program_with_every_scope(settings: Settings) -> None:
    for code in EIGHT:
        client = Client.objects.get(client_id=f"demo-{code}")
        assert check_password(f"{DEMO_CLIENT_SECRET_PREFIX}{code}", client.client_secret)
        assert set(client.allowed_scopes) == set(settings.OAUTH2_PROVIDER["SCOPES"])
        assert client.service_account.agency.code == code
    reader = Client.objects.get(client_id="demo-reader")
    assert check_password("demo-secret-reader", reader.client_secret)
    assert reader.allowed_scopes == ["membership:read"]


def test_responsibilities_stand_in_every_state_and_name_the_parts_of_others() -> None:
    duties = Responsibility.objects.filter(partnership__slug="rotterdam-port")
    assert {duty.status for duty in duties} == set(responsibilities.Status.values)
    parts = ResponsibilityPart.objects.filter(responsibility__in=duties)
    assert {part.part for part in parts} == set(responsibilities.Part.values)


def test_commitments_stand_in_every_state() -> None:
    promised = Commitment.objects.filter(partnership__slug="rotterdam-port")
    assert {commitment.status for commitment in promised} == set(commitments.Status.values)


def test_commitments_are_due_today_in_a_week_and_six_days_ago_and_one_was_moved() -> None:
    promised = Commitment.objects.filter(partnership__slug="rotterdam-port").under_way()
    days = {(commitment.due_on - clock.today()).days for commitment in promised}
    assert days >= {0, 7, -6}
    moved = promised.get(changes__due_before__isnull=False)
    assert moved.due_on > clock.today()


def test_staff_of_customs_is_reminded_of_what_is_due_today() -> None:
    assert claim_due() > 0
    today = clock.today()
    due = Commitment.objects.get(partnership__slug="rotterdam-port", due_on=today, status="accepted")
    notice = Notice.objects.get(kind="commitments.due_reminder", subject_id=due.public_id)
    assert notice.recipient.email == "staff@customs.rotterdam.example"
    assert notice.facts["rung"] == "+0d:doer"
    assert notice.delivery.state == "queued"


def test_old_news_is_in_the_inbox_but_not_in_the_mail() -> None:
    mails = Delivery.objects.filter(notice__recipient__email__endswith=".rotterdam.example")
    waiting = mails.filter(state="queued")
    assert waiting
    assert all(timezone.localdate(mail.notice.created_at) == clock.today() for mail in waiting)
    kept = mails.filter(state="withdrawn", answer="made while the demo was loaded", notice__withdrawn_at=None)
    assert Notice.objects.visible_to(actor("lead@tax.rotterdam")).filter(delivery__in=kept).exists()


def test_the_audit_trail_tells_what_happened_in_the_order_of_time() -> None:
    members = Membership.objects.filter(partnership__slug="berlin-joint-operations")
    people = Person.objects.filter(agency__memberships__in=members)
    moments = list(Event.objects.filter(person_id__in=people.values("pk")).order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert (moments[-1] - moments[0]).days > 200


def test_notes_of_rotterdam_show_every_marking_and_every_audience() -> None:
    with as_owner():
        notes = list(rotterdam_notes())
    assert {note.tlp for note in notes} == set(Tlp.values)
    assert {note.audience for note in notes} == set(Audience.values)
    assert any(not note.recipients_know_each_other for note in notes)
    assert [note.withdrawal_reason for note in notes if note.status == "withdrawn"]


def test_what_police_share_with_customs_alone_reaches_staff_of_customs_and_not_tax() -> None:
    with as_owner():
        (note,) = rotterdam_notes().filter(
            owner__agency__code="police", tlp="AMBER+STRICT", audience="agencies", status="live"
        )
        assert Note.objects.visible_to(actor("staff@customs.rotterdam")).filter(pk=note.pk).exists()
        assert not Note.objects.visible_to(actor("lead@tax.rotterdam")).filter(pk=note.pk).exists()
    with sight(actor("staff@customs.rotterdam").person_id):
        assert Note.objects.filter(pk=note.pk).exists()
    with sight(actor("lead@tax.rotterdam").person_id):
        assert not Note.objects.filter(pk=note.pk).exists()


def test_the_red_note_is_for_its_author_and_two_named_people() -> None:
    with as_owner():
        note = rotterdam_notes().get(tlp="RED")
        readers = {
            person.email
            for person in Person.objects.filter(agency__city="Rotterdam").select_related("agency")
            if Note.objects.visible_to(actor_for(person)).filter(pk=note.pk).exists()
        }
    assert readers == {f"lead@{code}.rotterdam.example" for code in ("police", "customs", "prosecution")}


def test_the_privacy_officer_of_rotterdam_looks_at_who_read_what_the_police_wrote() -> None:
    privacy = actor("privacy@municipality.rotterdam")
    with sight(privacy.person_id):
        (mine,) = auditors(privacy, Partnership.objects.get(slug="rotterdam-port"))
    assert (mine.person_id, mine.appointer.agency.code) == (privacy.person_id, "police")


def test_requests_of_rotterdam_are_answered_with_a_note_refused_in_part_and_waiting() -> None:
    with as_owner():
        rows = Asked.objects.filter(partnership__slug="rotterdam-port").select_related("note")
        assert {row.status for row in rows} == {"answered", "refused", "partly_answered", "waiting"}
        assert [row.ground for row in rows if row.ground] == ["R1"]
        (linked,) = [row for row in rows if row.note]
    police = actor("staff@police.rotterdam")
    with sight(police.person_id):
        assert Note.objects.visible_to(police).filter(pk=linked.note_id).exists()


def test_notes_hold_no_address_of_a_person_and_every_text_can_be_shown() -> None:
    with as_owner():
        notes = list(Note.objects.filter(partnership__slug__in=SLUGS))
    assert all("@" not in note.body for note in notes)
    shown = [str(render(note.body)) for note in notes]
    for element in ("<table>", "<li>", "<strong>", "<a href="):
        assert any(element in text for text in shown), element


def test_what_people_changed_since_is_not_changed_back() -> None:
    Commitment.objects.filter(partnership__slug="rotterdam-port").update(promise="reworded by a visitor")
    before = row_counts()
    call_command("load_demo", verbosity=0, stdout=StringIO())
    assert row_counts() == before


def test_each_city_has_signed_what_it_works_by() -> None:
    def standing(slug: str) -> dict[str, tuple[str, int]]:
        versions = Version.objects.filter(partnership__slug=slug).exclude(status="superseded")
        return {
            version.agreement.title: (version.status, version.signatures.count())
            for version in versions.select_related("agreement")
        }

    rotterdam = standing("rotterdam-port")
    assert rotterdam["Covenant of the Rotterdam port partnership"] == ("in_force", 8)
    assert rotterdam["Agreement on sharing scan outcomes"] == ("open_for_signature", 3)
    assert standing("amsterdam-joint-strategy")["Joint Strategy"] == ("in_force", 3)
    assert standing("berlin-joint-operations")["Terms of joint operations"] == ("under_review", 5)


def test_rotterdam_has_met_twice_and_is_called_to_the_next_meeting_with_an_agenda() -> None:
    held = Meeting.objects.filter(partnership__slug="rotterdam-port", status="closed")
    assert held.count() == 2
    assert all(standing(meeting).is_met for meeting in held)
    decided = Decision.objects.filter(meeting__in=held)
    assert decided.filter(rule="member_alone", dissents__isnull=False).exists()
    assert decided.corrected().count() == 1
    assert MeetingCommitment.objects.filter(meeting__in=held, decision__isnull=False).count() == 2
    [called] = Meeting.objects.filter(partnership__slug="rotterdam-port", status="called")
    assert called.starts_at > clock.now()
    assert called.items.count() == 3
    assert called.papers.count() == 2


def test_the_port_knows_what_nobody_can_do_and_what_hangs_on_one_member() -> None:
    who = actor("coordinator@municipality.rotterdam")
    port = Partnership.objects.get(slug="rotterdam-port")
    finding = coverage.matrix(who, port, clock.today()).finding
    assert "Nobody can act on “Transport inland”." in finding
    assert "Only Tax Administration, Rotterdam region can act on “Laundering the proceeds”." in finding


def test_a_container_in_the_port_finds_customs_and_the_seaport_police() -> None:
    who = actor("staff@portcompany.rotterdam")
    port = Partnership.objects.get(slug="rotterdam-port")
    found = acting.answers(who, port, clock.today(), words="container")
    kinds = {way.holding.membership.agency.kind for answer in found for way in answer.ways}
    assert {"customs", "police"} <= kinds


def test_groups_were_heard_answered_and_one_led_to_a_promise() -> None:
    inputs = Input.objects.filter(partnership__slug="rotterdam-port")
    assert set(inputs.values_list("status", flat=True)) == {"received", "answered", "not_taken_up"}
    assert inputs.late(clock.today()).exists()
    lamps = Commitment.objects.get(input__isnull=False, partnership__slug="rotterdam-port")
    assert "lamps" in lamps.promise


def test_promises_are_shown_to_be_kept_by_link_file_and_note() -> None:
    shown = commitments.Evidence.objects.filter(partnership__slug="rotterdam-port")
    kinds = set(shown.values_list("kind", flat=True))
    assert kinds == {"link", "file"}
    with as_owner():
        named = NoteEvidence.objects.get(partnership__slug="rotterdam-port")
        visible = {who for who in ("staff@customs", "staff@police", "staff@tax") if sees(named, who)}
    assert visible == {"staff@customs", "staff@police"}


def sees(named: NoteEvidence, who: str) -> bool:
    return NoteEvidence.objects.visible_to(actor(f"{who}.rotterdam")).filter(pk=named.pk).exists()


def test_two_notes_have_a_file_one_of_them_for_fewer_than_see_the_note() -> None:
    for who, names in (
        ("lead@police.rotterdam", {"night-berths.csv", "seals-by-shift.csv"}),
        ("lead@prosecution.rotterdam", {"night-berths.csv"}),
    ):
        reader = actor(who)
        with sight(reader.person_id):
            found = Attachment.objects.visible_to(reader).there()
            assert set(found.values_list("name", flat=True)) == names
