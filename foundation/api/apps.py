from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "foundation.api"
    label = "api"
    verbose_name = "API"
