"""Every component and form widget in each state, for whoever writes a page. Wired in debug and demo only."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html

from foundation.ui.forms import HintedRadios

MARKINGS = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
PAGES = {
    "partnership": "ui/gallery_partnership.html",
    "entrance": "account/login.html",
    "missing": "404.html",
    "forbidden": "403.html",
    "broken": "500.html",
    "away": "503.html",
}
MEMBERS = [
    ("Harbour police", "Core member", "Active", "good", 3),
    ("Customs", "Core member", "Active", "good", 5),
    ("Tax authority", "Associate member", "Invited", "attention", 0),
    ("Port company", "Observer", "Suspended", "act", 1),
]
ROOMS = (
    "Overview,Members,Agreement,Responsibilities,Commitments,Meetings|Competences|Notes,Requests|Engagement,Training|"
    "Strategy,Local profile,Evaluation|Health"
)


class GalleryForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(max_length=120, help_text="One line that says what was promised.")
    email = forms.EmailField(label="E-mail address", required=False)
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    body = forms.CharField(label="What counts as done", widget=forms.Textarea, max_length=400)
    agency = forms.ChoiceField(choices=[("", "Choose an agency"), ("police", "Police"), ("customs", "Customs")])
    due_on = forms.DateField(label="By when")
    meeting_at = forms.DateTimeField(label="Date and time of the meeting", required=False)
    people = forms.IntegerField(label="How many people take part", required=False)
    evidence = forms.FileField(label="Evidence", required=False)
    marking = forms.ChoiceField(
        choices=[("RED", "TLP:RED"), ("GREEN", "TLP:GREEN")],
        widget=HintedRadios(
            hints={
                "RED": "For the named people only. They tell nobody else.",
                "GREEN": "For the whole partnership. Not for the public.",
            }
        ),
    )
    audience = forms.MultipleChoiceField(
        label="Who may read it",
        choices=[("customs", "Customs"), ("harbour", "Harbour police"), ("tax", "Tax authority")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Agencies that cannot receive this are not listed.",
    )
    remind = forms.BooleanField(label="Remind us a week before", required=False, help_text="By mail, and in the inbox.")

    def clean(self) -> dict[str, Any]:
        """Refuse as a whole, to show how that looks."""
        raise ValidationError("The agreement ended on 1 November. Renew it before you promise anything under it.")


class GalleryFilter(forms.Form):
    """A list page's filter."""

    show_optional = False
    q = forms.CharField(label="Search", required=False, widget=forms.SearchInput)
    status = forms.ChoiceField(choices=[("", "Any"), ("late", "Overdue")], required=False)


class Sample:
    """A partnership that is none."""

    name = "Rotterdam port partnership"
    city = "Rotterdam"
    purpose = "Keep organised crime from using the port, its companies and the people who work there."
    status = "active"

    def __init__(self, now: datetime) -> None:
        self.review_date = (now + timedelta(days=40)).date()

    def get_status_display(self) -> str:
        return "active"

    def get_absolute_url(self) -> str:
        return "#"


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Show all components, or with `?page=` one of the whole pages."""
    template = PAGES.get(request.GET.get("page", ""), "ui/gallery.html")
    return render(request, template, _context())


def _context() -> dict[str, object]:
    now = timezone.now()
    return {
        "markings": MARKINGS,
        "members": MEMBERS,
        "now": now,
        "days": [(now + timedelta(days=days)).date() for days in (-400, -30, -3, -1, 0, 1, 3, 20, 200)],
        "soon": now + timedelta(days=3),
        "form": GalleryForm(initial={"due_on": now.date(), "meeting_at": now}),
        "faulty": GalleryForm({"title": "Scan", "email": "nobody"}, prefix="faulty"),
        "filter": GalleryFilter(),
        "facts": [
            {"key": "Promised by", "value": "Customs", "action": "Change", "url": "#"},
            {"key": "Counts as done", "value": "The scan results of the Waalhaven lane are with the harbour police."},
            {"key": "Evidence", "value": ""},
        ],
        "history": [
            {"title": "Work has begun", "when": now - timedelta(hours=3), "who": "Lena Smit, Customs"},
            {
                "title": "Accepted",
                "when": now - timedelta(days=8),
                "who": "Joost de Wit, Customs",
                "text": "With a later date, as the scanner is being repaired.",
            },
            {"title": "Proposed", "when": now - timedelta(days=9), "who": "Amina Yildiz, Municipality"},
        ],
        "messages": [
            Message(constants.SUCCESS, format_html('Shared with 2 agencies. <a href="{}">Undo</a>', "#")),
            Message(constants.INFO, "The agreement ends in 3 weeks."),
            Message(constants.WARNING, "Two people at Customs have not signed in this year."),
            Message(constants.ERROR, "Not shared: the agreement ended yesterday."),
        ],
        "partnership": Sample(now),
        "my_role": "core member",
        "nav_current": "partnerships",
        "partnership_nav": [
            {"label": label, "url": "#", "current": label == "Competences", "new_group": place == 0}
            for group in ROOMS.split("|")
            for place, label in enumerate(group.split(","))
        ],
    }
