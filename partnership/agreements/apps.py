from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "partnership.agreements"
    label = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import leaving, navigation, notices, reminders, work  # noqa: F401, PLC0415
