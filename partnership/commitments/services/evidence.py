"""What shows that a commitment is kept: adding and removing links and files, until it is verified."""

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.files import services as files
from foundation.files.tasks import scan_soon
from partnership.commitments import policy
from partnership.commitments.models import Commitment, Evidence, EvidenceKind, What
from partnership.commitments.services.common import locked, note_change, require_state

SAFE = "https://"


@transaction.atomic
def add_evidence(
    *, actor: Actor, commitment: Commitment, title: str, link: str = "", file: files.CheckedFile | None = None
) -> Evidence:
    """Add a link or a file, which whoever sees the commitment sees too.

    Args:
        title: what it shows, in a few words.
        link: an address that begins with https://.
        file: looked into already.

    Raises:
        NotAllowed: the actor is of neither the member that promised nor one that contributes.
        Invalid: no title, not exactly one of the two, no safe address, or the same link as before.
        OutOfTurn: it is not promised yet, verified, or ended.
    """
    member = policy.require_shower(actor, commitment)
    title = title.strip()
    if not title:
        raise Invalid("Say what it shows.", field="title")
    if bool(link) == (file is not None):
        raise Invalid("Give a link or a file: one of the two.", field="link")
    if link:
        require_safe_link(link, field="link")
    commitment = locked(commitment)
    require_state(commitment, policy.TO_SHOW)
    if link and commitment.evidence_items.filter(link=link).exists():
        raise Invalid("This link is there already.", field="link")
    evidence = Evidence.objects.create(
        commitment=commitment,
        partnership_id=commitment.partnership_id,
        kind=EvidenceKind.FILE if file else EvidenceKind.LINK,
        title=title,
        link=link,
        file=files.keep(file) if file else None,
        file_name=file.name if file else "",
        member=member,
        added_by_id=actor.person_id,
        added_at=clock.now(),
    )
    if evidence.file:
        scan_soon(evidence.file)
    note_change(actor, commitment, before=commitment.status, what=What.EVIDENCE, reason=title)
    facts = {"sha256": evidence.file.sha256} if evidence.file else {}
    record(verb="commitments.evidence_added", actor=actor, subject=commitment, kind=evidence.kind, **facts)
    return evidence


@transaction.atomic
def remove_evidence(*, actor: Actor, evidence: Evidence) -> Commitment:
    """Take evidence off again; a file is deleted. The history keeps that it was there.

    Raises:
        NotAllowed: it is another member's, and the actor is not of the one that promised.
        OutOfTurn: the commitment is verified, or has ended.
    """
    commitment = locked(evidence.commitment)
    require_state(commitment, policy.TO_SHOW)
    if not policy.may_take_off(actor, evidence):
        raise NotAllowed("Only the member that added this, and the one that promised, may remove it.")
    stored = evidence.file
    facts = {"sha256": stored.sha256} if stored else {}
    evidence.delete()
    if stored:
        files.discard(stored)
    note_change(actor, commitment, before=commitment.status, what=What.EVIDENCE_REMOVED, reason=evidence.title)
    record(verb="commitments.evidence_removed", actor=actor, subject=commitment, kind=evidence.kind, **facts)
    return commitment


def require_safe_link(link: str, *, field: str) -> None:
    """Refuse an address that a browser does not open safely.

    Raises:
        Invalid: it does not begin with https://.
    """
    if not link.startswith(SAFE):
        raise Invalid("Give an address that begins with https://.", field=field)
