"""Outside the demo, the server does not start where the demo's secrets open a door."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.clients.models import Client
from accounts.people.models import Person
from config.environment import DEMO_CLIENT_SECRET_PREFIX, DEMO_PASSWORD


def refuse_demo_secrets() -> None:
    """Refuse to start where a demo account or a demo client works.

    Raises:
        ImproperlyConfigured: with whom to remove. Nothing is checked in the demo itself.
    """
    if settings.DEMO:
        return
    # the demo's people all live under .example, which no mail server has (RFC 2606)
    for person in Person.objects.active().filter(email__endswith=".example"):
        if person.check_password(DEMO_PASSWORD):
            raise ImproperlyConfigured(f"{person.email} has the demo's password. Remove the demo's people first.")
    if Client.objects.filter(client_id__startswith="demo-", service_account__is_active=True).exists():
        raise ImproperlyConfigured(f"Remove the demo's API clients ({DEMO_CLIENT_SECRET_PREFIX}…) first.")
