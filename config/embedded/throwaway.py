"""Servers for one run of something: they live in a temporary directory and end with it.

    python -m config.embedded.throwaway [--bench] -- COMMAND ...

starts PostgreSQL and Valkey, runs the command with their addresses in its environment, and
exits with its exit code. A server whose address is in the environment already is not started.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from config.embedded import valkey
from config.embedded.parts import Lifeline, Part, PartError, Running, run_once
from config.embedded.postgres import APP, DURABLE, OWNER, THROW_AWAY, Cluster
from config.embedded.sockets import private_directory

NO_MAIL = "smtp://127.0.0.1:1"
SECRET_KEY = "throw-away-secret-key-of-tests-checks-and-benchmarks-only"  # noqa: S105
LARGEST_SHARED_BUFFERS = 2048


def _megabytes_of_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def benchmark_settings() -> dict[str, str]:
    """Return the settings of a tuned, durable server, sized for the machine it runs on."""
    shared = max(128, min(LARGEST_SHARED_BUFFERS, _megabytes_of_memory() // 4))
    return {
        **DURABLE,
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{shared * 2}MB",
        "work_mem": "64MB",
        "random_page_cost": "1.1",
        "max_wal_size": "4GB",
    }


class ThrowAwayServers:
    """PostgreSQL and Valkey for as long as this object is not stopped, and this process lives."""

    def __init__(self, *, bench: bool = False) -> None:
        """Prepare; `bench` means a tuned server that syncs, and the portal's own role."""
        self.bench = bench
        self.lifeline = Lifeline()
        self.running: list[Running] = []
        self.homes: list[Path] = []

    def start(self) -> dict[str, str]:
        """Start what the environment does not name, and return the environment to run in.

        Raises PartError or FileNotFoundError; nothing is left running then.
        """
        environment = {"SECRET_KEY": SECRET_KEY, "EMAIL_URL": NO_MAIL, "CONCORD_TESTING": "1"}
        environment = {name: os.environ.get(name, value) for name, value in environment.items()}
        try:
            if "REDIS_URL" not in os.environ:
                environment["REDIS_URL"] = self._start_valkey()
            if "DATABASE_URL" not in os.environ:
                environment |= self._start_postgres()
            for running in self.running:
                running.wait_until_ready()
            if "FILES_DIR" not in os.environ:
                # within the home of a server, which is removed however the run ends
                home = self.homes[-1] if self.homes else self._new_home("files")
                environment["FILES_DIR"] = str(home / "files")
        except BaseException:
            self.stop()
            raise
        return environment

    def _new_home(self, purpose: str) -> Path:
        self.homes.append(private_directory(purpose))
        return self.homes[-1]

    def _start(self, part: Part, log: Path) -> Running:
        self.running.append(Running(part, self.lifeline, log))
        return self.running[-1]

    def _start_valkey(self) -> str:
        home = self._new_home("valkey")
        part = valkey.server(home, home, durable=False, remove=(home,))
        self._start(part, home / "log")
        return valkey.url(home)

    def _start_postgres(self) -> dict[str, str]:
        home = self._new_home("postgres")
        cluster = Cluster(
            data=home / "data",
            sockets=home,
            settings=benchmark_settings() if self.bench else THROW_AWAY,
            durable=self.bench,
            remove=(home,),
        )
        initdb = cluster.initdb()
        if initdb:
            run_once(initdb, self.lifeline, home / "log")
        self._start(cluster.server(), home / "log").wait_until_ready()
        run_once(cluster.provision(testing=True), self.lifeline, home / "log")
        if self.bench:
            return {"DATABASE_URL": cluster.url(APP), "OWNER_DATABASE_URL": cluster.url(OWNER)}
        # Tests make their own database, then become the portal's role with SET ROLE.
        return {"DATABASE_URL": cluster.url(OWNER)}

    def stop(self) -> None:
        """Stop the servers and remove what they wrote."""
        for running in reversed(self.running):
            running.stop()
        self.lifeline.cut()
        for home in self.homes:
            # The watchdogs do this when we cannot.
            shutil.rmtree(home, ignore_errors=True)


def _stop_asked(number: int, _frame: FrameType | None) -> None:
    # As an exception, so that the servers are stopped on the way out.
    raise SystemExit(128 + number)


def main(arguments: Sequence[str]) -> int:
    """Run the command beside its servers; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded.throwaway")
    parser.add_argument("--bench", action="store_true", help="a tuned server that syncs to disk")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop_asked)
    servers = ThrowAwayServers(bench=options.bench)
    try:
        environment = servers.start()
    except (PartError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    try:
        # Under a watchdog too, or the command would outlive us when we are killed.
        command = Part(name="command", command=options.command, environment=environment, directory=Path.cwd())
        servers.running.append(Running(command, servers.lifeline, log=None))
        return servers.running[-1].process.wait()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        servers.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
