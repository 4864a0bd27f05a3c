"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("accounts.signin.urls")),
    path("admin/", admin.site.urls),
    path("", include("foundation.work.urls")),
    path("", include("foundation.notifications.urls")),
    path("", include("accounts.people.urls")),
    path("", include("partnership.membership.urls")),
    path("", include("partnership.responsibilities.urls")),
    path("", include("partnership.commitments.urls")),
    path("", include("infosharing.notes.urls")),
]
