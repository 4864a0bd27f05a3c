from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "partnership.membership"
    label = "membership"
    verbose_name = "Membership"

    def ready(self) -> None:
        # each registers what this room adds to notices, pages and "My work"
        from . import notices, work  # noqa: F401, PLC0415
        from .departures import work as departures  # noqa: F401, PLC0415
