"""`manage.py load_demo`: three cities to look around in."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from infosharing.demo.loading import load, may_load
from infosharing.demo.script import CITIES


class Command(BaseCommand):
    """Loads what is missing of the demo; what is there stays as it is."""

    help = "Load the demo's three cities. Does nothing where they are; refuses outside the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        if not may_load():
            raise CommandError(
                "This is not the demo, and the demo's password is public: nothing was loaded. Start it with: make demo"
            )
        for city in CITIES:
            began = time.monotonic()
            done = f"loaded in {time.monotonic() - began:.1f} s" if load(city) else "is there already"
            self.stdout.write(f"{city.capitalize()}: {done}")
