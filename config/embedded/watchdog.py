"""Runs one command and makes sure that nothing of it outlives whoever asked for it.

    python watchdog.py --lifeline FD [options] -- COMMAND ...

FD is the read end of a pipe whose write end only the caller holds. When the caller dies, in
whatever way, the kernel closes the write end, the watchdog sees the end of the pipe, and stops
the command and every process that came from it. The parent-death signal of Linux alone would
not do: it reaches only the direct child, and is forgotten when credentials change.

Run as a plain file, so it may import nothing but the standard library.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CLONE_NEWUSER = 0x10000000
# Any number but 0 will do: PostgreSQL refuses to run as root.
INNER_USER = 1000
# A caller that was killed cannot wait for a polite end, and the next start must not wait long.
ORPHAN_GRACE = 3.0
COMMAND_NOT_FOUND = 127
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def become_subreaper() -> None:
    """Make orphaned descendants our children, so that they can still be found (Linux)."""
    if LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _die_with_parent() -> None:
    """Second net for the direct child, should the watchdog itself be killed (Linux)."""
    if LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def enter_user_namespace() -> None:
    """Become a user that is not root, but still owns root's files.

    A user namespace in which root outside is user 1000 inside: works in directories that only
    root may enter, and changes no owner and no mode. Raises OSError where it is not allowed.
    """
    if not LINUX:
        raise OSError("user namespaces exist on Linux only")
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INNER_USER} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{INNER_USER} {group} 1")


def namespaces_allowed() -> bool:
    """Whether a child of ours may enter a user namespace; tried in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _become_unprivileged(user: int | None) -> None:
    """Give up root: as the given user id, or, with none, in a user namespace."""
    if user is None:
        enter_user_namespace()
        return
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def _parents() -> dict[int, int]:
    """Map every process id to that of its parent."""
    if not LINUX:
        table = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, check=False).stdout
        return {int(a): int(b) for a, b in (line.split() for line in table.splitlines())}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # A process may end while we look at it.
            with contextlib.suppress(OSError):
                # The name, in brackets, may hold anything: fields start after the last bracket.
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
    return parents


def descendants(ancestor: int) -> list[int]:
    """Return the ids of all processes below `ancestor`, zombies included."""
    children: dict[int, list[int]] = {}
    for process, parent in _parents().items():
        children.setdefault(parent, []).append(process)
    found, queue = [], [ancestor]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def _reap() -> dict[int, int]:
    """Collect every child that has ended: id and exit code."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            ended[process] = os.waitstatus_to_exitcode(status)
    return ended


def kill_descendants(patience: float = 5.0) -> None:
    """Kill every process below this one, until none is left or patience ends.

    In rounds: a process may have started another between our looking and our killing.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        _reap()
        below = descendants(os.getpid())
        if not below:
            return
        for process in below:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.02)


class Watch:
    """One command under watch, from its start to the end of its last descendant."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Prepare; nothing is started yet."""
        self.options = options
        self.child = 0
        self.stop_by: float | None = None
        # A signal must wake the wait below at once; the descriptor is how it does.
        self.wake, wake_write = os.pipe()
        for end in (self.wake, wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOP_SIGNALS:
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop(self.options.stop_timeout)

    def stop(self, patience: float) -> None:
        """Ask the command to stop; a second request never extends the patience of the first."""
        deadline = time.monotonic() + patience
        if self.stop_by is not None:
            self.stop_by = min(self.stop_by, deadline)
            return
        self.stop_by = deadline
        if self.child:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.child, self.options.stop_signal)

    def start(self) -> None:
        """Start the command as a child of its own process group."""
        watchdog = os.getpid()
        # A signal that came between the fork and the child's first lines would be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        self.child = os.fork()
        if self.child:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            return
        try:
            self._become_command(watchdog)
        except OSError as error:
            # No traceback: this line is what a person finds in the log of the part.
            user = f" as user {self.options.user}" if self.options.user is not None else ""
            os.write(2, f"cannot start {self.options.command[0]}{user}: {error}\n".encode())
        os._exit(COMMAND_NOT_FOUND)

    def _become_command(self, watchdog: int) -> None:
        signal.set_wakeup_fd(-1)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        os.setpgid(0, 0)
        if self.options.unprivileged and os.geteuid() == 0:
            _become_unprivileged(self.options.user)
        # After the change of user, which makes the kernel forget it.
        _die_with_parent()
        # The watchdog may have died before the line above could make us notice.
        if os.getppid() != watchdog:
            os._exit(COMMAND_NOT_FOUND)
        os.execvp(self.options.command[0], self.options.command)  # noqa: S606

    def _ended(self) -> int | None:
        """Return the exit code of the command once it has one."""
        return _reap().get(self.child)

    def wait(self) -> int:
        """Wait for the command's end, ours, or the caller's; return the command's exit code."""
        lifeline = [self.options.lifeline]
        while (code := self._ended()) is None:
            if self.stop_by is not None and time.monotonic() >= self.stop_by:
                return -signal.SIGKILL
            pause = None if self.stop_by is None else max(0.0, self.stop_by - time.monotonic())
            readable, _, _ = select.select([self.wake, *lifeline], [], [], pause)
            if self.wake in readable:
                os.read(self.wake, 4096)
            if lifeline and lifeline[0] in readable:
                # Nobody writes to the lifeline: readable means closed.
                lifeline = []
                self.stop(min(ORPHAN_GRACE, self.options.stop_timeout))
        return code

    def clean_up(self) -> None:
        """Kill what the command left behind, then remove the directories given to us."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child, signal.SIGKILL)
        kill_descendants()
        if self.stop_by is None:
            # It ended by itself: the caller may want to read in there why, and removes them.
            return
        for directory in self.options.remove:
            shutil.rmtree(directory, ignore_errors=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="watchdog")
    parser.add_argument("--lifeline", type=int, required=True, help="read end of the caller's pipe")
    parser.add_argument("--stop-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--stop-timeout", type=float, default=10.0)
    parser.add_argument("--unprivileged", action="store_true", help="do not run it as root")
    parser.add_argument("--user", type=int, help="with --unprivileged: as this user id")
    parser.add_argument("--remove", action="append", default=[], help="directory to remove at the end")
    parser.add_argument("command", nargs="+")
    return parser.parse_args(arguments)


def _keep_descriptors_from_command() -> None:
    """Let the command inherit no descriptor but the standard three.

    The lifeline, and the lock of the data directory that the caller passes along, belong to
    the watchdog alone.
    """
    for name in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError, ValueError):
            if int(name) > 2:
                os.set_inheritable(int(name), False)


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code, a negative one for a signal turned into 128 + n."""
    become_subreaper()
    _keep_descriptors_from_command()
    watch = Watch(_options(arguments))
    watch.start()
    # A request to stop that came before the child existed could not be passed on to it.
    if watch.stop_by is not None:
        os.kill(watch.child, watch.options.stop_signal)
    code = watch.wait()
    watch.clean_up()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
