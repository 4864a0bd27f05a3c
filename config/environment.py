"""Where the settings come from: the process environment, else the running demo.

The demo writes `<DATA>/run/environment` while it runs, so that a plain `manage.py` command reaches it.
"""

import os
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
# no secrets: anybody can read these, and outside the demo the server refuses to start with them (config/guard.py)
DEMO_SECRET_KEY = "concord-demo-secret-key-not-for-production"  # noqa: S105
DEMO_PASSWORD = "concord-demo-2026"  # noqa: S105
DEMO_CLIENT_SECRET_PREFIX = "demo-secret-"  # noqa: S105


def data_dir() -> Path:
    """Return the directory that the embedded parts write to: `DATA`, by default `var` in the project."""
    return Path(os.environ.get("DATA", BASE_DIR / "var")).resolve()


def read() -> environ.Env:
    """Return the environment, completed by the running demo's where no DATABASE_URL is set.

    Returns:
        An `environ.Env`; its values win over the demo's file, which is read only without DATABASE_URL.
    """
    env = environ.Env()
    if "DATABASE_URL" not in os.environ:
        env.read_env(data_dir() / "run" / "environment", overwrite=False)
    return env
