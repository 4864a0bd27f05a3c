"""Commitments of the world that are blocked, repeat, or need another one first; and calendar addresses."""

from datetime import timedelta

from foundation import clock
from foundation.files.services import check
from partnership.commitments import services
from partnership.feeds.models import Feed
from partnership.feeds.services import digest_of
from tests.world.cast import World
from tests.world.files import PDF


def calendar_token(persona: str) -> str:
    """Return the token of a persona's calendar address, as long as a real one."""
    return f"calendar-of-{persona}".ljust(43, "x")


def build_plans(world: World) -> None:
    """One that waits for tax, one that repeats with help, one that the company can promise later only, and a report
    that needs a check first."""
    staff = world.actor("staff_customs")

    def promise(name: str, days: int, **more: object) -> None:
        world.commitments[name] = services.propose_commitment(
            actor=staff,
            partnership=world.partnerships["haven"],
            promise=f"Promise {name}",
            owner=world.memberships["customs"],
            person=world.people["staff_customs"],
            due_on=clock.today() + timedelta(days=days),
            done_when="It is there",
            **more,  # type: ignore[arg-type]
        )

    promise("blocked", 45)
    promise("repeating", 40, contributors=[world.memberships["tax"]], approaches=["AD"], rule="FREQ=WEEKLY")
    world.commitments["blocked"] = services.block_commitment(
        actor=staff,
        commitment=world.commitments["blocked"],
        blocker=world.memberships["tax"],
        reason="The list of firms is missing",
    )
    world.commitments["asking"] = services.ask_for_date(
        actor=world.actor("lead_company"),
        commitment=services.propose_commitment(
            actor=world.actor("coordinator"),
            partnership=world.partnerships["haven"],
            promise="Promise asking",
            owner=world.memberships["company"],
            due_on=clock.today() + timedelta(days=55),
            done_when="It is there",
        ),
        due_on=clock.today() + timedelta(days=58),
        reason="The list comes in spring",
    )
    services.add_need(actor=staff, commitment=world.commitments["report"], needs=world.commitments["check"])


def build_evidence(world: World) -> None:
    """A link and a file with the report of customs; tax helps with the promise that repeats, and added a link there."""
    staff = world.actor("staff_customs")
    for name, commitment, actor, more in (
        ("link", "report", staff, {"link": "https://reports.example/scans"}),
        ("file", "report", staff, {"file": check("scans.pdf", PDF)}),
        ("helping", "repeating", world.actor("lead_tax"), {"link": "https://tax.example/list"}),
    ):
        world.evidence[name] = services.add_evidence(
            actor=actor,
            commitment=world.commitments[commitment],
            title=f"Evidence {name}",
            **more,  # type: ignore[arg-type]
        )


def build_feeds(world: World) -> None:
    for persona, scope in (("lead_customs", "ours"), ("staff_customs", "mine"), ("lead_elsewhere", "ours")):
        world.feeds[persona] = Feed.objects.create(
            person=world.people[persona],
            scope=scope,
            digest=digest_of(calendar_token(persona)),
            created_at=clock.now(),
        )
