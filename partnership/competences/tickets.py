"""A table that was checked, carried by the page that shows what it would do: signed, for one person and register."""

from collections.abc import Sequence

from django.core import signing

from accounts.people.actor import Actor
from foundation.errors import Invalid, OutOfTurn
from partnership.competences.tables import Line
from partnership.membership.models import Partnership

SALT = "competences.import"
GOOD_FOR = 3600  # seconds
# of a form's fields together, 1 MB may be sent
LONGEST = 900_000


def make_ticket(actor: Actor, partnership: Partnership, lines: Sequence[Line], fingerprint: str) -> str:
    """Return a ticket for doing what was shown.

    Raises:
        Invalid: the table is too long to be carried.
    """
    carried = [[line.number, line.cells] for line in lines]
    for_whom = [actor.person_id, partnership.pk]
    ticket = signing.dumps({"for": for_whom, "lines": carried, "plan": fingerprint}, salt=SALT, compress=True)
    if len(ticket) > LONGEST:
        raise Invalid("There is too much text in this table. Split it, and import the parts one after the other.")
    return ticket


def read_ticket(actor: Actor, partnership: Partnership, ticket: str) -> tuple[list[Line], str]:
    """Return the rows and the fingerprint of the plan that was shown.

    Raises:
        OutOfTurn: it was not made here, for somebody else or another register, or too long ago.
    """
    try:
        kept = signing.loads(ticket, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        kept = {"for": None}
    if kept["for"] != [actor.person_id, partnership.pk]:
        raise OutOfTurn("This table was checked too long ago, or not for you. Choose the file again.")
    return [Line(number, cells) for number, cells in kept["lines"]], kept["plan"]
