"""Programs of an agency that use the API."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from accounts.people.models import Person


class Client(AbstractApplication):
    """An OAuth 2.0 client that acts for one agency, in the name of a service account of its own.

    The service account is what the walls around notes know: it is in the agency's groups as a colleague is.
    """

    service_account = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="client", verbose_name=_("service account")
    )
    allowed_scopes = models.JSONField(_("allowed scopes"), default=list)

    class Meta(AbstractApplication.Meta):
        verbose_name = _("API client")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                ),
                name="client_credentials_only",
            ),
        ]

    def is_usable(self, request: Any) -> bool:
        """Whether it may get a token: until its service account is closed."""
        return self.service_account.is_active

    def natural_key(self) -> tuple[Any, ...]:
        return (self.client_id,)
