"""Servers for one run end with that run, however it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded import throwaway
from tests.embedded.processes import ROOT, clean_environment, eventually

REPORT = """
import os, sys, time
with open(sys.argv[1], "w") as file:
    file.write(os.environ["DATABASE_URL"] + "\\n" + os.environ["REDIS_URL"] + "\\n")
time.sleep(float(sys.argv[2]))
sys.exit(7)
"""
TEST = """
def test_it():
    import os, pathlib
    pathlib.Path({report!r}).write_text(os.environ["DATABASE_URL"] + "\\n" + os.environ["REDIS_URL"] + "\\n")
"""


def start(report: Path, nap: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", REPORT, str(report), str(nap)]
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded.throwaway", "--", *command], cwd=ROOT, env=clean_environment()
    )


def homes(report: Path) -> list[Path]:
    """Return the directories of the two servers, once the command has reported them."""
    eventually(lambda: report.exists() and report.read_text().count("\n") == 2)
    database, broker = report.read_text().splitlines()
    return [Path(database.split("@/")[1]).parent, Path(broker.removeprefix("unix://").split("?")[0]).parent]


def test_the_command_gets_its_servers_and_its_exit_code_is_passed_on(tmp_path: Path) -> None:
    process = start(tmp_path / "report", nap=0)
    assert process.wait(30) == 7
    assert not any(home.exists() for home in homes(tmp_path / "report"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_run_that_is_cut_short_leaves_no_directory(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path / "report", nap=600)
    directories = homes(tmp_path / "report")
    assert all(home.exists() for home in directories)
    process.send_signal(number)
    process.wait(30)
    eventually(lambda: not any(home.exists() for home in directories), patience=8)


def test_a_test_run_gets_servers_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(report=str(tmp_path / "report")))
    plugins = ["-p", "config.embedded.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:django"]
    command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", *plugins, str(tmp_path)]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not any(home.exists() for home in homes(tmp_path / "report"))


def test_servers_that_the_environment_names_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/mine")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example/1")
    servers = throwaway.ThrowAwayServers()
    environment = servers.start()
    assert servers.running == []
    assert "DATABASE_URL" not in environment
    servers.stop()


def test_a_benchmark_meets_a_server_that_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throwaway, "_megabytes_of_memory", lambda: 4096)
    settings = throwaway.benchmark_settings()
    assert settings["shared_buffers"] == "1024MB"
    assert "fsync" not in settings
    monkeypatch.setattr(throwaway, "_megabytes_of_memory", lambda: 65536)
    assert throwaway.benchmark_settings()["shared_buffers"] == "2048MB"
