"""Which connection may do what: `owner` migrates, `default` does everything else."""

from typing import Any


class OwnerOnlyMigrates:
    """Keeps every read and write on `default`; the `owner` alias exists for `migrate` alone."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: object, other: object, **hints: Any) -> bool:
        return True
