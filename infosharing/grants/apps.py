from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "infosharing.grants"
    label = "grants"
    verbose_name = "Grants"
