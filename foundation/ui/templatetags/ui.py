"""The components as template tags, so that a page says what it shows; docs/design.md lists them all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from django import template
from django.forms import BaseForm
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from foundation import printing
from foundation.ui import dates
from foundation.ui.forms import errors_of

register = template.Library()

# any of these in an address means "not the first page": a new sort or filter starts again
PAGING = ("cursor", "before", "after", "page")
# how a state looks, whatever room it is of; a state that is not named here is neutral
TONES = {
    "active": "good",
    "called": "good",
    "accepted": "good",
    "verified": "good",
    "proposed": "attention",
    "in_session": "attention",
    "invited": "attention",
    "announced": "attention",
    "preparing": "attention",
    "change_asked": "attention",
    "consultation": "attention",
    "open_for_signature": "attention",
    "in_force": "good",
    "under_review": "attention",
    "expired": "act",
    "done": "attention",
    "suspended": "act",
    "blocked": "act",
    "declined": "act",
    "cancelled": "act",
}
APPROACHES = {"CJ": _("criminal justice"), "AD": _("administrative"), "VF": _("victim-focused")}


@register.simple_tag
def makes_pdf() -> bool:
    """Say whether this server can make PDF files: {% makes_pdf as offers_pdf %}."""
    return printing.makes_pdf()


@register.filter
def day(value: date | None) -> str:
    """Return a date in words: "Friday 12 December 2026, in 3 days"."""
    return dates.say(value).words if value else ""


@register.filter
def status_tone(status: str) -> str:
    """Return the tone of a state: good, attention, act or neutral."""
    return TONES.get(status, "neutral")


@register.filter
def short_day(value: date | None) -> str:
    """Return a date for a narrow column: "12 Dec 2026"."""
    return dates.say(value, "short").words if value else ""


@register.filter
def distance(value: date | None) -> str:
    """Return only how far off a date is: "in 3 days"."""
    return dates.distance(value) if value else ""


@register.simple_tag
def when(value: date | None, style: str = "long") -> str:
    """Show a date in words with the exact moment on demand; style "long", "brief", "short", "ago" or "moment"."""
    if not value:
        return ""
    context = {"value": value, **dates.say(value, style)._asdict()}
    # without the file's last newline, which would stand as a gap before a full stop
    return mark_safe(render_to_string("ui/components/date.html", context).strip())  # noqa: S308 escaped in the template


def _tlp(value: str) -> dict[str, str]:
    label = str(value or "").upper().removeprefix("TLP:").replace("_", "+")
    return {"label": label, "tone": label.partition("+")[0].lower()}


@register.inclusion_tag("ui/components/tlp.html")
def tlp(label: str) -> dict[str, str]:
    """Show a TLP label; takes "AMBER+STRICT", "AMBER_STRICT" or "TLP:AMBER+STRICT"."""
    return _tlp(label)


@register.inclusion_tag("ui/components/marking_bar.html", takes_context=True)
def marking_bar(context: Context, label: str, sentence: str = "", edge: str = "top") -> dict[str, object]:
    """Show the black bar of a note; edge "top" or "bottom". On paper the lower one says who printed it, and when."""
    reader = getattr(context.get("request"), "actor", None)
    now = dates.say(timezone.now(), "moment").exact if reader else ""
    return {**_tlp(label), "sentence": sentence, "edge": edge, "reader": reader, "now": now}


@register.inclusion_tag("ui/components/approach.html")
def approach(code: str, *, short: bool = False) -> dict[str, object]:
    """Show an approach by letters and colour; `short` hides the word from sight."""
    code = str(code).upper()
    return {"code": code, "word": APPROACHES[code], "short": short}


@register.inclusion_tag("ui/components/state.html")
def state(word: str, tone: str = "neutral") -> dict[str, str]:
    """Show a state: its word, and the tone good, attention, act or neutral."""
    return {"word": word, "tone": tone}


@register.inclusion_tag("ui/components/empty.html")
def empty_state(headline: str, sentence: str = "", action: str = "", url: str = "") -> dict[str, str]:
    """Say kindly that there is nothing, and what one can do about it."""
    return {"headline": headline, "sentence": sentence, "action": action, "url": url}


@register.inclusion_tag("ui/components/summary_list.html")
def summary_list(rows: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Show facts: {key, value, action, url}; rows without a value are left out."""
    return {"rows": rows}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(items: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Show what happened: {title, when, who, text}, newest first."""
    return {"items": items}


@register.inclusion_tag("ui/components/pagination.html")
def pagination(newer: str = "", older: str = "", label: str = "Pages") -> dict[str, str]:
    """Show the links to newer and older rows; `label` names the list where a page has several."""
    return {"newer": newer, "older": older, "label": label}


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """Show all errors of a form, each linked to its field."""
    return {"errors": errors_of(form)}


@register.inclusion_tag("ui/components/action_button.html")
def action_button(label: str, url: str, *, tone: str = "", about: str = "", **fields: object) -> dict[str, object]:
    """Show a form with one button that posts to `url`; further names become hidden fields."""
    return {"label": label, "url": url, "tone": tone, "about": about, "fields": fields}


class Piece(Protocol):
    """Some words of a text that is compared with another."""

    @property
    def text(self) -> str: ...
    @property
    def is_changed(self) -> bool: ...


@register.simple_tag
def compared(pieces: Iterable[Piece], element: str) -> SafeString:
    """Return a text beside which another stands, with what is different in it as `del` or `ins`."""
    changed = {"del": "<del>{}</del>", "ins": "<ins>{}</ins>"}[element]
    words = (format_html(changed, each.text) if each.is_changed else each.text for each in pieces)
    return format_html_join("", "{}", ((each,) for each in words))


@register.inclusion_tag("ui/components/confirm.html")
def confirm(headline: str, effect: str, tone: str = "attention") -> dict[str, str]:
    """Say what an action does, with numbers, before its form."""
    return {"headline": headline, "effect": effect, "tone": tone}


@register.inclusion_tag("ui/components/task.html")
def task(
    title: str,
    url: str,
    *,
    facts: Sequence[str] = (),
    due: date | None = None,
    word: str = "",
    tone: str = "neutral",
    button: str = "",
    action: str = "",
    link: str = "",
) -> dict[str, object]:
    """Show one line of "Needs you": what, for whom, by when, and its one button (`action` posts, `link` opens)."""
    return {
        "title": title,
        "url": url,
        "facts": facts,
        "due": due,
        "word": word,
        "tone": tone,
        "button": button,
        "action": action,
        "link": link,
    }


@register.inclusion_tag("ui/components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, object]:
    """Show where one is: label, address, label, address, …; a last label without address is this page."""
    labels = parts[::2]
    urls = [*parts[1::2], ""][: len(labels)]
    return {"crumbs": list(zip(labels, urls, strict=True))}


@register.simple_tag(takes_context=True)
def query_replace(context: Context, **changes: object) -> str:
    """Return the address's query with some values replaced; an empty one is removed, and so is the page."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name in PAGING:
        query.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


@register.inclusion_tag("ui/components/sort_header.html", takes_context=True)
def sort_header(context: Context, key: str, label: str, *, number: bool = False) -> dict[str, object]:
    """Show a column's head that sorts by `key`; the present sort is `sort` of the context, else of the address."""
    request = context.get("request")
    current = str(context.get("sort") or (request.GET.get("sort", "") if request else ""))
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    target = f"-{key}" if direction == "ascending" else key
    return {"label": label, "direction": direction, "url": query_replace(context, sort=target), "number": number}


@register.inclusion_tag("ui/components/table_tools.html", takes_context=True)
def table_tools(context: Context, count: str = "") -> dict[str, str]:
    """Show how many rows there are and the link to the same rows as CSV."""
    return {"count": count, "csv": query_replace(context, format="csv")}
