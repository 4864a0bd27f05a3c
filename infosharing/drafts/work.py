"""What drafts add to "My work": what a colleague asks to have released, and what came back."""

from datetime import date

from accounts.people.actor import Actor
from foundation import clock
from foundation.work.needs import Need, register_needs
from infosharing.drafts.models import FORGOTTEN_AFTER, WARNED, Draft


def _need(draft: Draft, action: str, who: str, due_on: date | None = None) -> Need:
    return Need(
        what=draft.name,
        where=draft.partnership.name,
        group=draft.partnership.slug,
        action=action,
        url=draft.get_absolute_url(),
        due_on=due_on,
        who=who,
    )


@register_needs
def to_release(actor: Actor) -> list[Need]:
    """Drafts of colleagues that wait for the actor."""
    rows = Draft.objects.to_release_by(actor).select_related("partnership", "author").order_by("asked_at", "pk")
    return [_need(draft, "Read and release", f"{draft.author.name} asks") for draft in rows]


@register_needs
def came_back(actor: Actor) -> list[Need]:
    """The actor's own drafts that a colleague sent back."""
    rows = Draft.objects.written_by(actor).filter(status="writing", sent_back_by__isnull=False)
    rows = rows.select_related("partnership", "sent_back_by").order_by("updated_at", "pk")
    return [_need(draft, "Mend it", f"{_name(draft)} sent it back") for draft in rows]


@register_needs
def soon_gone(actor: Actor) -> list[Need]:
    """The actor's own drafts that are soon thrown away."""
    rows = Draft.objects.written_by(actor).filter(updated_at__lt=clock.now() - FORGOTTEN_AFTER + WARNED)
    return [
        _need(draft, "Go on with it", "Your draft is thrown away unless you go on", due_on=draft.goes_on)
        for draft in rows.select_related("partnership").order_by("updated_at", "pk")
    ]


def _name(draft: Draft) -> str:
    return draft.sent_back_by.name if draft.sent_back_by else ""
