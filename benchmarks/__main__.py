"""`python -m benchmarks`, on a server of its own: `make bench`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported from here on
from benchmarks.run import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
