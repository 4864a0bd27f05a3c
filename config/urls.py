"""Every address of the site."""

from django.conf import settings
from django.urls import include, path

from config import health
from foundation import administration
from foundation.ui.gallery import gallery

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("accounts.signin.urls")),
    path("admin/", administration.site.urls),
    path("api/", include("config.api")),
    path("", include("foundation.work.urls")),
    path("", include("foundation.notifications.urls")),
    path("", include("accounts.people.urls")),
    path("", include("partnership.membership.urls")),
    path("", include("partnership.agreements.urls")),
    path("", include("partnership.responsibilities.urls")),
    path("", include("partnership.competences.urls")),
    path("", include("partnership.commitments.urls")),
    path("", include("partnership.engagement.urls")),
    path("", include("partnership.reminders.urls")),
    path("", include("partnership.feeds.urls")),
    path("", include("partnership.meetings.urls")),
    path("", include("infosharing.readers.urls")),
    path("", include("infosharing.circles.urls")),
    path("", include("infosharing.drafts.urls")),
    path("", include("infosharing.identifiers.urls")),
    path("", include("infosharing.notes.urls")),
    path("", include("infosharing.attachments.urls")),
    path("", include("infosharing.auditors.urls")),
    path("", include("infosharing.requests.urls")),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("ui/", gallery, name="gallery"))

# programs get problem+json there too
handler400 = "foundation.api.handlers.bad_request"
handler500 = "foundation.api.handlers.broken"
