"""Gives a test run its own PostgreSQL and Valkey, started before Django reads its settings.

Loaded with `-p config.embedded.pytest_plugin`. A server whose address is in the environment
already is not started; the workers of a parallel run find the addresses of the first process
there. Two runs side by side have servers of their own.
"""

from __future__ import annotations

import os

import pytest

from config.embedded.throwaway import ThrowAwayServers

NO_SERVERS_NEEDED = ("help", "version", "markers", "show_fixtures")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers, and stop them when pytest ends, however it ends."""
    options = early_config.known_args_namespace
    if any(getattr(options, name, False) for name in NO_SERVERS_NEEDED):
        return
    servers = ThrowAwayServers()
    os.environ.update(servers.start())
    early_config.add_cleanup(servers.stop)
