"""Making and revoking calendar addresses, and what a calendar program gets under one."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.people.actor import actor_for
from foundation.requests import ActorRequest, act, run
from partnership.feeds import limits, services
from partnership.feeds.calendars import calendar_of
from partnership.feeds.entries import entries_for
from partnership.feeds.forms import FeedForm
from partnership.feeds.models import Feed, Scope
from partnership.membership.sight import sight

SETTINGS = "/settings/#calendar"
NAMES = {Scope.MINE: "Concord: mine", Scope.OURS: "Concord: my agency"}


@require_http_methods(["GET", "HEAD", "POST"])
def feed_new(request: ActorRequest) -> HttpResponse:
    if request.actor.agency_id is None:
        raise PermissionDenied("Calendar feeds are for people of an agency.")
    layout = {"nav_current": "settings"}
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.make_feed, actor=request.actor, **form.cleaned_data)
        if made is not None:
            feed, token = made
            # shown once, in this answer: neither the session nor the database keeps it
            address = f"{settings.CONCORD_URL}/calendar/{token}.ics"
            return render(request, "feeds/feed_made.html", {**layout, "feed": feed, "address": address})
    return render(request, "feeds/feed_new.html", {**layout, "form": form}, status=422 if form.errors else 200)


@require_POST
def feed_revoke(request: ActorRequest, feed: UUID) -> HttpResponse:
    found = get_object_or_404(Feed.objects.visible_to(request.actor), public_id=feed)
    return act(
        request,
        services.revoke_feed,
        feed=found,
        done="Revoked. Calendars that used this address get nothing any more.",
        back=SETTINGS,
    )


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program: whoever has the address is taken for its person, for reading this and nothing else.

    An unknown token, a revoked one and one of somebody inactive get the same answer.
    """
    if seconds := limits.wait(services.digest_of(token)):
        return _plain("Too many requests. Come back in a few minutes.", status=429, retry_after=str(seconds))
    feed = services.feed_of_token(token)
    if feed is None:
        return _plain("There is no such calendar.", status=404)
    actor = actor_for(feed.person, session_strength="feed")
    with sight(actor.person_id):
        scope = Scope(feed.scope)
        content = calendar_of(NAMES[scope], entries_for(actor, scope))
    services.note_read(feed)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="concord.ics"'
    return _kept_by_nobody(response)


def _plain(text: str, *, status: int, retry_after: str = "") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    if retry_after:
        response["Retry-After"] = retry_after
    return _kept_by_nobody(response)


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    # an address that somebody published by mistake must not be found
    response["X-Robots-Tag"] = "noindex"
    return response
