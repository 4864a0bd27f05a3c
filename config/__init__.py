"""The only floor that knows the environment: settings, addresses, Celery, server start, embedded services."""

from .celery import app as celery_app

__all__ = ["celery_app"]
