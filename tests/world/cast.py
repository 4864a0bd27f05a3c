"""Who and what is in the world, by name."""

from dataclasses import dataclass, field
from uuid import UUID

from accounts.agencies.models import Agency
from accounts.clients.models import Client
from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from foundation.notifications.models import Notice
from infosharing.attachments.models import Attachment
from infosharing.auditors.models import Auditor
from infosharing.circles.models import Circle, CircleMember
from infosharing.drafts.models import Draft
from infosharing.identifiers.models import GivenList
from infosharing.notes.models import Note, NoteEvidence, Prolongation
from infosharing.readers.models import Recall
from infosharing.requests.models import InformationRequest
from partnership.agreements.models import Version
from partnership.commitments.models import Commitment, Evidence
from partnership.competences.models import (
    Barrier,
    Change,
    Competence,
    Entry,
    Holding,
    Interest,
    Process,
    Remark,
    Statement,
    Step,
    Subject,
)
from partnership.engagement.models import Group, Input
from partnership.feeds.models import Feed
from partnership.meetings.models import AgendaItem, Decision, Meeting, Paper, Series
from partnership.membership.models import Departure, HandOver, Membership, Partnership
from partnership.responsibilities.models import Responsibility

PASSWORD = "a-long-test-password"

# Everybody who ever knocks at a door. Each has data of their own or a near claim to that of others.
PERSONAS = (
    "anonymous",
    "coordinator",  # staff of the coordinating municipality
    "lead_police",
    "staff_police",  # wrote most notes
    "reader_police",  # read-only
    "lead_customs",
    "staff_customs",
    "lead_tax",  # an active member with whom nothing was shared by name
    "lead_company",  # private member
    "lead_former",  # withdrawn member, coordinates another partnership
    "lead_suspended",
    "lead_invited",
    "lead_elsewhere",  # a police lead of the other partnership, with notes of their own
    "site_admin",  # superuser of no agency
    "client_police",  # a token with every scope
    "client_reader",  # a token with membership:read alone
)


@dataclass(slots=True)
class World:
    agencies: dict[str, Agency] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    partnerships: dict[str, Partnership] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    responsibilities: dict[str, Responsibility] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    competences: dict[str, Competence] = field(default_factory=dict)
    holdings: dict[str, Holding] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    remarks: dict[str, Remark] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    barriers: dict[str, Barrier] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    interests: dict[str, Interest] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    items: dict[str, AgendaItem] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    departures: dict[str, Departure] = field(default_factory=dict)
    hand_overs: dict[str, HandOver] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    note_evidence: dict[str, NoteEvidence] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    given_lists: dict[str, GivenList] = field(default_factory=dict)
    auditors: dict[str, Auditor] = field(default_factory=dict)
    recalls: dict[str, Recall] = field(default_factory=dict)
    requests: dict[str, InformationRequest] = field(default_factory=dict)
    prolongations: dict[str, Prolongation] = field(default_factory=dict)
    circles: dict[str, Circle] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    # of the one that nobody else knows of
    circle_members: dict[str, CircleMember] = field(default_factory=dict)

    @property
    def notice_id(self) -> UUID:
        """A notice to the lead of customs: of the note that police shared with customs."""
        notices = Notice.objects.filter(recipient=self.people["lead_customs"], kind="notes.shared")
        return notices.get(subject_id=self.notes["customs"].public_id).public_id

    def person(self, persona: str) -> Person:
        """Return the person of a persona; of a client, its service account."""
        if persona in self.clients:
            return self.clients[persona].service_account
        return self.people[persona]

    def actor(self, persona: str) -> Actor:
        """Return the persona as services know it, read afresh."""
        person = Person.objects.select_related("agency").get(pk=self.person(persona).pk)
        scopes = frozenset(self.clients[persona].allowed_scopes) if persona in self.clients else None
        return actor_for(person, scopes=scopes)

    def actors(self) -> dict[str, Actor]:
        return {persona: self.actor(persona) for persona in PERSONAS if persona != "anonymous"}


def marker(name: str) -> str:
    """Return the text that stands in one note alone: in its title and in its body."""
    return f"canary-{name.replace('_', '-')}-{sum(map(ord, name)):05d}"
