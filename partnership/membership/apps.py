from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "partnership.membership"
    label = "membership"
    verbose_name = "Membership"
