from django.apps import AppConfig


class AuditorsConfig(AppConfig):
    name = "infosharing.auditors"
    label = "auditors"
    verbose_name = "Auditors of footprints"

    def ready(self) -> None:
        # each registers what this room adds to notices and "My work"
        from . import notices, work  # noqa: F401, PLC0415
