"""Loading the demo: each city in one transaction, once."""

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from foundation.notifications.models import Delivery, DeliveryState, Notice
from infosharing.demo import script
from infosharing.demo.play import play
from partnership.competences import cataloguing
from partnership.membership.models import Partnership

# any number that nothing else locks: two loads at once must not play the same city
LOCK = 2_026_0824
WITHDRAWN_BECAUSE = "made while the demo was loaded"


def may_load() -> bool:
    """The demo and tests alone: its password and its clients' secrets are public."""
    return bool(settings.DEMO or settings.TESTING)


def load(city: str) -> bool:
    """Play a city, unless its partnership is there.

    A city is whole or absent, so an interrupted load resumes at the next city; and what people have changed since is
    never changed back.

    Returns:
        Whether anything was done.
    """
    told = script.read(city)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # also where the city is there already: a newer version may bring a newer catalogue
        cataloguing.load()
        if Partnership.objects.filter(slug=told["partnership"]["slug"]).exists():
            return False
        cataloguing.load()
        began, newest = timezone.now(), Notice.objects.aggregate(newest=models.Max("pk"))["newest"] or 0
        play(told)
        _keep_old_news_from_mail(Notice.objects.filter(pk__gt=newest, created_at__lt=began))
    return True


def _keep_old_news_from_mail(notices: models.QuerySet[Notice]) -> None:
    """Leave what was told in the past to the inbox: as mails it would all arrive at once, today."""
    Delivery.objects.filter(notice__in=notices, state=DeliveryState.QUEUED).update(
        state=DeliveryState.WITHDRAWN, answer=WITHDRAWN_BECAUSE
    )
