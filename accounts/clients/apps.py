from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "accounts.clients"
    label = "clients"
    verbose_name = "API clients"
