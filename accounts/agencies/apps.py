from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "accounts.agencies"
    label = "agencies"
    verbose_name = "Agencies"
