"""The barrier model of a partnership: processes, their steps, the barriers and what serves them."""

from collections.abc import Collection

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, OutOfTurn
from partnership.competences.models import Barrier, Competence, Process, Serving, Step
from partnership.membership.models import Partnership
from partnership.membership.policy import require_coordinator


@transaction.atomic
def write_process(
    *,
    actor: Actor,
    partnership: Partnership,
    name: str,
    phenomenon: str,
    summary: str = "",
    process: Process | None = None,
) -> Process:
    """Describe a crime as a process: a new one, or one there is otherwise.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name or phenomenon, or there is one of this name.
        OutOfTurn: it was retired.
    """
    require_coordinator(actor, partnership)
    _lock(partnership)
    name = _named(name, "Give the process a name.")
    phenomenon = _named(phenomenon, "Say which phenomenon it is.", field="phenomenon")
    twins = partnership.processes.in_use().filter(name=name)
    if twins.exclude(pk=process.pk if process else 0).exists():
        raise Invalid("There is a process of this name already.", field="name")
    process = _process(process) if process else Process(partnership=partnership, created_at=clock.now())
    process.name, process.phenomenon, process.summary = name, phenomenon, summary.strip()
    process.save()
    record(verb="competences.process_written", actor=actor, subject=process)
    return process


@transaction.atomic
def retire_process(*, actor: Actor, process: Process, reason: str) -> Process:
    """Take a process off the matrix; it stays on record.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: no reason was given.
        OutOfTurn: it was retired already.
    """
    require_coordinator(actor, process.partnership)
    if not reason.strip():
        raise Invalid("Say why, so that the others understand.", field="reason")
    process = _process(process)
    process.retired_at = clock.now()
    process.save(update_fields=["retired_at"])
    record(verb="competences.process_retired", actor=actor, subject=process, reason=reason.strip())
    return process


@transaction.atomic
def write_step(*, actor: Actor, process: Process, name: str, description: str = "", step: Step | None = None) -> Step:
    """Add a step at the end of a process, or describe one otherwise.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name.
        OutOfTurn: the process was retired.
    """
    require_coordinator(actor, process.partnership)
    process = _process(process)
    if step is None:
        step = Step(process=process, partnership_id=process.partnership_id, position=process.steps.count() + 1)
    step.name, step.description = _named(name, "Give the step a name."), description.strip()
    step.save()
    record(verb="competences.step_written", actor=actor, subject=step)
    return step


@transaction.atomic
def move_step(*, actor: Actor, step: Step, up: bool) -> Step:
    """Let a step change places with its neighbour before or after it; at the end of the row nothing happens.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the process was retired.
    """
    require_coordinator(actor, step.partnership)
    process = _process(step.process)
    step = Step.objects.get(pk=step.pk)
    other = process.steps.filter(position=step.position + (-1 if up else 1)).first()
    if other is None:
        return step
    step.position, other.position = other.position, step.position
    step.save(update_fields=["position"])
    other.save(update_fields=["position"])
    record(verb="competences.step_moved", actor=actor, subject=step, position=step.position)
    return step


@transaction.atomic
def remove_step(*, actor: Actor, step: Step) -> Step:
    """Take a step out of its process, with its barriers; those after it move up.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the process was retired.
    """
    require_coordinator(actor, step.partnership)
    process = _process(step.process)
    step = Step.objects.get(pk=step.pk)
    record(verb="competences.step_removed", actor=actor, subject=step)
    Step.objects.filter(pk=step.pk).delete()
    for position, later in enumerate(process.steps.order_by("position"), start=1):
        if later.position != position:
            later.position = position
            later.save(update_fields=["position"])
    return step


@transaction.atomic
def write_barrier(
    *,
    actor: Actor,
    step: Step,
    name: str,
    competences: Collection[Competence],
    description: str = "",
    barrier: Barrier | None = None,
) -> Barrier:
    """Put a barrier in the way at a step, or describe one otherwise, with the competences that serve it.

    Args:
        competences: of this partnership's register; none where nobody knows what could serve it yet.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name, the step has one of this name, or a competence is not in this register.
        OutOfTurn: the process was retired.
    """
    require_coordinator(actor, step.partnership)
    _process(step.process)
    name = _named(name, "Give the barrier a name.")
    if step.barriers.filter(name=name).exclude(pk=barrier.pk if barrier else 0).exists():
        raise Invalid("This step has a barrier of this name already.", field="name")
    keys = {competence.pk for competence in competences}
    known = Competence.objects.in_use().filter(partnership=step.partnership_id, pk__in=keys)
    if known.count() != len(keys):
        raise Invalid("Choose among the competences of this partnership's register.", field="competences")
    if barrier is None:
        barrier = Barrier(step=step, partnership_id=step.partnership_id)
    barrier.name, barrier.description = name, description.strip()
    barrier.save()
    barrier.servings.exclude(competence__in=keys).delete()
    Serving.objects.bulk_create(
        (Serving(barrier=barrier, competence=one, partnership_id=step.partnership_id) for one in known),
        ignore_conflicts=True,
    )
    record(verb="competences.barrier_written", actor=actor, subject=barrier, competences=len(keys))
    return barrier


@transaction.atomic
def remove_barrier(*, actor: Actor, barrier: Barrier) -> Barrier:
    """Take a barrier off its step.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the process was retired.
    """
    require_coordinator(actor, barrier.partnership)
    _process(barrier.step.process)
    record(verb="competences.barrier_removed", actor=actor, subject=barrier)
    Barrier.objects.filter(pk=barrier.pk).delete()
    return barrier


def _lock(partnership: Partnership) -> None:
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)


def _process(process: Process) -> Process:
    """Lock a process: whoever changes its steps does it alone.

    Raises:
        OutOfTurn: it was retired.
    """
    found = Process.objects.select_related("partnership").select_for_update(of=("self",)).get(pk=process.pk)
    if found.retired_at is not None:
        raise OutOfTurn("This process was taken off the matrix.")
    return found


def _named(text: str, message: str, field: str = "name") -> str:
    if not text.strip():
        raise Invalid(message, field=field)
    return text.strip()
