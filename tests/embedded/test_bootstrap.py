"""The bootstrap does what is not done yet, and says what is missing."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.embedded.processes import ROOT

SOURCE = ROOT / "config" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, loaded by its path as `python3 config/bootstrap.py` does, in an empty project."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", SOURCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "BUILD", tmp_path / "build")
    monkeypatch.setattr(module, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    module.commands = []
    monkeypatch.setattr(module, "run", lambda command, what, **_: module.commands.append(what))
    return module


def front_end(root: Path) -> None:
    for name in ("package.json", "package-lock.json", "static/scss/a.scss", "build/static/a.css"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("first")
    (root / "node_modules").mkdir()


def test_an_old_python_can_read_it_and_is_refused(bootstrap, monkeypatch, capsys) -> None:
    ast.parse(SOURCE.read_text(), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert bootstrap.main(["demo"]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().out
    assert bootstrap.commands == []


def test_it_wants_to_know_what_for(bootstrap, capsys) -> None:
    assert bootstrap.main(["production"]) == 2
    assert "demo|dev" in capsys.readouterr().out


def test_packages_are_installed_once_per_lock_file(bootstrap, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / ".venv").mkdir()
    lock = tmp_path / "requirements-dev.txt"
    lock.write_text("first")
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", {"dev": lock})

    bootstrap.install("dev")
    bootstrap.install("dev")
    assert bootstrap.commands == ["Installing uv", "Installing requirements-dev.txt"]
    lock.write_text("second")
    bootstrap.install("dev")
    assert len(bootstrap.commands) == 4


def test_pip_installs_where_uv_cannot(bootstrap, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / ".venv").mkdir()
    lock = tmp_path / "requirements-dev.txt"
    lock.write_text("first")
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", {"dev": lock})
    tried: list[list[object]] = []

    def run(command: list[object], what: str, **_: object) -> None:
        tried.append(command)
        if what == "Installing uv":
            raise bootstrap.BootstrapError("no uv for this machine")

    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.install("dev")
    assert "pip" in tried[-1]
    assert all("--require-hashes" in command for command in tried)


def test_the_front_end_is_built_when_a_source_changed(bootstrap, tmp_path: Path) -> None:
    front_end(tmp_path)
    bootstrap.build_assets()
    bootstrap.build_assets()
    assert bootstrap.commands == ["Installing packages of the front end", "Building style sheets and scripts"]
    (tmp_path / "static" / "scss" / "a.scss").write_text("second")
    bootstrap.build_assets()
    assert bootstrap.commands[2:] == ["Building style sheets and scripts"]


def test_without_a_front_end_it_goes_on(bootstrap, capsys) -> None:
    bootstrap.build_assets()
    assert bootstrap.commands == []
    assert "not built" in capsys.readouterr().out
