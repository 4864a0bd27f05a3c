"""People who sign in, and the service accounts in whose name API clients act."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin, _user_has_perm  # type: ignore[attr-defined]
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agencies.models import Agency
from accounts.people.querysets import PersonManager
from foundation.languages import languages
from foundation.records import PublicRecord


class Role(models.TextChoices):
    LEAD = "lead", _("lead: may sign and accept for the agency")
    STAFF = "staff", _("staff: may write")
    READ_ONLY = "read_only", _("read only")


class Person(PublicRecord, AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """Somebody of one agency. Signs in by e-mail. Belongs to the Django groups that audiences are made of."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=200, blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="people", null=True, blank=True, verbose_name=_("agency")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.STAFF)
    # of mail to this person: pages are in the site's
    language = models.CharField(
        _("language of mail"),
        max_length=10,
        choices=languages,
        default=settings.LANGUAGE_CODE,
        db_default=settings.LANGUAGE_CODE,
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("site administrator"), default=False)
    is_service = models.BooleanField(_("service account"), default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            # duties are kept apart: who administers the site takes part in nothing, who takes part does not administer
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False, is_staff=False, is_superuser=False)
                | models.Q(agency__isnull=True, is_staff=True),
                name="person_has_agency_or_administers",
                violation_error_message=_("Give an agency, or make this a site administrator: one or the other."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="person_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return PublicRecord.__repr__(self)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say whether this person holds a permission; a superuser's shortcut ends where an object is named.

        A site administrator administers; nothing shared between agencies is theirs to read.
        """
        if obj is None:
            return super().has_perm(perm)
        return _user_has_perm(self, perm, obj)
