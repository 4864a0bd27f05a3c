"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config import guard  # noqa: E402  needs the apps
from foundation.database import patience  # noqa: E402

guard.refuse_demo_secrets()
patience.bound_waiting()
