from django.apps import AppConfig


class CompetencesConfig(AppConfig):
    name = "partnership.competences"
    label = "competences"
    verbose_name = "Competences"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import navigation, notices, panels, reminders, work  # noqa: F401, PLC0415
