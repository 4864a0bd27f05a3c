from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "infosharing.requests"
    label = "requests"
    verbose_name = "Requests for information"

    def ready(self) -> None:
        # each registers what this room adds to notices, reminders, pages and "My work"
        from . import acting, navigation, notices, reminders, work  # noqa: F401, PLC0415
