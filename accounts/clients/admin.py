"""Site administrators see which programs there are; secrets and tokens are shown to nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.clients.models import Client
from foundation.administration import site


@admin.register(Client, site=site)
class ClientAdmin(admin.ModelAdmin):
    list_display = ("name", "client_id", "service_account", "created")
    list_select_related = ("service_account",)
    fields = ("name", "client_id", "service_account", "allowed_scopes", "created", "updated")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
