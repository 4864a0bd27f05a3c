"""How people get in: by e-mail and password; accounts are made by administrators, not by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.languages import current_language, for_reader


class ConcordAccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address and this password do not belong together. Check both."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Sign a person in; a service account never signs in, whatever its password."""
        person = super().authenticate(request, **credentials)
        return None if person is not None and person.is_service else person

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """Write a mail in the language of the person to whom it goes; in the site's to a stranger."""
        person = Person.objects.filter(email__iexact=email).first() or Person()
        with for_reader(person):
            made = super().render_mail(template_prefix, email, context, headers)
            made.extra_headers["Content-Language"] = current_language()
        return made
