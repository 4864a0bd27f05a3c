from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "infosharing.attachments"
    label = "attachments"
    verbose_name = "Attachments"

    def ready(self) -> None:
        # registers what this room adds to notices
        from . import notices, work  # noqa: F401, PLC0415
