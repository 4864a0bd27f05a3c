"""My work: what needs me, over all partnerships, and what is new."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.work.needs import needs_of, news_of


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {"nav_current": "work", "needs": needs_of(actor), "news": news_of(actor)}
    return render(request, "work/my_work.html", context)
