"""A list of thirty asks the database as often as a list of three."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.agencies.models import Agency
from accounts.clients.services import register_client
from accounts.people.models import Person
from foundation import clock
from foundation.notifications import kinds
from foundation.notifications.models import Delivery, Notice
from infosharing.notes.audiences import Choice
from infosharing.notes.services import share_note
from infosharing.requests.services import answer_request
from partnership.commitments import services as commitments
from partnership.competences.facts import Facts
from partnership.competences.services import barriers, catalogue, register, rights
from partnership.engagement.services import add_group
from partnership.membership import services as membership
from partnership.membership.models import Membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.access.routes import bodies
from tests.world import World
from tests.world.auditors import appoint
from tests.world.engagement import say
from tests.world.requests import ask

FEW, MORE = 3, 27
PROBE = "probe "

# finds less than a page: a full one is followed by a count, two queries more
PAGES = {
    "my work": "/",
    "inbox": "/inbox/",
    "settings": "/settings/",
    "lists of identifiers": "/settings/lists/",
    "partnerships": "/partnerships/",
    "a partnership": "/partnerships/haven/",
    "members": "/partnerships/haven/members/",
    "a member": "/partnerships/haven/members/{member}/",
    "responsibilities": "/partnerships/haven/responsibilities/",
    "commitments": "/partnerships/haven/commitments/",
    "agreements": "/partnerships/haven/agreement/",
    "engagement": "/partnerships/haven/engagement/",
    "groups": "/partnerships/haven/engagement/groups/",
    "meetings": "/partnerships/haven/meetings/",
    "register": "/partnerships/haven/competences/register/",
    "a competence": "/partnerships/haven/competences/{competence}/",
    "what a member can do": "/partnerships/haven/competences/members/{member}/",
    "who covers what": "/partnerships/haven/competences/",
    "who needs whom": "/partnerships/haven/competences/graph/",
    "a step of a crime": "/partnerships/haven/competences/steps/{step}/",
    "a form of barriers": "/partnerships/haven/competences/steps/{step}/barriers/new/",
    "who can act": "/partnerships/haven/competences/who/?q=can",
    "who decides": "/partnerships/haven/competences/rights/",
    "acknowledgement": "/partnerships/haven/competences/acknowledgement/",
    "the catalogue": "/competences/",
    "an entry of the catalogue": "/competences/C01/",
    "copying from the catalogue": "/partnerships/haven/competences/copy/",
    "importing a register": "/partnerships/haven/competences/import/",
    "the register to edit elsewhere": "/partnerships/haven/competences/import/?format=xlsx",
    "notes": "/notes/",
    "notes filtered": "/notes/?tlp=GREEN",
    "notes searched": "/notes/?q=note",
    "notes of a partnership": "/partnerships/haven/notes/",
    "notes that a member sees": "/partnerships/haven/notes/seen-by/{member}/",
    "auditors of footprints": "/partnerships/haven/notes/auditors/",
    "requests": "/partnerships/haven/requests/",
    "requests filtered": "/partnerships/haven/requests/?whose=to_us&state=open",
    "a request": "/partnerships/haven/requests/{request}/",
    "a form of requests": "/partnerships/haven/requests/new/",
    "a form of responsibilities": "/partnerships/haven/responsibilities/new/",
    "a form of commitments": "/partnerships/haven/commitments/new/",
    "a form of notes": "/partnerships/haven/notes/new/",
}
TABLES = ("inbox", "partnerships", "members", "responsibilities", "commitments", "register", "engagement", "notes",
    "notes of a partnership", "notes that a member sees", "auditors of footprints", "requests",
)  # fmt: skip
ENDPOINTS = (
    "/api/v1/agencies",
    "/api/v1/partnerships",
    "/api/v1/memberships",
    "/api/v1/notes",
    "/api/v1/notes?tlp=GREEN",
    "/api/v1/competences",
    "/api/v1/partnerships/{haven}/competences",
    "/api/v1/partnerships/{haven}/steps",
    "/api/v1/notes?q=note",
    "/api/v1/requests",
    "/api/v1/requests?whose=asked&state=open",
)


def add(world: World, number: int) -> None:
    """Add one more of everything that any list shows to the coordinator and to the program of the police."""
    coordinator, haven, today = world.actor("coordinator"), world.partnerships["haven"], clock.today()
    agency = Agency.objects.create(
        name=f"Agency {number}", code=f"more-{number}", city="Haven", kind="police", sector="public", level="local",
        country="NL",
    )  # fmt: skip
    lead, colleague = (
        Person.objects.create_user(
            f"{role}-{number}@haven.example", name=f"{role} {number}", agency=home, role="lead", password="unused-here"
        )
        for role, home in (("lead", agency), ("colleague", world.agencies["municipality"]))
    )
    world.people["more"] = lead
    invited = membership.invite_member(actor=coordinator, partnership=haven, agency=agency, role="core")
    member = membership.accept_invitation(actor=world.actor("more"), membership=invited)
    membership.name_representatives(
        actor=coordinator, membership=member, representative=lead, representative_mandate="All", deputy=None,
        deputy_mandate="",
    )  # fmt: skip
    other = membership.found_partnership(
        actor=coordinator, name=f"Partnership {number}", slug=f"more-{number}", city="Haven", purpose="To count",
        review_date=today + timedelta(days=100),
    )  # fmt: skip
    police = membership.invite_member(
        actor=coordinator, partnership=other, agency=world.agencies["police"], role="core"
    )
    membership.accept_invitation(actor=world.actor("lead_police"), membership=police)
    own = Membership.objects.get(partnership=haven, agency=world.agencies["municipality"])
    propose_duties(world, number, (member, own))
    enter_powers(world, number, member)
    for owner, person in ((member, lead), (own, world.people["coordinator"])):
        commitments.propose_commitment(
            actor=coordinator, partnership=haven, promise=f"Promise {number}", owner=owner, person=person,
            due_on=today + timedelta(days=3), done_when="Seen",
        )  # fmt: skip
    world.groups["more"] = add_group(actor=coordinator, partnership=haven, name=f"Group {number}")
    say(world, "coordinator", group="more", given_to="municipality", received_on=today - timedelta(days=40))
    register_client(actor=None, agency=world.agencies["municipality"], name=f"Client {number}", scopes=[])
    with sight(lead.pk):
        share_note(
            actor=world.actor("more"), partnership=haven, title=f"Note {number}", body="Text", tlp="GREEN",
            audience=Choice("partnership"), review_on=today + timedelta(days=90),
        )  # fmt: skip
    with sight(coordinator.person_id):
        share_note(
            actor=coordinator, partnership=haven, title=f"Our note {number}", body="Text", tlp="AMBER",
            audience=Choice("agencies", members=[world.memberships["police"]]), review_on=today + timedelta(days=90),
        )  # fmt: skip
    appoint(world, "more", by="lead_municipality")
    ask_and_answer(world, number, member)
    notify(world.people["coordinator"], number)
    assert colleague.agency_id == world.agencies["municipality"].pk
    # what is read is not asked about: so that only the notices made below are, the same kinds in both counts
    Notice.objects.exclude(dedupe_key__startswith=PROBE).update(read_at=clock.now())


def ask_and_answer(world: World, number: int, member: Membership) -> None:
    """A request to and from each reader, and one more member in the one that is read alone."""
    world.memberships["more"] = member
    for asker, asked in (("more", ("municipality", "police")), ("coordinator", ("more", "police"))):
        with sight(world.actor(asker).person_id):
            found = ask(world, asker, *asked, name=f"more{number}")
            world.requests.setdefault("read", found)
        if asker == "coordinator":
            with sight(world.people["more"].pk):
                answer_request(actor=world.actor("more"), found=found, answer="Yes")


def propose_duties(world: World, number: int, members: Iterable[Membership]) -> None:
    """Through the page, whose body the walk over all routes knows."""
    page = "/partnerships/<slug:slug>/responsibilities/new/"
    others = {"informed": [world.memberships["tax"].pk], "consulted": [world.memberships["police"].pk]}
    for member in members:
        body = {**bodies(world)[page], **others, "accountable": member.pk, "duty": f"Duty {number}"}
        answer = caller(world, "coordinator").post("/partnerships/haven/responsibilities/new/", body)
        assert answer.status_code == 302, answer.content.decode()


def enter_powers(world: World, number: int, member: Membership) -> None:
    """One more competence, held by a new member, which needs another's first; and one more holder of one there is."""
    actor, haven = world.actor("coordinator"), world.partnerships["haven"]
    entered = catalogue.write_competence(
        actor=actor, partnership=haven, description=catalogue.Description(f"Can do {number}", ["AD"], used_for="quays")
    )
    for competence, needs in ((entered, ("Can report",)), (world.competences["search"], ())):
        register.propose_holding(
            actor=world.actor("more"), competence=competence, membership=member, facts=Facts(needs=needs)
        )
    barriers.write_barrier(actor=actor, step=world.steps["arrival"], name=f"Barrier {number}", competences=[entered])
    rights.write_subject(actor=actor, partnership=haven, name=f"Subject {number}", rights={member: "decide"})


def notify(person: Person, number: int) -> None:
    """Give somebody one more notice of every kind that is asked about together."""
    now = clock.now()
    notices = [
        Notice(
            kind=slug, recipient=person, subject_id=uuid.uuid4(), facts=FACTS, dedupe_key=f"{PROBE}{slug} {number}",
            created_at=now,
        )
        for slug, kind in kinds._kinds.items()
        if kind.which_hold is not None
    ]  # fmt: skip
    Delivery.objects.bulk_create(
        Delivery(notice=notice, not_before=now) for notice in Notice.objects.bulk_create(notices)
    )


# what the words of any kind are made of
WORDS = ("partnership", "slug", "by", "agency", "status", "reason", "tlp", "agreement", "number", "path", "sequence")
FACTS = {
    "answer": "agreed",
    "starts_at": "2026-01-01T10:00:00+00:00",
    "day": "2026-01-01",
    "rung": "+0d:doer",
    "path": "/",
}
FACTS = dict.fromkeys(WORDS, "1") | FACTS


def count(client: Client, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return len(queries)


def counts(world: World, token: str) -> Iterator[tuple[str, int]]:
    browser, program = caller(world, "coordinator"), caller(world, "client_police")
    values = {
        "member": world.memberships["police"].public_id,
        "competence": world.competences["search"].public_id,
        "step": world.steps["arrival"].public_id,
        "request": world.requests["read"].public_id,
    }
    for name, address in PAGES.items():
        yield name, count(browser, address.format(**values))
    for name in TABLES:
        yield f"{name} as a table", count(browser, f"{PAGES[name].format(**values)}?format=csv")
    haven = world.partnerships["haven"].public_id
    for endpoint in (*ENDPOINTS, f"/api/v1/memberships?since={token}"):
        address = endpoint.format(haven=haven)
        yield endpoint, count(program, f"{address}{'&' if '?' in address else '?'}limit=200")


def test_a_long_list_asks_the_database_as_often_as_a_short_one(world: World) -> None:
    token = caller(world, "client_police").get("/api/v1/memberships").json()["token"]
    for number in range(FEW):
        add(world, number)
    few = dict(counts(world, token))
    for number in range(FEW, FEW + MORE):
        add(world, number)
    many = dict(counts(world, token))
    grown = {name: (few[name], many[name]) for name in few if many[name] != few[name]}
    assert grown == {}
