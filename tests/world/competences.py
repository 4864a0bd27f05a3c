"""What members of Haven can do: a register, a crime in three steps, a remark for chosen members, a statement."""

from partnership.competences import cataloguing
from partnership.competences.facts import Facts
from partnership.competences.models import Competence, Entry, Holding
from partnership.competences.services import barriers, catalogue, register, remarks, rights, statements
from partnership.membership.sight import sight
from tests.world.cast import PASSWORD, World, marker


def build_competences(world: World) -> None:
    cataloguing.load()
    coordinator, haven = world.actor("coordinator"), world.partnerships["haven"]
    for name, approaches, used_for in (
        ("search", ["CJ"], "containers on the quay"),
        ("close", ["AD"], "premises in the port"),
        ("report", ["CJ", "AD"], "facts for a closure"),
        ("shelter", ["VF"], "young people who want out"),
    ):
        world.competences[name] = catalogue.write_competence(
            actor=coordinator,
            partnership=haven,
            description=catalogue.Description(name=f"Can {name}", approaches=approaches, used_for=used_for),
        )
    world.entries["closure"] = Entry.objects.get(code="C01")
    hold(world, "search", "customs", "lead_customs", Facts(lead_days=2))
    hold(world, "search", "police", "lead_police", Facts(extent="partly", lead_days=1))
    hold(world, "report", "police", "lead_police", Facts(lead_days=10))
    hold(world, "close", "municipality", "lead_municipality", Facts(lead_days=14, needs=("Can report",)))
    world.changes["waiting"] = register.propose_holding(
        actor=coordinator,
        competence=world.competences["report"],
        membership=world.memberships["customs"],
        facts=Facts(extent="on_request", lead_days=5),
        note="Named in the joint protocol",
    )
    _process(world)
    _remark(world)
    _rights(world)
    world.statements["haven"] = statements.put_to_members(actor=coordinator, partnership=haven)
    statements.acknowledge(
        actor=world.actor("lead_police"),
        statement=world.statements["haven"],
        fingerprint=world.statements["haven"].fingerprint,
        password=PASSWORD,
    )


def hold(world: World, competence: str, member: str, lead: str, facts: Facts) -> Holding:
    """Let a member hold a competence, as its lead enters it."""
    entered: Competence = world.competences[competence]
    register.propose_holding(
        actor=world.actor(lead), competence=entered, membership=world.memberships[member], facts=facts
    )
    holding = Holding.objects.get(competence=entered, membership=world.memberships[member], ended_at=None)
    world.holdings[f"{member}_{competence}"] = holding
    return holding


def _process(world: World) -> None:
    coordinator, haven = world.actor("coordinator"), world.partnerships["haven"]
    world.processes["cocaine"] = barriers.write_process(
        actor=coordinator, partnership=haven, name="Cocaine through the port", phenomenon="cocaine trafficking"
    )
    for step, serving in (("arrival", "search"), ("storage", "close"), ("recruiting", "shelter")):
        world.steps[step] = barriers.write_step(
            actor=coordinator, process=world.processes["cocaine"], name=f"Step {step}"
        )
        world.barriers[step] = barriers.write_barrier(
            actor=coordinator,
            step=world.steps[step],
            name=f"Barrier {step}",
            competences=[world.competences[serving]],
        )


def _remark(world: World) -> None:
    """For customs, and for two members that have lost their sight by the time anybody looks."""
    named = [world.memberships[code] for code in ("customs", "former", "suspended")]
    writer = world.actor("staff_police")
    with sight(writer.person_id):
        world.remarks["police"] = remarks.add_remark(
            actor=writer,
            holding=world.holdings["police_report"],
            text=f"Remark {marker('remark')}: ask for the night desk",
            readers=named,
        )


def _rights(world: World) -> None:
    coordinator, haven, members = world.actor("coordinator"), world.partnerships["haven"], world.memberships
    world.subjects["press"] = rights.write_subject(
        actor=coordinator,
        partnership=haven,
        name="What the press is told",
        rights={members["municipality"]: "decide", members["police"]: "veto", members["company"]: "inform"},
    )
    world.interests["company"] = rights.declare_interest(
        actor=world.actor("lead_company"), partnership=haven, text="Runs two terminals under contract"
    )
