from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "foundation.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        # tells drf-spectacular of our security scheme
        from foundation.api import schema  # noqa: F401, PLC0415
