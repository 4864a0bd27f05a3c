from django.apps import AppConfig


class IdentifiersConfig(AppConfig):
    name = "infosharing.identifiers"
    label = "identifiers"
    verbose_name = "Lists of identifiers"

    def ready(self) -> None:
        # registers the part of the settings page
        from . import panels  # noqa: F401, PLC0415
