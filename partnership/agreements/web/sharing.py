"""Sharing rules: adding them to a clause, taking them out, and asking what they allow."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation import clock
from foundation.requests import ActorRequest, act, csv_response, wants_csv
from partnership.agreements import policy, sharing
from partnership.agreements.models import Clause, ClauseKind, Version
from partnership.agreements.rules import LEGAL_BASES
from partnership.agreements.services import sharing as services
from partnership.agreements.sharing_forms import MayShareForm, RuleForm
from partnership.agreements.web.finding import coordinated_version, fill_in, in_frame
from partnership.membership.pages import partnership_or_404

ENDED = ("superseded", "expired", "terminated")


@require_safe
def may_share(request: ActorRequest, slug: str) -> HttpResponse:
    """Answer "may this member give that to another?", and list the rules that there are."""
    partnership = partnership_or_404(request, slug)
    rules = sharing.visible_rules(request.actor, partnership)
    if wants_csv(request):
        return csv_response(f"{slug}-sharing-rules", sharing.HEAD, map(sharing.row, rules))
    asked = "category" in request.GET or "giver" in request.GET
    form = MayShareForm(request.GET if asked else None, actor=request.actor, partnership=partnership)
    answer = None
    if asked and form.is_valid():
        answer = sharing.Question.about(
            actor=request.actor, partnership=partnership, today=clock.today(), **form.cleaned_data
        ).answer()
    standing = [rule for rule in rules if rule.version.status not in ENDED]
    context = in_frame(
        request,
        partnership,
        form=form,
        answer=answer,
        asked=form.cleaned_data if answer else None,
        rules=standing,
        count=f"{_count(len(standing))}. The CSV holds {_count(len(rules) - len(standing))} of earlier versions too.",
    )
    return render(request, "agreements/may_share.html", context)


def _count(number: int) -> str:
    return "1 rule" if number == 1 else f"{number} rules"


def _draft_clause(
    request: ActorRequest, slug: str, agreement: UUID, number: int, clause: UUID
) -> tuple[Version, Clause]:
    version = coordinated_version(request, slug, agreement, number)
    if not policy.may_draft(request.actor, version):
        raise PermissionDenied("The text changes while it is a draft. Take it back to draft first.")
    return version, get_object_or_404(version.clauses, public_id=clause, kind=ClauseKind.SHARING)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: ActorRequest, slug: str, agreement: UUID, number: int, clause: UUID) -> HttpResponse:
    version, found = _draft_clause(request, slug, agreement, number, clause)
    return fill_in(
        request,
        version.partnership,
        RuleForm(request.POST or None, partnership=version.partnership),
        services.add_rule,
        words={
            "title": f"Add a sharing rule to clause {found.number}",
            "lead": "Who may give what to whom, in a form that the portal can check. It is signed with the text.",
            "button": "Add the rule",
            "suggestions": LEGAL_BASES,
        },
        back=found.get_absolute_url(),
        done="The rule stands in the clause now.",
        version=version,
        clause=found,
    )


@require_POST
def rule_remove(
    request: ActorRequest, slug: str, agreement: UUID, number: int, clause: UUID, rule: UUID
) -> HttpResponse:
    version, found = _draft_clause(request, slug, agreement, number, clause)
    return act(
        request,
        services.remove_rule,
        done=f"The rule is taken out of clause {found.number}.",
        back=found.get_absolute_url(),
        version=version,
        rule=get_object_or_404(found.rules, public_id=rule),
    )
