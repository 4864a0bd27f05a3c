from django.apps import AppConfig


class ResponsibilitiesConfig(AppConfig):
    name = "partnership.responsibilities"
    label = "responsibilities"
    verbose_name = "Responsibilities"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import navigation, notices, reminders, work  # noqa: F401, PLC0415
