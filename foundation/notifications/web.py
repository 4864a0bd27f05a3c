"""The inbox: notices to the person who looks."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.notifications import forms, kinds, preferences, services
from foundation.notifications.models import Notice
from foundation.requests import ActorRequest, csv_response, run, wants_csv

AT_MOST = 100


def _shown(request: ActorRequest) -> list[tuple[Notice, kinds.Message]]:
    """Return the newest notices whose cause still holds for the person, with their words."""
    newest = list(Notice.objects.visible_to(request.actor).select_related("recipient").newest_first()[:AT_MOST])
    true = kinds.which_hold([notice for notice in newest if not notice.read_at])
    return [
        (notice, kinds.kind_of(notice).message(notice))
        for notice in newest
        # what is read is history; what is not must still be true
        if notice.read_at or notice.pk in true
    ]


@require_safe
def inbox(request: ActorRequest) -> HttpResponse:
    shown = _shown(request)
    if wants_csv(request):
        rows = ((notice.created_at.isoformat(), message.title, bool(notice.read_at)) for notice, message in shown)
        return csv_response("inbox", ("when", "notice", "read"), rows)
    unread = sum(notice.read_at is None for notice, _message in shown)
    context = {"nav_current": "inbox", "notices": shown, "unread": unread}
    return render(request, "notifications/inbox.html", context)


@require_POST
def open_notice(request: ActorRequest, notice: UUID) -> HttpResponse:
    """Mark one notice read and go where it leads."""
    found = get_object_or_404(Notice.objects.visible_to(request.actor), public_id=notice)
    services.mark_read(actor=request.actor, notices=Notice.objects.filter(pk=found.pk))
    return redirect(kinds.kind_of(found).message(found).path)


@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Mark every notice of the person read."""
    count = services.mark_read(actor=request.actor, notices=Notice.objects.all())
    messages.success(request, f"{count} notices marked as read." if count != 1 else "One notice marked as read.")
    return redirect("inbox")


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: ActorRequest) -> HttpResponse:
    """How the person gets mail: one by one or gathered, at which hours, and which kinds otherwise."""
    form = forms.MailForm(request.POST or None, initial=forms.MailForm.initial_of(request.actor))
    if request.method == "POST" and form.is_valid():
        chosen = run(form, preferences.choose, actor=request.actor, **form.arguments())
        if chosen is not None:
            messages.success(request, "Saved. What is queued already goes as it was going to.")
            return redirect("mail_settings")
    context = {"nav_current": "settings", "form": form}
    return render(request, "notifications/mail_settings.html", context, status=422 if form.errors else 200)


# a mail program posts here without a session or a token against forged requests (RFC 8058): the address is the proof
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more mail of one kind: asked by a person (GET shows a button), or by their mail program (POST)."""
    if request.method == "POST":
        kind = preferences.unsubscribe(token)
    else:
        found = preferences.read_token(token)
        kind = found[1] if found else None
    if kind is None:
        raise Http404
    context = {"kind": kind, "is_done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
