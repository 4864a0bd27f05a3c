"""Whatever members, circles and notes go through, in any order: who sees what is what a few lines of Python say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from foundation import clock
from infosharing.circles import services as circles
from infosharing.circles.models import Circle, CircleMember
from infosharing.grants.terms import Terms
from infosharing.notes.audiences import Choice
from infosharing.notes.days import keep_share_days
from infosharing.notes.models import Note
from infosharing.notes.selectors import newest_notes
from infosharing.notes.services import edit_note, share_note, withdraw_note
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.world import World
from tests.world.roles import as_owner

AGENCIES = ("police", "customs", "tax", "company")
agencies = st.sampled_from(AGENCIES)
some = st.sets(agencies, min_size=1, max_size=2)
days = st.none() | st.integers(min_value=1, max_value=4)


# --- the reference: what is meant, in plain Python ---------------------------------------------------


@dataclass
class Told:
    owner: str
    to: set[str] = field(default_factory=set)
    everybody: bool = False
    in_circle: bool = False
    first: int | None = None
    last: int | None = None
    withdrawn: bool = False


@dataclass
class Reference:
    day: int = 0
    standing: dict[str, str] = field(default_factory=lambda: dict.fromkeys(AGENCIES, "active"))
    circle: list[str] = field(default_factory=list)  # in the order in which they came; the first one made it
    keeper: str = ""
    notes: dict[int, Told] = field(default_factory=dict)

    def sees(self, agency: str, note: Told) -> bool:
        if self.standing[agency] != "active":
            return False
        if agency == note.owner:
            return True
        begun = note.first is None or note.first <= self.day
        over = note.last is not None and note.last < self.day
        reached = agency in note.to or note.everybody or (note.in_circle and agency in self.circle)
        return reached and begun and not over and not note.withdrawn

    def goes(self, agency: str, *, takes_notes_out: bool) -> None:
        self.circle.remove(agency)
        for note in self.notes.values():
            note.in_circle &= bool(self.circle) and not (takes_notes_out and note.owner == agency)
        if agency == self.keeper and self.circle:
            self.keeper = min(self.circle, key=lambda one: self.standing[one] != "active")

    def knows_circle(self, agency: str) -> bool:
        return self.standing[agency] == "active" and agency in self.circle


# --- the machine -----------------------------------------------------------------------------------


class Sight(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        # a transaction of its own, taken back at the end
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.begins = timezone.localdate() + timedelta(days=1)
        self.is_, self.numbers = Reference(), count()
        self.notes: dict[int, Note] = {}
        with self.as_("police") as actor:
            self.circle = circles.make_circle(
                actor=actor, partnership=self.haven, name="Night", purpose="At night", is_confidential=True
            )
        self.is_.circle, self.is_.keeper = ["police"], "police"

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    @property
    def haven(self) -> Any:
        return self.world.partnerships["haven"]

    @contextmanager
    def now(self) -> Iterator[None]:
        moment = datetime.combine(self.begins + timedelta(days=self.is_.day), time(12))
        # later with each step, so that who came first is known
        with clock.standing_at(timezone.make_aware(moment) + timedelta(seconds=next(self.numbers))):
            yield

    @contextmanager
    def as_(self, agency: str) -> Iterator[Any]:
        with self.now(), sight(self.world.person(f"lead_{agency}").pk):
            yield self.world.actor(f"lead_{agency}")

    def is_active(self, agency: str) -> bool:
        return self.is_.standing[agency] == "active"

    @rule(to=some, into=st.sampled_from(("agencies", "circle", "everybody")), by=agencies, first=days, more=days)
    def share(self, to: set[str], into: str, by: str, first: int | None, more: int | None) -> None:
        self._share(None, to, into, by, first, more)

    @precondition(lambda self: any(not note.withdrawn for note in self.is_.notes.values()))
    @rule(to=some, into=st.sampled_from(("agencies", "circle", "everybody")), first=days, more=days, data=st.data())
    def share_otherwise(
        self, to: set[str], into: str, first: int | None, more: int | None, data: st.DataObject
    ) -> None:
        live = [key for key, note in self.is_.notes.items() if not note.withdrawn]
        key = data.draw(st.sampled_from(live))
        self._share(key, to, into, self.is_.notes[key].owner, first, more)

    def _share(self, key: int | None, to: set[str], into: str, by: str, first: int | None, more: int | None) -> None:
        others = {agency for agency in to if agency != by and self.is_active(agency)}
        in_circle = into == "circle" and by in self.is_.circle
        if not self.is_active(by) or (into != "everybody" and not in_circle and not others):
            return
        begins = None if first is None else self.is_.day + first
        last = None if more is None else (begins or self.is_.day) + more - 1
        terms = Terms(*(None if day is None else self.begins + timedelta(days=day) for day in (begins, last)))
        everybody = into == "everybody"
        choice = Choice(
            "partnership" if everybody else "agencies",
            members=() if everybody else [self.world.memberships[agency] for agency in sorted(others)],
            circles=[self.circle] if in_circle else (),
            terms=terms,
        )
        said = {"title": "Seals", "body": "Broken", "tlp": "GREEN" if everybody else "AMBER", "audience": choice}
        said["review_on"] = self.begins + timedelta(days=90)
        with self.as_(by) as actor:
            if key is None:
                note = share_note(actor=actor, partnership=self.haven, **said)
            else:
                note = edit_note(actor=actor, note=self.notes[key], **said)
        self.notes[note.pk] = note
        self.is_.notes[note.pk] = Told(by, set() if everybody else others, everybody, in_circle, begins, last)

    @precondition(lambda self: self.is_.notes)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.is_.notes)))
        told = self.is_.notes[key]
        if told.withdrawn or not self.is_active(told.owner):
            return
        with self.as_(told.owner) as actor:
            withdraw_note(actor=actor, note=self.notes[key], reason="Wrong")
        told.withdrawn = True

    @rule(agency=agencies)
    def join(self, agency: str) -> None:
        inside = self.is_.circle
        if agency in inside or not inside or not self.is_active(agency) or not self.is_active(self.is_.keeper):
            return
        with self.as_(self.is_.keeper) as actor:
            circles.invite_member(actor=actor, circle=self.circle, membership=self.world.memberships[agency])
        with self.as_(agency) as actor:
            circles.accept(actor=actor, circle=self.circle)
        inside.append(agency)

    @rule(agency=agencies)
    def leave(self, agency: str) -> None:
        if not self.is_.knows_circle(agency):
            return
        with self.as_(agency) as actor:
            circles.leave(actor=actor, circle=self.circle, reason="Done")
        self.is_.goes(agency, takes_notes_out=True)

    @rule(agency=agencies)
    def remove(self, agency: str) -> None:
        if agency not in self.is_.circle or agency == self.is_.keeper or not self.is_active(self.is_.keeper):
            return
        with self.as_(self.is_.keeper) as actor:
            row = CircleMember.objects.get(
                circle=self.circle, membership=self.world.memberships[agency], status="member"
            )
            circles.remove_member(actor=actor, member=row, reason="Asked")
        self.is_.goes(agency, takes_notes_out=True)

    @rule(agency=agencies)
    def suspend_or_reinstate(self, agency: str) -> None:
        steps = {"active": membership.suspend_member, "suspended": membership.reinstate_member}
        step = steps.get(self.is_.standing[agency])
        if step is None:
            return
        with self.as_("municipality") as _:
            step(actor=self.world.actor("coordinator"), membership=self.world.memberships[agency], reason="Asked")
        self.is_.standing[agency] = "suspended" if self.is_.standing[agency] == "active" else "active"

    @precondition(lambda self: self.is_.day > 2)
    @rule(agency=agencies)
    def leave_the_partnership(self, agency: str) -> None:
        if self.is_.standing[agency] == "withdrawn":
            return
        with self.as_("municipality") as _:
            actor = self.world.actor("coordinator")
            membership.withdraw_member(actor=actor, membership=self.world.memberships[agency], reason="Gone")
        self.is_.standing[agency] = "withdrawn"
        if agency in self.is_.circle:
            self.is_.goes(agency, takes_notes_out=False)

    @rule(number=st.integers(min_value=1, max_value=3), tidy=st.booleans())
    def days_pass(self, number: int, tidy: bool) -> None:
        self.is_.day += number
        if tidy:
            with self.now():
                keep_share_days()

    @invariant()
    def everybody_sees_what_is_meant_today_and_on_days_to_come(self) -> None:
        today = self.is_.day
        for ahead in (0, 2, 5):
            self.is_.day = today + ahead
            self._compare()
        self.is_.day = today

    def _compare(self) -> None:
        for agency in AGENCIES:
            wanted = {key for key, note in self.is_.notes.items() if self.is_.sees(agency, note)}
            person = self.world.person(f"lead_{agency}")
            with self.now():
                actor = self.world.actor(f"lead_{agency}")
                with as_owner():
                    by_queryset = set(
                        Note.objects.visible_to(actor).filter(pk__in=self.notes).values_list("pk", flat=True)
                    )
                    walked = {note.pk for note in newest_notes(actor, limit=100)} & self.notes.keys()
                with sight(person.pk):
                    by_policy = set(Note.objects.filter(pk__in=self.notes).values_list("pk", flat=True))
                    circle = Circle.objects.filter(pk=self.circle.pk, status="open").exists()
            assert by_queryset == by_policy == walked == wanted, (agency, self.is_)
            assert circle == self.is_.knows_circle(agency), (agency, self.is_)


def test_after_any_history_everybody_sees_what_is_meant_by_each_wall_alone(world: World) -> None:
    assert connection.in_atomic_block

    class InThisWorld(Sight):
        pass

    InThisWorld.world = world
    run_state_machine_as_test(
        InThisWorld,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
