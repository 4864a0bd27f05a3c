"""Housekeeping of tokens."""

from datetime import timedelta

from celery import shared_task
from oauth2_provider.models import get_access_token_model

from foundation import clock

KEPT_FOR = timedelta(days=1)


@shared_task(name="clients.forget_expired_tokens")
def forget_expired_tokens() -> int:
    """Delete tokens that expired more than a day ago; they open nothing, and would only pile up."""
    deleted, _by_model = get_access_token_model().objects.filter(expires__lt=clock.now() - KEPT_FOR).delete()
    return deleted
