"""`manage.py import_members FILE.csv --partnership SLUG [--apply] [--actor EMAIL]`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from foundation.errors import Refusal
from partnership.membership.importing import BadRows, Step, import_members, plan
from partnership.membership.member_list import OPTIONAL, REQUIRED, Fault, MemberList, Unreadable, read_list
from partnership.membership.models import MembershipStatus, Partnership
from partnership.membership.policy import require_coordinator


class Command(BaseCommand):
    """Says what a list of members would change; with --apply, does all of it or nothing."""

    help = (
        "Import an agreed list of members from a CSV file (UTF-8, comma or semicolon). Without --apply nothing is "
        f"written. Columns, in any order: {', '.join(REQUIRED)}; and where known {', '.join(OPTIONAL)}."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--partnership", required=True, metavar="SLUG", help="the address of the partnership")
        parser.add_argument("--apply", action="store_true", help="write, rather than say what would be written")
        parser.add_argument("--actor", metavar="EMAIL", help="who of the coordinator is recorded as doing it")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership = _partnership(options["partnership"])
        actor = _actor(options["actor"]) if options["actor"] else None
        try:
            if actor is not None:
                require_coordinator(actor, partnership)
            members = self._read(options["file"], partnership)
            if options["apply"]:
                steps = import_members(actor=actor, partnership=partnership, rows=members.rows)
            else:
                steps = plan(partnership, members.rows)
        except BadRows as error:
            self._refuse(error.faults)
        except Refusal as error:
            raise CommandError(f"Nothing was imported. {error.message}") from error
        except IntegrityError as error:
            raise CommandError(
                "Nothing was imported. Somebody changed the same members meanwhile: try again."
            ) from error
        self._report(steps, applied=options["apply"])

    def _read(self, path: Path, partnership: Partnership) -> MemberList:
        """Read the list; where rows do not hold together, also name those that do not fit the portal."""
        try:
            members = read_list(path)
        except Unreadable as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        if members.faults:
            try:
                plan(partnership, members.rows)
            except BadRows as error:
                members.faults += error.faults
            self._refuse(members.faults)
        return members

    def _refuse(self, faults: list[Fault]) -> None:
        for fault in sorted(faults, key=lambda fault: fault.line):
            self.stderr.write(str(fault))
        bad = len({fault.line for fault in faults})
        raise CommandError(f"Nothing was imported: {bad} bad {'row' if bad == 1 else 'rows'}.")

    def _report(self, steps: list[Step], *, applied: bool) -> None:
        for step in steps:
            self.stdout.write(f"line {step.row.line}: {_told(step)}")
        new, changed = sum(step.is_new for step in steps), sum(bool(step.changes) for step in steps)
        self.stdout.write(f"{new} new, {changed} changed, {len(steps) - new - changed} unchanged.")
        if not applied:
            self.stdout.write("Nothing was written. Add --apply to import.")


def _told(step: Step) -> str:
    """Say what happens to one row."""
    name = f"{step.row.name} ({step.row.code}, {step.row.city})"
    people = f"; new to the portal: {', '.join(step.new_people)}" if step.new_people else ""
    kept = f"; the portal keeps its own {', '.join(step.kept)}" if step.kept else ""
    if step.membership is None:
        agency = "new member" if step.agency else "new agency and member"
        return f"{agency}: {name}, {step.row.role} since {step.row.joined_on}{people}{kept}"
    state = step.membership.status
    # an answer or a reinstatement is given in the portal, by who may give it
    stays = "" if state == MembershipStatus.ACTIVE else f"; stays {state}"
    if step.changes:
        return f"changed: {name}, {', '.join(step.changes)}{people}{stays}{kept}"
    return f"unchanged: {name}{stays}{kept}"


def _partnership(slug: str) -> Partnership:
    partnership = Partnership.objects.select_related("coordinator").filter(slug=slug).first()
    if partnership is None:
        raise CommandError(f"There is no partnership at the address {slug}. Start it in the portal first.")
    return partnership


def _actor(email: str) -> Actor:
    person = Person.objects.active().human().select_related("agency").filter(email__iexact=email).first()
    if person is None:
        raise CommandError(f"Nobody active has the e-mail {email}.")
    return actor_for(person)
