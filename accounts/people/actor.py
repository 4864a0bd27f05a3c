"""Who is acting: a frozen value, built once per request or task, and handed down."""

from dataclasses import dataclass
from uuid import UUID

from accounts.people.models import Person, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or a client's service account) acting for one agency.

    Attributes:
        scopes: what a token allows; None for somebody who signed in, whom roles alone bound.
        session_strength: how they proved who they are: "password" or "client" so far.
    """

    person_id: int
    person_public_id: UUID
    person_name: str
    agency_id: int | None
    agency_public_id: UUID | None
    agency_name: str
    agency_sector: str
    role: str
    is_site_admin: bool = False
    scopes: frozenset[str] | None = None
    session_strength: str = "password"

    @property
    def agency_key(self) -> int:
        """Key of the agency to look up by; 0, which no agency has, for a site administrator."""
        return self.agency_id or 0

    @property
    def is_lead(self) -> bool:
        """May accept, decline and sign for the agency."""
        return self.agency_id is not None and self.role == Role.LEAD

    @property
    def may_write(self) -> bool:
        """May change anything at all: a member of an agency who is not read-only."""
        return self.agency_id is not None and self.role in {Role.LEAD, Role.STAFF}


def actor_for(person: Person, *, scopes: frozenset[str] | None = None, session_strength: str = "password") -> Actor:
    """Return the actor of an active person.

    Args:
        person: with `agency` loaded, or it is read here.
        scopes: of the token, for a client.
        session_strength: how the person proved who they are.

    Raises:
        ValueError: the person is not active.
    """
    if not person.is_active:
        raise ValueError("an inactive person cannot act")
    agency = person.agency
    return Actor(
        person_id=person.pk,
        person_public_id=person.public_id,
        person_name=person.name,
        agency_id=agency.pk if agency else None,
        agency_public_id=agency.public_id if agency else None,
        agency_name=agency.name if agency else "",
        agency_sector=agency.sector if agency else "",
        role=person.role,
        is_site_admin=person.is_staff,
        scopes=scopes,
        session_strength=session_strength,
    )
