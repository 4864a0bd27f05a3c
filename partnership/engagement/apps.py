from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "partnership.engagement"
    label = "engagement"
    verbose_name = "Engagement"

    def ready(self) -> None:
        # each registers what this room adds to pages, reminders and "My work"
        from . import navigation, reminders, work  # noqa: F401, PLC0415
