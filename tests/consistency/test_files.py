"""What is committed keeps the house rules: no foreign hosts, no foreign code, files that can be read at a sitting."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# written in pieces, so that this file does not find itself
FOREIGN = ("files.python" + "hosted", "registry.npm" + "js", '"resolved": ' + '"http', "--index" + "-url")
HOSTS = re.compile("|".join(FOREIGN))
CODE, TESTS = 400, 600


def committed(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_committed_file_names_a_registry_host() -> None:
    named = [
        path.name
        for path in committed("*.txt", "*.json", "*.toml", ".npmrc", "*.yml", "Makefile", "Dockerfile")
        if HOSTS.search(path.read_text(errors="replace"))
    ]
    assert named == []


def test_no_foreign_code_is_committed() -> None:
    foreign = [path for path in committed() if ".min." in path.name or "node_modules" in path.parts]
    assert foreign == []


def test_every_file_can_be_read_at_a_sitting() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in committed("*.py", "*.html")
        # what Django writes is read as the models that it was written from
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > (TESTS if "tests" in path.parts else CODE)
    ]
    assert long == []


@pytest.mark.parametrize("service", ["web", "worker", "beat", "postgres", "redis"])
def test_the_compose_file_has_every_part(service: str) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert service in compose["services"]


def test_the_change_log_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_links_within_the_documents_lead_somewhere() -> None:
    broken = [
        f"{path.name}: {target}"
        for path in committed("*.md")
        for target in re.findall(r"\]\((?!https?:|mailto:|#|/)([^)#]+)", path.read_text())
        if not (path.parent / target).exists()
    ]
    assert broken == []
