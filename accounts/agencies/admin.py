"""Agencies are kept by site administrators."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.agencies.models import Agency
from foundation.administration import site


@admin.register(Agency, site=site)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "city", "kind", "sector", "level", "country")
    list_filter = ("sector", "level", "kind", "city")
    search_fields = ("name", "code", "city")

    def has_delete_permission(self, request: HttpRequest, obj: Agency | None = None) -> bool:
        """Agencies stay: what they agreed and shared refers to them."""
        return False
