from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "partnership.feeds"
    label = "feeds"
    verbose_name = "Calendar feeds"

    def ready(self) -> None:
        # registers the part of the settings page
        from . import panels  # noqa: F401, PLC0415
