"""Who plays: the agencies of a city, their people, and the programs that act for them."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.hashers import make_password
from oauth2_provider.scopes import get_scopes_backend

from accounts.agencies.models import Agency
from accounts.clients.models import Client
from accounts.clients.services import register_client
from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from infosharing.demo.script import Table

# The guard refuses to start a server outside the demo in which this password opens a door (config.guard).
PASSWORD = "concord-demo-2026"  # noqa: S105 public on purpose
CLIENT_SECRET = "demo-secret-{code}"  # noqa: S105 public on purpose


@dataclass(slots=True)
class Cast:
    """The players of one city, by the names that the script calls them: `customs`, and `staff@customs`."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Return somebody as services know them."""
        if who not in self.actors:
            self.actors[who] = actor_for(self.people[who])
        return self.actors[who]


def engage(script: Table) -> Cast:
    """Return the players of a city, making those that are missing."""
    cast = Cast()
    # one hash for all: a hash for each would take longer than everything else together
    password = make_password(PASSWORD)
    for row in script["agencies"]:
        agency = _agency(script["partnership"]["city"], row)
        cast.agencies[row["code"]] = agency
        for person in row["people"]:
            name = f"{person['login']}@{row['code']}"
            cast.people[name] = _person(
                f"{name}.{script['mail_domain']}",
                agency,
                person,
                password,
                script.get("language", settings.LANGUAGE_CODE),
            )
    for row in script.get("clients", []):
        _client(cast.agencies[row["agency"]], row)
    return cast


def _agency(city: str, row: Table) -> Agency:
    columns = ("name", "kind", "sector", "level", "country", "contact")
    agency, _made = Agency.objects.get_or_create(
        city=city, code=row["code"], defaults={column: row[column] for column in columns}
    )
    return agency


def _person(email: str, agency: Agency, row: Table, password: str, language: str) -> Person:
    person, _made = Person.objects.get_or_create(
        email=email,
        defaults={
            "name": row["name"],
            "function": row["function"],
            "role": row["role"],
            "agency": agency,
            "password": password,
            "language": language,
        },
    )
    return person


def _client(agency: Agency, row: Table) -> None:
    client_id = f"demo-{row['code']}"
    if not Client.objects.filter(client_id=client_id).exists():
        register_client(
            actor=None,
            agency=agency,
            name=row["name"],
            scopes=row.get("scopes") or list(get_scopes_backend().get_all_scopes()),
            client_id=client_id,
            client_secret=CLIENT_SECRET.format(code=row["code"]),
        )
