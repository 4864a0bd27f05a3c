"""The mails themselves: a safe title, a sentence and a link, in plain text and HTML; never content."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.languages import current_language, for_reader
from foundation.notifications import kinds
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.preferences import unsubscribe_token

ONE_CLICK = "List-Unsubscribe=One-Click"


def mail(notice: Notice) -> EmailMultiAlternatives:
    """Return the mail of one notice, in its recipient's language, with its attachment.

    The attachment is an alternative of the text, not a file beside it: so calendars take an invitation for one.
    """
    kind = kinds.kind_of(notice)
    unsubscribe = f"{settings.CONCORD_URL}/unsubscribe/{unsubscribe_token(notice.recipient.public_id, notice.kind)}/"
    with for_reader(notice.recipient):
        message = kind.message(notice)
        made = _mail(
            "notice",
            notice.recipient,
            subject=message.title,
            # stable per notice, so that a second copy after a crash can be recognised
            number=str(notice.public_id),
            headers={"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": ONE_CLICK},
            message=message,
            address=settings.CONCORD_URL + message.path,
            label=kind.label,
            unsubscribe=unsubscribe,
        )
        if message.attachment is not None:
            attachment = message.attachment()
            made.attach_alternative(attachment.content, attachment.content_type)
    return made


def gathered_mail(parcel: Sequence[Delivery]) -> EmailMultiAlternatives:
    """Return one mail for several notices to one person, newest first; what they attach stays in the portal."""
    notices = sorted((delivery.notice for delivery in parcel), key=lambda notice: notice.pk, reverse=True)
    with for_reader(notices[0].recipient):
        lines = [kinds.kind_of(notice).message(notice) for notice in notices]
        several = _("Concord: %(count)s notices for you") % {"count": len(lines)}
        return _mail(
            "gathered",
            notices[0].recipient,
            subject=several if len(lines) > 1 else lines[0].title,
            number=str(parcel[0].digest_id),
            headers={},
            lines=[(message, settings.CONCORD_URL + message.path) for message in lines],
        )


def _mail(
    template: str, recipient: object, *, subject: str, number: str, headers: dict[str, str], **context: object
) -> EmailMultiAlternatives:
    language = current_language()
    words = {**context, "recipient": recipient, "site": settings.CONCORD_URL, "language": language}
    host = settings.CONCORD_URL.partition("://")[2].partition(":")[0]
    made = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"notifications/{template}.txt", words),
        to=[recipient.email],  # type: ignore[attr-defined]
        headers={
            "Message-ID": f"<{number}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
            **headers,
        },
    )
    made.attach_alternative(render_to_string(f"notifications/{template}.html", words), "text/html")
    return made
