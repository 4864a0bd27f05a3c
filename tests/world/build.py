"""Builds the world through the services, as people would."""

from datetime import date, timedelta

from accounts.agencies.models import Agency
from accounts.clients.services import register_client
from accounts.people.models import Person
from foundation import clock
from infosharing.notes.audiences import Choice
from infosharing.notes.evidence.services import add_note
from infosharing.notes.reviewing.services import prolong_note
from infosharing.notes.services import share_note, withdraw_note
from infosharing.readers.models import Recall
from partnership.agreements.models import Version
from partnership.agreements.services import drafting, steps
from partnership.commitments import services as commitments
from partnership.membership import services as membership
from partnership.membership.models import Membership
from partnership.responsibilities import services as responsibilities
from tests.world.attachments import build_attachments
from tests.world.auditors import build_auditors
from tests.world.cast import PASSWORD, World, marker
from tests.world.circles import build_circles
from tests.world.competences import build_competences
from tests.world.departures import build_departures
from tests.world.drafts import build_drafts
from tests.world.engagement import build_engagement
from tests.world.identifiers import build_lists
from tests.world.meetings import build_meetings
from tests.world.plans import build_evidence, build_feeds, build_plans
from tests.world.readings import read
from tests.world.requests import build_requests
from tests.world.sharing import write_rules

AGENCIES = {
    "municipality": ("Haven City", "municipality", "public", "local"),
    "police": ("Haven Police", "police", "public", "regional"),
    "customs": ("Haven Customs", "customs", "public", "national"),
    "tax": ("Haven Tax Office", "tax", "public", "national"),
    "company": ("Haven Terminals", "company", "private", "local"),
    "former": ("Former Inspectorate", "inspectorate", "public", "national"),
    "suspended": ("Suspended Association", "association", "private", "local"),
    "invited": ("Invited Victim Support", "victim_support", "civil_society", "local"),
    "elsewhere": ("Hill Police", "police", "public", "regional"),
}
PEOPLE = {
    "coordinator": ("municipality", "staff"),
    "lead_municipality": ("municipality", "lead"),
    "lead_police": ("police", "lead"),
    "staff_police": ("police", "staff"),
    "reader_police": ("police", "read_only"),
    "lead_customs": ("customs", "lead"),
    "staff_customs": ("customs", "staff"),
    "lead_tax": ("tax", "lead"),
    "lead_company": ("company", "lead"),
    "lead_former": ("former", "lead"),
    "lead_suspended": ("suspended", "lead"),
    "lead_invited": ("invited", "lead"),
    "lead_elsewhere": ("elsewhere", "lead"),
}
EVERY_SCOPE = [
    "membership:read",
    "agreements:read",
    "commitments:read",
    "commitments:write",
    "notes:read",
    "notes:write",
    "evaluation:read",
]


def build_world() -> World:
    world = World()
    _people(world)
    _partnerships(world)
    _agreements(world)
    _work(world)
    build_competences(world)
    build_engagement(world)
    build_plans(world)
    build_evidence(world)
    build_feeds(world)
    build_meetings(world)
    _notes(world)
    _note_evidence(world)
    build_requests(world)
    build_circles(world)
    build_drafts(world)
    build_auditors(world)
    build_lists(world)
    build_departures(world)
    _ends(world)
    return world


def _people(world: World) -> None:
    for code, (name, kind, sector, level) in AGENCIES.items():
        world.agencies[code] = Agency.objects.create(
            name=name, code=code, city="Haven", kind=kind, sector=sector, level=level, country="NL"
        )
    for persona, (agency, role) in PEOPLE.items():
        world.people[persona] = Person.objects.create_user(
            f"{persona}@haven.example", PASSWORD, name=f"Person {persona}", agency=world.agencies[agency], role=role
        )
    world.people["site_admin"] = Person.objects.create_superuser("admin@haven.example", PASSWORD, name="Site Admin")
    for persona, scopes in (("client_police", EVERY_SCOPE), ("client_reader", ["membership:read"])):
        agency = world.agencies["police" if persona == "client_police" else "municipality"]
        world.clients[persona], _secret = register_client(
            actor=None,
            agency=agency,
            name=persona,
            scopes=scopes,
            client_id=f"id-{persona}",
            client_secret=f"secret-{persona}",
        )


def _partnerships(world: World) -> None:
    review = clock.today() + timedelta(days=200)
    haven = membership.found_partnership(
        actor=world.actor("coordinator"),
        name="Haven against undermining",
        slug="haven",
        city="Haven",
        purpose="Keep the harbour free of organised crime.",
        review_date=review,
    )
    hill = membership.found_partnership(
        actor=world.actor("lead_former"),
        name="Hill against fraud",
        slug="hill",
        city="Hill",
        purpose="Keep the hill honest.",
        review_date=review,
    )
    world.partnerships |= {"haven": haven, "hill": hill}
    roles = {"police": "core", "customs": "core", "tax": "core", "company": "associate", "former": "associate"}
    for code, role in {**roles, "suspended": "observer"}.items():
        world.memberships[code] = _join(world, "coordinator", haven, code, role)
    world.memberships["elsewhere"] = _join(world, "lead_former", hill, "elsewhere", "core")
    world.memberships["municipality"] = Membership.objects.get(partnership=haven, agency=world.agencies["municipality"])
    world.memberships["former_in_hill"] = Membership.objects.get(partnership=hill, agency=world.agencies["former"])
    world.memberships["invited"] = membership.invite_member(
        actor=world.actor("coordinator"), partnership=haven, agency=world.agencies["invited"], role="expert"
    )


def _join(world: World, coordinator: str, partnership: object, code: str, role: str) -> Membership:
    invitation = membership.invite_member(
        actor=world.actor(coordinator),
        partnership=partnership,  # type: ignore[arg-type]
        agency=world.agencies[code],
        role=role,
    )
    return membership.accept_invitation(actor=world.actor(f"lead_{code}"), membership=invitation)


SIGNATORIES = {"lead_municipality": "Mayor", "lead_police": "Chief of police", "lead_customs": "Director"}


def _agreements(world: World) -> None:
    """One in force, one under review, one that police alone have signed, one in consultation, one draft."""
    coordinator = world.actor("coordinator")
    for name in ("covenant", "guide", "sharing", "terms", "draft"):
        world.versions[name] = _drafted(world, name)
    write_rules(world)
    for name in ("covenant", "guide", "sharing", "terms"):
        steps.put_to_members(actor=coordinator, version=world.versions[name])
    for name in ("covenant", "guide", "sharing"):
        steps.open_for_signature(actor=coordinator, version=world.versions[name])
    for persona, function in SIGNATORIES.items():
        sign(world, persona, "covenant", function)
        sign(world, persona, "guide", function)
    _review(world)
    sign(world, "lead_police", "sharing", "Chief of police")
    drafting.publish_annex(
        actor=coordinator, agreement=world.versions["covenant"].agreement, name="Contacts", text="Ask the duty desk"
    )
    for version in world.versions.values():
        version.refresh_from_db()


def _review(world: World) -> None:
    """The guide is under review, and its next version changes nothing that was signed."""
    coordinator, guide = world.actor("coordinator"), world.versions["guide"]
    steps.begin_review(actor=coordinator, version=guide)
    world.versions["guide_next"] = drafting.draft_version(
        actor=coordinator,
        agreement=guide.agreement,
        change_note="Clearer words",
        is_material=False,
        review_on=clock.today() + timedelta(days=300),
        ends_on=None,
    )
    steps.put_to_members(actor=coordinator, version=world.versions["guide_next"])


def _drafted(world: World, name: str) -> Version:
    coordinator = world.actor("coordinator")
    version = drafting.draft_agreement(
        actor=coordinator,
        partnership=world.partnerships["haven"],
        kind="covenant",
        title=f"Haven {name}",
        review_on=clock.today() + timedelta(days=300),
    )
    fill_gaps(version)
    for persona, function in SIGNATORIES.items():
        membership = world.memberships[PEOPLE[persona][0]]
        drafting.require_signatory(actor=coordinator, version=version, membership=membership, function=function)
    return version


def fill_gaps(version: Version) -> None:
    """Write something where the usual headings leave gaps, as its coordinator would."""
    for clause in version.clauses.all():
        clause.text = clause.text.replace("…", "this")
        clause.save()


def sign(world: World, persona: str, name: str, function: str) -> None:
    version = Version.objects.get(pk=world.versions[name].pk)
    steps.sign(
        actor=world.actor(persona),
        version=version,
        version_hash=version.content_hash,
        function=function,
        mandate_basis="Decision 12",
        password=PASSWORD,
    )


def _work(world: World) -> None:
    haven = world.partnerships["haven"]
    for name, accountable in (("scan", "customs"), ("patrol", "police"), ("fence", "company")):
        world.responsibilities[name] = responsibilities.propose_responsibility(
            actor=world.actor("coordinator"),
            partnership=haven,
            wording=responsibilities.Wording(
                duty=f"Duty {name}",
                measure="Counted each month",
                period="monthly",
                accountable=world.memberships[accountable],
                parts={world.memberships["tax"]: "I", world.memberships["municipality"]: "C"},
            ),
        )
    responsibilities.accept_responsibility(
        actor=world.actor("lead_police"), responsibility=world.responsibilities["patrol"]
    )
    for name, owner, days in (
        ("report", "customs", 7), ("check", "police", 0), ("camera", "company", 30), ("guard", "police", 50),
    ):  # fmt: skip
        world.commitments[name] = commitments.propose_commitment(
            actor=world.actor("coordinator"),
            partnership=haven,
            promise=f"Promise {name}",
            owner=world.memberships[owner],
            due_on=clock.today() + timedelta(days=days),
            done_when="It is on the table",
        )
    for name, persona in (("report", "staff_customs"), ("check", "staff_police")):
        commitments.accept_commitment(actor=world.actor(persona), commitment=world.commitments[name])
    world.commitments["claimed"] = commitments.propose_commitment(
        actor=world.actor("staff_customs"),
        partnership=haven,
        promise="Promise claimed",
        owner=world.memberships["customs"],
        due_on=clock.today() + timedelta(days=20),
        done_when="It is seen",
    )
    world.commitments["claimed"] = commitments.claim_done(
        actor=world.actor("staff_customs"), commitment=world.commitments["claimed"], evidence="Report 12"
    )
    world.commitments["hill"] = commitments.propose_commitment(
        actor=world.actor("lead_elsewhere"),
        partnership=world.partnerships["hill"],
        promise="Promise on the hill",
        owner=world.memberships["elsewhere"],
        due_on=clock.today() + timedelta(days=7),
        done_when="It is done",
    )


def _notes(world: World) -> None:
    def write(name: str, writer: str, tlp: str, choice: Choice, partnership: str = "haven", **more: bool) -> None:
        world.notes[name] = share_note(
            actor=world.actor(writer),
            partnership=world.partnerships[partnership],
            title=f"Title {marker(name)}",
            body=f"Body {marker(name)} of **the note**.",
            tlp=tlp,
            audience=choice,
            review_on=_later(),
            **more,
        )

    customs = [world.memberships["customs"]]
    several = [*customs, world.memberships["former"], world.memberships["suspended"]]
    everybody_named = [world.people[name] for name in ("lead_customs", "lead_former", "lead_suspended")]
    write("own", "staff_police", "AMBER+STRICT", Choice("own_agency"))
    write("customs", "staff_police", "AMBER+STRICT", Choice("agencies", members=customs))
    write("several", "staff_police", "AMBER", Choice("agencies", members=several))
    write(
        "confidential", "staff_police", "AMBER", Choice("agencies", members=several), recipients_know_each_other=False
    )
    write("partnership", "staff_police", "GREEN", Choice("partnership"))
    write("clear", "staff_police", "CLEAR", Choice("partnership"))
    write("named", "staff_police", "RED", Choice("persons", persons=everybody_named))
    write("named_by_lead", "lead_police", "RED", Choice("persons", persons=[world.people["staff_customs"]]))
    write("by_customs", "staff_customs", "AMBER", Choice("agencies", members=[world.memberships["police"]]))
    write("by_company", "lead_company", "AMBER+STRICT", Choice("own_agency"))
    write("by_former", "lead_former", "GREEN", Choice("partnership"))
    write("by_suspended", "lead_suspended", "AMBER+STRICT", Choice("own_agency"))
    write("withdrawn", "staff_police", "AMBER", Choice("agencies", members=customs))
    write("hill", "lead_elsewhere", "AMBER+STRICT", Choice("own_agency"), partnership="hill")
    write("hill_open", "lead_elsewhere", "GREEN", Choice("partnership"), partnership="hill")
    build_attachments(world)
    read(world, "lead_customs", world.notes["withdrawn"])
    withdraw_note(actor=world.actor("staff_police"), note=world.notes["withdrawn"], reason="It was wrong")
    police = world.actor("staff_police")
    for days, name in ((120, "agreed"), (150, "asked")):
        until = clock.today() + timedelta(days=days)
        world.prolongations[name] = prolong_note(
            actor=police, note=world.notes["clear"], until=until, reason="Needed for the trial"
        )
    world.recalls["withdrawn"] = Recall.objects.get(note=world.notes["withdrawn"])


def _note_evidence(world: World) -> None:
    """What shows that customs keeps its promise: notes of the police, one of them to a named person."""
    for name, persona in (
        ("customs", "staff_customs"),
        ("confidential", "lead_customs"),
        ("named_by_lead", "staff_customs"),
    ):
        world.note_evidence[name] = add_note(
            actor=world.actor(persona), commitment=world.commitments["report"], note=world.notes[name]
        )


def _later() -> date:
    return clock.today() + timedelta(days=90)


def _ends(world: World) -> None:
    """The near misses: who had sight and lost it."""
    actor = world.actor("coordinator")
    membership.withdraw_member(actor=actor, membership=world.memberships["former"], reason="Reorganised")
    membership.suspend_member(actor=actor, membership=world.memberships["suspended"], reason="Under inquiry")
