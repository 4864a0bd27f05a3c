"""Who is who."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from accounts.people.actor import Actor
    from accounts.people.models import Person


class PersonQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def human(self) -> Self:
        """People, not the service accounts of API clients."""
        return self.filter(is_service=False)

    def leads(self) -> Self:
        return self.filter(role="lead")

    def colleagues_of(self, actor: "Actor") -> Self:
        """The active people of the actor's own agency."""
        return self.active().human().filter(agency_id=actor.agency_id, agency__isnull=False)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person; without a password they choose one by the reset link."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a site administrator, who belongs to no agency."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)
