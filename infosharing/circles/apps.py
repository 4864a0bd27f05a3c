from django.apps import AppConfig


class CirclesConfig(AppConfig):
    name = "infosharing.circles"
    label = "circles"
    verbose_name = "Circles"

    def ready(self) -> None:
        # each registers what this room adds to notices and "My work"
        from . import notices, work  # noqa: F401, PLC0415
