"""Who decides on what."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.competences import selectors
from partnership.competences.forms.rights import SubjectForm
from partnership.competences.models import Subject
from partnership.competences.services import rights
from partnership.competences.web.common import FORM, fill_in, in_frame
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, partnership_or_404


@require_safe
def decision_rights(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    members, rows = selectors.decision_table(request.actor, partnership)
    if wants_csv(request):
        head = ("subject", "how it is decided", *(member.agency.name for member in members))
        return csv_response(f"{slug}-decision-rights", head, ((one.name, one.note, *cells) for one, cells in rows))
    context = {**in_frame(request, partnership), "members": members, "rows": rows}
    return render(request, "competences/rights.html", context)


def _back(partnership: Partnership) -> str:
    return f"{partnership.get_absolute_url()}competences/rights/"


@require_http_methods(FORM)
def subject_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    members = partnership.memberships.active().select_related("agency").by_agency_name()
    form = SubjectForm(request.POST or None, members=members)
    return fill_in(
        request,
        partnership,
        form,
        rights.write_subject,
        words={"title": "Say who decides", "button": "Save"},
        back=_back(partnership),
        done="Saved. Where members have acknowledged the differences, they are asked again.",
        partnership=partnership,
        name=lambda: form.cleaned_data["name"],
        note=lambda: form.cleaned_data["note"],
        rights=form.rights,
    )


def _subject_or_404(request: ActorRequest, partnership: Partnership, public_id: UUID) -> Subject:
    visible = Subject.objects.visible_to(request.actor).filter(partnership=partnership)
    found = get_object_or_404(visible, public_id=public_id)
    found.partnership = partnership
    return found


@require_http_methods(FORM)
def subject_edit(request: ActorRequest, slug: str, decided_on: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _subject_or_404(request, partnership, decided_on)
    members = partnership.memberships.active().select_related("agency").by_agency_name()
    form = SubjectForm(request.POST or None, members=members, initial=SubjectForm.initial_of(found))
    return fill_in(
        request,
        partnership,
        form,
        rights.write_subject,
        words={"title": "Say who decides", "button": "Save"},
        back=_back(partnership),
        done="Saved. Where members have acknowledged the differences, they are asked again.",
        partnership=partnership,
        subject=found,
        name=lambda: form.cleaned_data["name"],
        note=lambda: form.cleaned_data["note"],
        rights=form.rights,
    )


@require_http_methods(FORM)
def subject_remove(request: ActorRequest, slug: str, decided_on: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _subject_or_404(request, partnership, decided_on)
    question = Question(
        title=f"Take “{found.name}” off?",
        effect="Nobody can look up any more who decides on it.",
        button="Take it off",
        done="Taken off.",
        back=_back(partnership),
        tone="act",
    )
    return ask_reason(request, question, rights.remove_subject, frame=in_frame(request, partnership), subject=found)
