from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "partnership.meetings"
    label = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import feeding, navigation, notices, panels, reminders, work  # noqa: F401, PLC0415
