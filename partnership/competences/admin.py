"""The catalogue is kept by site administrators. What partnerships made of it is no business of theirs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from foundation.administration import site
from partnership.competences.models import Entry


@admin.register(Entry, site=site)
class EntryAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "holder", "countries", "checked")
    list_filter = ("checked", "holder")
    search_fields = ("code", "name", "holder", "legal_basis")

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **options: Any) -> Any:
        """Take an address without a scheme for https."""
        if isinstance(db_field, models.URLField):
            return forms.URLField(required=False, max_length=db_field.max_length, assume_scheme="https")
        return super().formfield_for_dbfield(db_field, request, **options)

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Entries stay: registers say what they were copied from."""
        return False
