from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "infosharing.notes"
    label = "notes"
    verbose_name = "Notes"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import acting, joining, leaving, navigation, notices, work  # noqa: F401, PLC0415
        from .evidence import panels  # noqa: F401, PLC0415
        from .reviewing import notices as review_notices  # noqa: F401, PLC0415
        from .reviewing import work as review_work  # noqa: F401, PLC0415
