from django.apps import AppConfig


class ReadersConfig(AppConfig):
    name = "infosharing.readers"
    label = "readers"
    verbose_name = "Readers"

    def ready(self) -> None:
        # each registers what this room adds to notices and "My work"
        from . import notices, work  # noqa: F401, PLC0415
