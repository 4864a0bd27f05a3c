from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "foundation.ui"
    label = "ui"
    verbose_name = "Layout and components"
