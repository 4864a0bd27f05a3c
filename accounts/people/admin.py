"""People are kept by site administrators; passwords are chosen by the people themselves."""

from django.contrib import admin

from accounts.people.models import Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ("name", "email", "agency", "role", "is_active", "is_staff")
    list_filter = ("role", "is_active", "is_staff", "agency")
    search_fields = ("name", "email")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)
    # the groups follow memberships by themselves; setting them by hand would be a way around every grant
    fields = ("name", "email", "function", "agency", "role", "is_active", "is_staff", "is_superuser")
