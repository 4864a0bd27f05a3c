from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "partnership.commitments"
    label = "commitments"
    verbose_name = "Commitments"
