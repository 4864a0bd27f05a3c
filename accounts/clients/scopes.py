"""Which scopes a client may ask for: those that its agency was given, no others."""

from typing import Any

from oauth2_provider.scopes import SettingsScopes

from accounts.clients.models import Client


class ClientScopes(SettingsScopes):
    """Narrows the site's scopes to the client's own."""

    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        every = super().get_available_scopes(application, request, *args, **kwargs)
        if application is None:
            return every
        return [scope for scope in every if scope in application.allowed_scopes]

    def get_default_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application=application, request=request)
