"""What every page may show of the site itself."""

from django.conf import settings
from django.http import HttpRequest

from config.environment import DEMO_PASSWORD

DEMO_ACCOUNTS = [
    {"email": "coordinator@municipality.rotterdam.example", "what": "Municipal coordinator, runs the partnership"},
    {"email": "lead@police.rotterdam.example", "what": "Lead of the police: accepts and signs for the agency"},
    {"email": "staff@police.rotterdam.example", "what": "Staff of the police: keeps commitments, writes notes"},
    {"email": "staff@customs.rotterdam.example", "what": "Staff of customs: receives notes of the police"},
    {"email": "staff@tax.rotterdam.example", "what": "Staff of the tax authority: does not receive those"},
    {"email": "privacy@municipality.rotterdam.example", "what": "Privacy officer, read only"},
]


def site(request: HttpRequest) -> dict[str, object]:
    """Return the product's version, whether this is the demo, and to visitors of the demo who they can be."""
    context: dict[str, object] = {"site_version": settings.VERSION, "demo": settings.DEMO}
    if settings.DEMO and getattr(request, "actor", None) is None:
        context |= {"demo_accounts": DEMO_ACCOUNTS, "demo_password": DEMO_PASSWORD}
    return context
