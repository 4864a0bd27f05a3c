from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "infosharing.notes"
    label = "notes"
    verbose_name = "Notes"
