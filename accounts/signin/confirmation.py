"""Entering one's password again, for what binds an agency: how often somebody may try."""

from allauth.core import ratelimit
from django.http import HttpRequest


def may_try(request: HttpRequest) -> bool:
    """Count a try of the person who asks; False once there were too many in a minute, as for signing in again."""
    return ratelimit.consume(request, action="reauthenticate", user=request.user)
