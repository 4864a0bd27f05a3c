"""Site administration: only what we put there ourselves. What libraries register stays unmounted.

Groups would be a way around grants, tokens a way to read as a client; neither is in it. It has no right to read notes.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse


class Administration(AdminSite):
    site_header = "Concord administration"
    site_title = "Concord administration"
    index_title = "Agencies, people and programs"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send visitors to the portal's own sign-in, with its limits on guessing; refuse who does not administer."""
        return secure_admin_login(super().login)(request)


site = Administration(name="admin")
