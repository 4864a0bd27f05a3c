"""What a person may do to a commitment: one primary action, the others beside it."""

from dataclasses import dataclass

from accounts.people.actor import Actor
from partnership.commitments import policy
from partnership.commitments.models import OPEN, TO_PLAN, Commitment, Status


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its words, where it leads, and whether it acts at once."""

    label: str
    path: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Actions:
    """The one that the page asks for, what else answers the same question, and what can be planned otherwise."""

    primary: Action | None
    alternatives: list[Action]
    others: list[Action]


BY_OWNER: dict[str, list[Action]] = {
    Status.PROPOSED: [
        Action("Accept for my agency", "accept/"),
        Action("Ask for another date", "ask-date/"),
        Action("Decline, saying why", "decline/"),
    ],
    Status.ACCEPTED: [
        Action("Say that work has begun", "start/", posts=True),
        Action("It is done", "done/"),
        Action("It is blocked", "block/"),
    ],
    Status.IN_PROGRESS: [Action("It is done", "done/"), Action("It is blocked", "block/")],
    Status.BLOCKED: [Action("Go on: nothing stands in the way", "unblock/", posts=True)],
}
BY_VERIFIER: dict[str, list[Action]] = {
    Status.DONE: [Action("Verify: it is done", "verify/", posts=True), Action("Something is missing", "send-back/")]
}
BY_ASKER = [Action("Agree to this date", "agree-date/", posts=True), Action("Keep the date, saying why", "keep-date/")]
TO_REVISE = [
    Action("Set another date", "replan/"),
    Action("Say who takes part", "plan/"),
    Action("Say what it needs first", "needs/"),
]


def actions_for(actor: Actor, commitment: Commitment) -> Actions:
    """Return what the person looking may do now; the first of what their part asks of them is the primary one."""
    steps: list[Action] = []
    if policy.owns(actor, commitment):
        steps = BY_OWNER.get(commitment.status, [])
    elif commitment.asked_due_on and policy.may_answer_date(actor, commitment):
        steps = BY_ASKER
    elif policy.verifier(actor, commitment) is not None:
        steps = BY_VERIFIER.get(commitment.status, [])
    others: list[Action] = []
    if policy.may_revise(actor, commitment):
        if commitment.status in TO_PLAN:
            others += TO_REVISE
        if commitment.rule and commitment.status in OPEN:
            others.append(Action("Stop repeating", "stop-repeating/"))
        if commitment.status in TO_PLAN:
            others.append(Action("Drop it", "drop/"))
    return Actions(steps[0] if steps else None, steps[1:], others)
