"""What every table that leaves the server has: a public id that cannot be counted."""

import uuid

from django.db import models
from uuid_utils.compat import uuid7


def new_public_id() -> uuid.UUID:
    """Return a fresh UUIDv7 (RFC 9562): sorted by time in an index, not guessable by counting."""
    return uuid7()


def id_of(given: object) -> uuid.UUID | None:
    """Return the id that somebody typed or an address gives, if it is one."""
    try:
        return uuid.UUID(str(given or ""))
    except ValueError:
        return None


class PublicRecord(models.Model):
    """A row known outside by `public_id`; its integer key never leaves the server."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)

    class Meta:
        abstract = True

    def __repr__(self) -> str:
        # titles and names stay out of logs
        return f"<{type(self).__name__} {self.public_id}>"
