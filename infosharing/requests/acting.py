"""From a request to who can act, and back: its words are looked up in the register, and who can is asked.

The words of a request are looked up for who sees it, and for nobody else.
"""

from urllib.parse import urlencode
from uuid import UUID

from accounts.people.actor import Actor
from foundation.records import id_of
from infosharing.requests.models import InformationRequest
from partnership.competences.acting import Further, Start, register_further, register_start
from partnership.membership.models import Partnership

LONGEST = 5000


def _from_request(actor: Actor, partnership: Partnership, given: str) -> Start | None:
    public_id = id_of(given)
    if public_id is None:
        return None
    visible = InformationRequest.objects.visible_to(actor).filter(partnership=partnership, withdrawn_at__isnull=True)
    found = visible.select_related("partnership").filter(public_id=public_id).first()
    if found is None:
        return None
    return Start(title=found.title, url=found.get_absolute_url(), text=f"{found.title} {found.question}"[:LONGEST])


register_start("request", _from_request)


@register_further
def _ask_them(partnership: Partnership, member: UUID, competence: UUID) -> Further:
    """Ask a member that can act, of the competence by which it can."""
    said = urlencode({"to": member, "competence": competence})
    return Further("Ask for information", f"{partnership.get_absolute_url()}requests/new/?{said}")
