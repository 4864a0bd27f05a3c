"""Load the catalogue of competences, or bring it in line with this version of Concord."""

from typing import Any

from django.core.management.base import BaseCommand

from partnership.competences import cataloguing


class Command(BaseCommand):
    help = "Load the catalogue of competences. Safe to run again; no partnership's own register is touched."

    def handle(self, *args: Any, **options: Any) -> None:
        added, there = cataloguing.load()
        self.stdout.write(f"{added} entries added, {there} brought up to date.")
