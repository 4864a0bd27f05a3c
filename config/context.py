"""What every page may show of the site itself."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the product's version and whether this is the demo."""
    return {"version": settings.VERSION, "demo": settings.DEMO}
