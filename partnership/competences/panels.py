"""What competences show on the page of a partnership and on that of a member."""

from accounts.people.actor import Actor
from foundation import clock
from partnership.competences.coverage import matrix
from partnership.competences.models import Holding
from partnership.membership.models import Membership, Partnership
from partnership.membership.panels import member_board, partnership_board

# the worst come first; the page of competences has them all
SENTENCES = 4


def of_partnership(actor: Actor, partnership: Partnership) -> dict[str, object]:
    """Which steps nobody covers, and which hang on one member."""
    found = matrix(actor, partnership, clock.today())
    return {"steps": len(found.rows), "covered": found.covered, "finding": found.finding[:SENTENCES]}


def of_member(actor: Actor, membership: Membership) -> dict[str, object]:
    """What a member holds today."""
    held = Holding.objects.visible_to(actor).held(clock.today()).filter(membership=membership)
    return {"holdings": list(held.select_related("competence").order_by("competence__name", "pk"))}


partnership_board.register(20, "competences/panel_partnership.html", of_partnership)
member_board.register(5, "competences/panel_member.html", of_member)
