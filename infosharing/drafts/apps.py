from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "infosharing.drafts"
    label = "drafts"
    verbose_name = "Drafts of notes"

    def ready(self) -> None:
        # each registers what this room adds to notices and "My work"
        from . import notices, work  # noqa: F401, PLC0415
