"""Gives a test run its own PostgreSQL and Valkey, started before Django reads its settings.

Loaded with `-p config.embedded.pytest_plugin`. A server whose address is in the environment
already is not started. Two runs side by side have servers of their own, and so has each worker of
a parallel run: counters in the cache and open transactions of one would disturb the other.
"""

from __future__ import annotations

import os

import pytest

from config.embedded.throwaway import ThrowAwayServers

# which addresses in the environment are of servers, and of files, that a test run has of its own
OURS = "CONCORD_TEST_SERVERS"
NO_SERVERS_NEEDED = ("help", "version", "markers", "show_fixtures")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers, and stop them when pytest ends, however it ends."""
    options = early_config.known_args_namespace
    if any(getattr(options, name, False) for name in NO_SERVERS_NEEDED):
        return
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in os.environ.pop(OURS, "").split():
            os.environ.pop(name, None)
    servers = ThrowAwayServers()
    started = servers.start()
    os.environ.update(started)
    os.environ[OURS] = " ".join(started.keys() & {"DATABASE_URL", "REDIS_URL", "FILES_DIR"})
    early_config.add_cleanup(servers.stop)
