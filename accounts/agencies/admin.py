"""Agencies are kept by site administrators."""

from django.contrib import admin

from accounts.agencies.models import Agency


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "city", "kind", "sector", "level", "country")
    list_filter = ("sector", "level", "kind", "city")
    search_fields = ("name", "code", "city")
