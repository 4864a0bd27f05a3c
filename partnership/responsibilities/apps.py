from django.apps import AppConfig


class ResponsibilitiesConfig(AppConfig):
    name = "partnership.responsibilities"
    label = "responsibilities"
    verbose_name = "Responsibilities"
