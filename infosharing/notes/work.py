"""What notes add to "My work" and to a partnership's page: the newest that somebody may see."""

from typing import Any

from accounts.people.actor import Actor
from foundation.work.needs import News, register_news
from infosharing.notes.models import Note, Status
from infosharing.notes.selectors import newest_notes, with_names
from partnership.agreements.models import Version
from partnership.agreements.panels import version_board
from partnership.membership.models import Membership, Partnership
from partnership.membership.panels import member_board, partnership_board


@register_news
def shared_with_us(actor: Actor) -> list[News]:
    """The newest notes of others."""
    notes = with_names(newest_notes(actor, limit=25))
    return [
        News(
            what=note.title,
            where=f"{note.owner.agency}, {note.partnership}",
            url=note.get_absolute_url(),
            at=note.created_at,
            marking=note.tlp,
        )
        for note in notes
        if note.owner.agency_id != actor.agency_id
    ]


def of_partnership(actor: Actor, partnership: Partnership) -> dict[str, list[Note]]:
    """The newest notes of a partnership that an actor sees, on its page."""
    notes = with_names(newest_notes(actor, partnership=partnership, limit=6))
    return {"notes": [note for note in notes if note.status == Status.LIVE][:5]}


def of_version(actor: Actor, version: Version) -> dict[str, Any]:
    """On an agreement's page, the way to the notes that rest on it."""
    address = f"{version.agreement.partnership.get_absolute_url()}notes/?agreement={version.agreement.public_id}"
    return {"resting": address if version.rules.exists() else ""}


def of_member(actor: Actor, member: Membership) -> dict[str, Any]:
    """On a member's page, the way to what it sees of the own agency's notes."""
    return {"is_other": member.agency_id != actor.agency_id}


partnership_board.register(30, "notes/panel_partnership.html", of_partnership)
version_board.register(40, "notes/panel_agreement.html", of_version)
member_board.register(30, "notes/panel_member.html", of_member)
