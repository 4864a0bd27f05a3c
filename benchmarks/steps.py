"""What comes before and after a page: entering, opening one note, sharing one, withdrawing it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.db import connection, connections, transaction
from guardian.shortcuts import get_objects_for_user

from accounts.people.actor import actor_for
from accounts.people.models import Person
from benchmarks.corpus import Reader
from benchmarks.measure import Contender
from benchmarks.report import Case
from foundation import clock
from infosharing.grants.services import end_grants, grant_to_groups
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.selectors import newest_notes
from infosharing.notes.services import share_note, withdraw_note
from partnership.membership.models import Membership, Partnership
from partnership.membership.sight import sight

ONE = """
    SELECT n.id, n.public_id, n.title, n.body, n.tlp, n.status, n.owner_id, n.partnership_id, n.author_id, n.created_at
    FROM notes_note n WHERE n.id = %(note)s AND (
        EXISTS (SELECT FROM grants_notegroupgrant g JOIN people_person_groups h ON h.group_id = g.group_id
                JOIN people_person p ON p.id = h.person_id AND p.is_active
                WHERE g.content_object_id = n.id AND h.person_id = %(person)s)
        OR EXISTS (SELECT FROM grants_noteusergrant u
                   JOIN people_person_groups h ON h.person_id = u.user_id AND h.group_id = u.through_id
                   JOIN people_person p ON p.id = h.person_id AND p.is_active
                   WHERE u.content_object_id = n.id AND u.user_id = %(person)s))
"""
# Foreign keys are checked at the end of a transaction: brought forward, since what is measured is undone.
GRANT = """
    INSERT INTO grants_notegroupgrant
        (created_at, granted_at, content_object_id, granted_by_id, group_id, permission_id)
    SELECT n.created_at, now(), n.id, %(person)s, s.group_id, p.id
    FROM notes_note n JOIN membership_partnership s ON s.id = n.partnership_id, auth_permission p
    JOIN django_content_type c ON c.id = p.content_type_id
    WHERE n.id = %(note)s AND c.app_label = 'notes' AND p.codename = 'view_note';
    SET CONSTRAINTS ALL IMMEDIATE
"""
END = """
    DELETE FROM grants_notegroupgrant g USING notes_note n JOIN membership_membership m ON m.id = n.owner_id
    WHERE n.id = %(note)s AND g.content_object_id = n.id AND g.group_id <> m.group_id;
    DELETE FROM grants_noteusergrant WHERE content_object_id = %(note)s;
    SET CONSTRAINTS ALL IMMEDIATE
"""
CHECK = "SET CONSTRAINTS ALL IMMEDIATE"


class Desk:
    """A reader, and a note before them that their own agency shared with the whole largest partnership."""

    def __init__(self, reader: Reader, *, owner: str) -> None:
        """Find the note.

        Args:
            reader: of an agency that writes.
            owner: alias of a connection that row-level security does not bind.
        """
        self.person = Person.objects.select_related("agency").get(pk=reader.person_id)
        self.actor = actor_for(self.person)
        self.owner, self.name = owner, reader.name
        with sight(self.person.pk):
            largest = Partnership.objects.get(slug="bench-1")
            self.note = newest_notes(self.actor, tlp="GREEN", ours=True, partnership=largest, limit=1)[0]
            self.own_group, self.everybody = self.note.owner.group_id, largest.group_id
            others = Membership.objects.filter(partnership=largest).exclude(pk=self.note.owner_id).order_by("pk")
            self.others = list(others.values_list("group_id", flat=True))

    def cases(self) -> Iterator[Case]:
        """Yield what is done here, to measure.

        Raises:
            WrongAnswer: opening the note gave something else.
        """
        yield Case("entering a transaction", Contender(self._enter), Contender(self._begin))
        opening = Case(
            "opening one note",
            Contender(self._open, within=partial(sight, self.person.pk)),
            Contender(partial(self.by_hand, ONE), within=self.owner_undone),
            Contender(self._open_through_guardian, within=self.owner_undone),
        )
        opening.require([self.note.pk])
        yield opening
        yield Case(
            "granting a note to its partnership",
            Contender(self._grant, within=partial(self.undone, before=self._end)),
            Contender(partial(self.by_hand, GRANT), within=partial(self.owner_undone, before=END)),
        )
        yield Case(
            "ending the grants to others",
            Contender(self._end, within=self.undone),
            Contender(partial(self.by_hand, END), within=self.owner_undone),
        )
        yield Case("share_note, with notices and audit", Contender(self._share, within=self.undone))
        yield Case("withdraw_note, with notices and audit", Contender(self._withdraw, within=self.undone))

    @contextmanager
    def undone(
        self,
        before: Callable[[], object] | None = None,
        within: Callable[[int], AbstractContextManager[object]] = sight,
    ) -> Iterator[None]:
        """Take back whatever is done, by the reader.

        Args:
            before: what is done first, untimed.
            within: how the reader is let in.
        """
        with within(self.person.pk):
            if before:
                before()
            yield
            transaction.set_rollback(True)

    @contextmanager
    def owner_undone(self, before: str = "") -> Iterator[None]:
        """Take back whatever the owner of the tables does.

        Args:
            before: a statement that is run first, untimed.
        """
        with transaction.atomic(using=self.owner):
            if before:
                self.by_hand(before)
            yield
            transaction.set_rollback(True, using=self.owner)

    def by_hand(self, sql: str) -> list[int]:
        """Run a statement as the owner of the tables; return the first column of what it gives."""
        with connections[self.owner].cursor() as cursor:
            cursor.execute(sql, {"person": self.person.pk, "note": self.note.pk})
            return [row[0] for row in cursor.fetchall()] if cursor.description else []

    def _enter(self) -> None:
        with sight(self.person.pk):
            pass

    def _begin(self) -> None:
        with transaction.atomic(using=self.owner), connections[self.owner].cursor() as cursor:
            # without a statement, the driver does not begin at all
            cursor.execute("SELECT 1")

    def _open(self) -> list[int]:
        return [note.pk for note in Note.objects.visible_to(self.actor).filter(pk=self.note.pk)]

    def _open_through_guardian(self) -> list[int]:
        notes = get_objects_for_user(
            self.person, "notes.view_note", Note, with_superuser=False, accept_global_perms=False
        )
        return [note.pk for note in notes.using(self.owner).filter(pk=self.note.pk)]

    def _grant(self) -> None:
        grant_to_groups(actor=self.actor, note=self.note, groups=[self.everybody])
        self._check()

    def _end(self) -> None:
        end_grants(note=self.note, keep_groups=[self.own_group])
        self._check()

    def _share(self) -> None:
        share_note(
            actor=self.actor,
            partnership=self.note.partnership,
            title=self.note.title,
            body=self.note.body,
            tlp="GREEN",
            audience=Choice("partnership"),
            review_on=clock.today() + timedelta(days=90),
        )
        self._check()

    def _withdraw(self) -> None:
        withdraw_note(actor=self.actor, note=self.note, reason="Measured")
        self._check()

    def undone_with(self, tlp: str, audience: str) -> AbstractContextManager[None]:
        """Take back whatever is done with a note that nobody else sees yet."""
        return self.undone(before=partial(self._write, tlp, audience))

    def grant_to_all(self) -> None:
        self._grant_anew([self.everybody])

    def grant_to_each(self) -> None:
        """Name every other member: there are 41, and the own agency, which has it already."""
        self._grant_anew(self.others)

    def _grant_anew(self, groups: list[int]) -> None:
        grant_to_groups(actor=self.actor, note=self.written, groups=groups)
        self._check()

    def write_alone(self) -> None:
        self._write("AMBER+STRICT", "own_agency")

    def write_to_five(self) -> None:
        self._write("AMBER", "agencies", self.others[:5])

    def _write(self, tlp: str, audience: str, others: Sequence[int] = ()) -> None:
        """Write a note like the one at hand: the row and its grants alone, without notices and audit."""
        self.written = copy(self.note)
        self.written.pk, self.written.public_id, self.written.author_id = None, uuid4(), self.person.pk
        self.written.tlp, self.written.audience = tlp, audience
        self.written.save(force_insert=True)
        grant_to_groups(actor=self.actor, note=self.written, groups=[self.own_group, *others])
        self._check()

    def _check(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(CHECK)
