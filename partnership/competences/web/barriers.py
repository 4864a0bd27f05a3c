"""The barrier model: a step in full, and what the coordinator writes about processes, steps and barriers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation import clock
from foundation.forms import NoForm
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, run
from partnership.competences.forms.barriers import BarrierForm, ProcessForm, StepForm
from partnership.competences.models import Barrier, Competence, Process, Step
from partnership.competences.navigation import COMPETENCES
from partnership.competences.services import barriers
from partnership.competences.steps import in_full
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, frame, partnership_or_404

FORM = ["GET", "HEAD", "POST"]


@require_safe
def step_detail(request: ActorRequest, slug: str, step: UUID) -> HttpResponse:
    """What happens at a step, what can be put in its way, by whom, and where nobody can."""
    partnership = partnership_or_404(request, slug)
    found = _step(request, partnership, step)
    context = {
        **frame(request, partnership, COMPETENCES),
        "full": in_full(request.actor, partnership, found, clock.today()),
        "last_position": found.process.steps.count(),
    }
    return render(request, "competences/step_detail.html", context)


@require_http_methods(FORM)
def process_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    form = ProcessForm(request.POST or None)
    return _write(
        request,
        partnership,
        form,
        barriers.write_process,
        title="Describe a crime as a process",
        done="Described. Add its steps, in the order in which they happen.",
        back=_matrix(partnership),
        then=lambda made: f"{_matrix(partnership)}processes/{made.public_id}/steps/new/",
        partnership=partnership,
    )


@require_http_methods(FORM)
def process_edit(request: ActorRequest, slug: str, process: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _process(request, partnership, process)
    form = ProcessForm(request.POST or None, initial=ProcessForm.initial_of(found))
    return _write(
        request,
        partnership,
        form,
        barriers.write_process,
        title="Describe this process otherwise",
        done="Saved.",
        back=found.get_absolute_url(),
        partnership=partnership,
        process=found,
    )


@require_http_methods(FORM)
def process_retire(request: ActorRequest, slug: str, process: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _process(request, partnership, process)
    steps, obstacles = found.steps.count(), Barrier.objects.filter(step__process=found).count()
    question = Question(
        title=f"Take “{found.name}” off the matrix?",
        effect=f"{_counted(steps, 'step')} and {_counted(obstacles, 'barrier')} are no longer shown or counted. "
        "They stay on record, with your reason; what members hold is not touched.",
        button="Take it off the matrix",
        done=f"“{found.name}” is off the matrix.",
        back=_matrix(partnership),
        tone="act",
    )
    in_frame = frame(request, partnership, COMPETENCES)
    return ask_reason(request, question, barriers.retire_process, frame=in_frame, process=found)


@require_http_methods(FORM)
def step_new(request: ActorRequest, slug: str, process: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _process(request, partnership, process)
    return _write(
        request,
        partnership,
        StepForm(request.POST or None),
        barriers.write_step,
        title=f"Add a step to “{found.name}”",
        done="Added. Say what can be put in its way.",
        back=found.get_absolute_url(),
        then=Step.get_absolute_url,
        process=found,
    )


@require_http_methods(FORM)
def step_edit(request: ActorRequest, slug: str, step: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _step(request, partnership, step)
    form = StepForm(request.POST or None, initial=StepForm.initial_of(found))
    return _write(
        request,
        partnership,
        form,
        barriers.write_step,
        title="Describe this step otherwise",
        done="Saved.",
        back=found.get_absolute_url(),
        process=found.process,
        step=found,
    )


@require_POST
def step_up(request: ActorRequest, slug: str, step: UUID) -> HttpResponse:
    return _move(request, slug, step, up=True)


@require_POST
def step_down(request: ActorRequest, slug: str, step: UUID) -> HttpResponse:
    return _move(request, slug, step, up=False)


@require_http_methods(FORM)
def step_remove(request: ActorRequest, slug: str, step: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _step(request, partnership, step)
    obstacles = found.barriers.count()
    later = found.process.steps.filter(position__gt=found.position).count()
    effect = f"{_counted(obstacles, 'barrier')} of it {'goes' if obstacles == 1 else 'go'} with it."
    if later:
        effect += f" {_counted(later, 'step')} after it {'moves' if later == 1 else 'move'} up."
    return _remove(
        request,
        partnership,
        barriers.remove_step,
        title=f"Remove the step “{found.name}”?",
        effect=f"{effect} What members hold is not touched. This cannot be undone.",
        done=f"“{found.name}” is removed.",
        back=found.get_absolute_url(),
        then=found.process.get_absolute_url(),
        step=found,
    )


@require_http_methods(FORM)
def barrier_new(request: ActorRequest, slug: str, step: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _step(request, partnership, step)
    return _write(
        request,
        partnership,
        BarrierForm(request.POST or None, partnership=partnership),
        barriers.write_barrier,
        title=f"Add a barrier at “{found.name}”",
        done="Added.",
        back=found.get_absolute_url(),
        step=found,
    )


@require_http_methods(FORM)
def barrier_edit(request: ActorRequest, slug: str, barrier: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _barrier(request, partnership, barrier)
    form = BarrierForm(request.POST or None, partnership=partnership, initial=BarrierForm.initial_of(found))
    return _write(
        request,
        partnership,
        form,
        barriers.write_barrier,
        title="Describe this barrier otherwise",
        done="Saved.",
        back=found.step.get_absolute_url(),
        step=found.step,
        barrier=found,
    )


@require_http_methods(FORM)
def barrier_remove(request: ActorRequest, slug: str, barrier: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _barrier(request, partnership, barrier)
    serving = Competence.objects.in_use().filter(barriers=found).count()
    return _remove(
        request,
        partnership,
        barriers.remove_barrier,
        title=f"Remove the barrier “{found.name}”?",
        effect=f"{_counted(serving, 'competence')} no longer {'serves' if serving == 1 else 'serve'} the step "
        f"“{found.step.name}” through it. What members hold is not touched. This cannot be undone.",
        done=f"“{found.name}” is removed.",
        back=found.step.get_absolute_url(),
        then=found.step.get_absolute_url(),
        barrier=found,
    )


def _write(
    request: ActorRequest,
    partnership: Partnership,
    form: Any,
    service: Callable[..., Any],
    /,
    *,
    title: str,
    done: str,
    back: str,
    then: Callable[[Any], str] | None = None,
    **about: Any,
) -> HttpResponse:
    """Show a form (GET), or write what it says (POST) and go on to `then`, else back."""
    if request.method == "POST" and form.is_valid():
        made = run(form, service, actor=request.actor, **about, **form.cleaned_data)
        if made is not None:
            messages.success(request, done)
            return redirect(then(made) if then else back)
    words = {"title": title, "lead": "", "button": "Save", "back": back}
    context = {**frame(request, partnership, COMPETENCES), "form": form, **words}
    return render(request, "competences/form.html", context, status=422 if form.errors else 200)


def _remove(
    request: ActorRequest,
    partnership: Partnership,
    service: Callable[..., Any],
    /,
    *,
    title: str,
    effect: str,
    done: str,
    back: str,
    then: str,
    **about: Any,
) -> HttpResponse:
    """Explain what goes (GET), or take it away (POST)."""
    form = NoForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and run(form, service, actor=request.actor, **about) is not None:
        messages.success(request, done)
        return redirect(then)
    question = Question(title=title, effect=effect, button="Remove", done=done, back=back, tone="act")
    context = {
        **frame(request, partnership, COMPETENCES),
        "layout": "ui/partnership.html",
        "form": form,
        "question": question,
    }
    return render(request, "ui/reason.html", context, status=422 if form.errors else 200)


def _move(request: ActorRequest, slug: str, step: UUID, *, up: bool) -> HttpResponse:
    found = _step(request, partnership_or_404(request, slug), step)
    done = f"“{found.name}” is {'earlier' if up else 'later'} now."
    return act(request, barriers.move_step, step=found, up=up, done=done, back=found.process.get_absolute_url())


def _matrix(partnership: Partnership) -> str:
    return f"{partnership.get_absolute_url()}competences/"


def _process(request: ActorRequest, partnership: Partnership, public_id: UUID) -> Process:
    seen = Process.objects.visible_to(request.actor).filter(partnership=partnership)
    return get_object_or_404(seen.select_related("partnership"), public_id=public_id)


def _step(request: ActorRequest, partnership: Partnership, public_id: UUID) -> Step:
    seen = Step.objects.visible_to(request.actor).filter(partnership=partnership, process__retired_at__isnull=True)
    return get_object_or_404(seen.select_related("process__partnership", "partnership"), public_id=public_id)


def _barrier(request: ActorRequest, partnership: Partnership, public_id: UUID) -> Barrier:
    seen = Barrier.objects.visible_to(request.actor).filter(
        partnership=partnership, step__process__retired_at__isnull=True
    )
    return get_object_or_404(
        seen.select_related("step__process__partnership", "step__partnership", "partnership"), public_id=public_id
    )


def _counted(count: int, what: str) -> str:
    return f"{count or 'No'} {what}{'' if count == 1 else 's'}"
