"""Finds installed packages without running their code."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def package_directory(name: str) -> Path:
    """Return the folder of an installed package, which is not imported.

    The packages that bring servers also bring launchers; importing them would run those.
    Raises FileNotFoundError with the way out when the package is not installed.
    """
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"{name} is not installed: run `make demo` or `make test`, which install it")
    return Path(next(iter(spec.submodule_search_locations)))
