from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "partnership.commitments"
    label = "commitments"
    verbose_name = "Commitments"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import feeding, leaving, navigation, notices, reminders, work  # noqa: F401, PLC0415
