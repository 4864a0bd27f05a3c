"""Whether `collectstatic` has anything to do: it takes seconds, and mostly has not."""

from __future__ import annotations

import hashlib
from pathlib import Path

from config.embedded.parts import ROOT

SOURCES = (ROOT / "build" / "static", ROOT / "static" / "public")
# Packages bring static files too, and change only with their lock files; settings choose which.
FILES = (ROOT / "requirements-demo.txt", ROOT / "requirements.txt", ROOT / "config" / "settings.py")
STAMP = "collected.sha256"


def fingerprint() -> str:
    """Return a digest of all that `collectstatic` would read."""
    digest = hashlib.sha256()
    found = [path for folder in SOURCES for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in (*found, *FILES):
        if path.exists():
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current(folder: Path) -> bool:
    """Whether the files collected in a folder are those that would be collected now."""
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == fingerprint()


def note(folder: Path, collected: str) -> None:
    """Note the fingerprint of what `collectstatic` has collected in a folder."""
    (folder / STAMP).write_text(collected)
