from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "infosharing.demo"
    label = "demo"
    verbose_name = "Demo data"
