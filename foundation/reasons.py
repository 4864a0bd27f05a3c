"""A page that explains what an action does and asks why, before it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from foundation.forms import ReasonForm
from foundation.requests import run


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something that others will feel.

    Attributes:
        title: the question, as a heading.
        effect: what will happen, with numbers where there are any.
        button: the verb.
        done: what the next page says.
        back: where it leads, done or not.
        tone: "act" for what takes something away, else "attention".
    """

    title: str
    effect: str
    button: str
    done: str
    back: str
    tone: str = "attention"


def ask_reason(
    request: HttpRequest, question: Question, service: Callable[..., Any], *, frame: dict[str, Any], **arguments: Any
) -> HttpResponse:
    """Show the question (GET), or do it with the reason given (POST).

    Args:
        service: called with `actor`, `reason` and `arguments`.
        frame: context of the layout; with a `partnership` in it the page stands in that partnership's frame.
    """
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = request.actor  # type: ignore[attr-defined]
        reason = form.cleaned_data["reason"]
        if run(form, service, actor=actor, reason=reason, **arguments) is not None:
            messages.success(request, question.done)
            return redirect(question.back)
    layout = "ui/partnership.html" if "partnership" in frame else "ui/base.html"
    context = {**frame, "form": form, "question": question, "layout": layout}
    return render(request, "ui/reason.html", context, status=422 if form.errors else 200)
