"""Which notices still hold, asked as their recipient: through both walls, and by the rule of the room."""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from accounts.people.actor import Actor, actor_for
from foundation.notifications.kinds import WhichHold
from foundation.notifications.models import Notice
from partnership.membership.sight import sight


def as_recipient(rows_of: Callable[[Actor], QuerySet], subject: str = "public_id") -> WhichHold:
    """Return the rule that keeps the notices whose subject is among these rows of the recipient.

    Args:
        rows_of: what has to be theirs for a notice to hold.
        subject: the column, or the way from the rows to it, that is the notice's subject.
    """

    def which(notices: Sequence[Notice]) -> list[Notice]:
        recipient = notices[0].recipient
        if not recipient.is_active:
            return []
        with sight(recipient.pk):
            subjects = [notice.subject_id for notice in notices]
            rows = rows_of(actor_for(recipient)).filter(**{f"{subject}__in": subjects})
            held = set(rows.values_list(subject, flat=True))
        return [notice for notice in notices if notice.subject_id in held]

    return which
