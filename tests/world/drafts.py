"""Drafts of the world, all by staff of police: one being written, one that waits, and one for named people."""

from collections.abc import Mapping
from datetime import timedelta

from foundation import clock
from infosharing.drafts import services
from infosharing.drafts.models import Draft
from infosharing.drafts.typed import Typed
from partnership.membership.sight import sight
from tests.world.cast import World, marker

AUTHOR = "staff_police"


def typed(name: str, *, tlp: str = "AMBER", audience: str = "own_agency", **more: object) -> dict[str, list[str]]:
    """Return what somebody types into the form of a note that may be shared."""
    said: dict[str, object] = {
        "title": f"Draft {marker(name)}",
        "body": f"Words of {marker(name)}",
        "tlp": tlp,
        "audience": audience,
        "recipients_know_each_other": "on",
        "review_on": (clock.today() + timedelta(days=30)).isoformat(),
        **more,
    }
    return {key: [str(each) for each in (value if isinstance(value, list) else [value])] for key, value in said.items()}


def to_customs(world: World, name: str) -> dict[str, list[str]]:
    return typed(
        name, audience="agencies", agencies=[world.memberships["customs"].pk], category="aggregate", tlp="AMBER"
    )


def to_named(world: World, name: str, *personas: str) -> dict[str, list[str]]:
    people = [world.person(persona).pk for persona in personas]
    return typed(name, tlp="RED", audience="persons", people=people, category="aggregate")


def begin(world: World, data: Typed, author: str = AUTHOR, **more: Mapping[str, object]) -> Draft:
    with sight(world.person(author).pk):
        return services.begin(
            actor=world.actor(author),
            partnership=world.partnerships["haven"],
            data=data,
            **more,  # type: ignore[arg-type]
        )


def ask(world: World, draft: Draft, of: str = "", author: str = AUTHOR) -> Draft:
    with sight(world.person(author).pk):
        return services.ask_release(actor=world.actor(author), draft=draft, of=world.person(of) if of else None)


def build_drafts(world: World) -> None:
    world.drafts["writing"] = begin(world, to_customs(world, "draft_writing"))
    world.drafts["asked"] = ask(world, begin(world, to_customs(world, "draft_asked")))
    named = begin(world, to_named(world, "draft_named", "lead_customs"))
    world.drafts["named"] = ask(world, named, of="lead_police")
