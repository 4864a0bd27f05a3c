"""What members are told about agreements. Titles of agreements are known to every member; they are safe in a mail."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import Kind, Message, register
from foundation.notifications.models import Notice
from partnership.agreements.models import Signatory, Version
from partnership.membership.models import Membership


def _about(title: Promise, sentence: Promise) -> Callable[[Notice], Message]:
    def message(notice: Notice) -> Message:
        return Message(
            title=str(title) % notice.facts, sentence=str(sentence) % notice.facts, path=notice.facts["path"]
        )

    return message


def _version_while(*statuses: str) -> Callable[[Notice], bool]:
    """Return a check that the version is in one of these states, and that the recipient's agency still takes part."""

    def holds(notice: Notice) -> bool:
        members = Membership.objects.active().filter(agency=notice.recipient.agency_id).values("partnership")
        versions = Version.objects.filter(public_id=notice.subject_id, status__in=statuses)
        return versions.filter(partnership__in=members).exists()

    return holds


def _awaits_signature(notice: Notice) -> bool:
    return (
        notice.recipient.role == "lead"
        and Signatory.objects.awaited()
        .filter(
            version__public_id=notice.subject_id,
            version__status="open_for_signature",
            membership__agency=notice.recipient.agency_id,
            membership__status="active",
        )
        .exists()
    )


IN_CONSULTATION = register(
    Kind(
        slug="agreements.in_consultation",
        label=_("An agreement in consultation"),
        message=_about(
            _("%(partnership)s: %(agreement)s is in consultation"),
            _("Read version %(number)s and say what your agency thinks of it, clause by clause."),
        ),
        still_holds=_version_while("consultation"),
    )
)
TO_SIGN = register(
    Kind(
        slug="agreements.to_sign",
        label=_("An agreement to sign"),
        message=_about(
            _("%(partnership)s: %(agreement)s waits for your signature"),
            _("Version %(number)s is open for signature. It comes into force once all have signed."),
        ),
        still_holds=_awaits_signature,
    )
)
IN_FORCE = register(
    Kind(
        slug="agreements.in_force",
        label=_("An agreement in force"),
        message=_about(
            _("%(partnership)s: %(agreement)s is in force"),
            _("Version %(number)s is in force now. What your agency promised in it, others count on."),
        ),
        still_holds=_version_while("in_force", "under_review"),
    )
)
