"""People are kept by site administrators; passwords are chosen by the people themselves."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.people.models import Person
from foundation.administration import site
from foundation.audit.services import record


@admin.register(Person, site=site)
class PersonAdmin(admin.ModelAdmin):
    list_display = ("name", "email", "agency", "role", "is_active", "is_staff")
    list_filter = ("role", "is_active", "is_staff", "agency")
    search_fields = ("name", "email")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)
    fields = ("name", "email", "function", "agency", "role", "language", "is_active", "is_staff", "is_superuser")

    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm, change: bool) -> None:
        """Save, and leave a trace that agencies can be shown: who was put where, by whom."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        record(
            verb="people.changed_by_administrator" if change else "people.added_by_administrator",
            actor=request.actor,  # type: ignore[attr-defined]
            subject=obj,
            fields=form.changed_data,
            agency=obj.agency.name if obj.agency else "",
            role=obj.role,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are deactivated: what they did stays on record."""
        return False
