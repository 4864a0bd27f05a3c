from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "partnership.reminders"
    label = "reminders"
    verbose_name = "Reminders"

    def ready(self) -> None:
        # each registers what this room adds to a partnership's pages
        from . import navigation, reviews  # noqa: F401, PLC0415
