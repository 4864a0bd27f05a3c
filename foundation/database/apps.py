from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "foundation.database"
    label = "database"
    verbose_name = "Database"
