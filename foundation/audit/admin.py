"""Site administrators read the trail; nobody changes it."""

from django.contrib import admin
from django.http import HttpRequest

from foundation.administration import site
from foundation.audit.models import Event


@admin.register(Event, site=site)
class EventAdmin(admin.ModelAdmin):
    list_display = ("at", "verb", "person_label", "agency_label", "object_type", "object_id")
    list_filter = ("verb",)
    search_fields = ("object_id", "person_label")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
