"""Grants: who may see a note. They are django-guardian's rows, with a direct foreign key to the note.

A grant to a group shares with an audience: a member, a circle, or a whole partnership. A grant to a person exists for
TLP:RED alone. Only `view` is ever granted: to write is the owner's. The database keeps each ended one.

A grant may begin on a day to come, and end on one. `objects` holds those that give sight now; rows that wait or are
over are read through `_base_manager`, by whoever tells the owner of them or tidies up.
"""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from guardian.managers import GroupObjectPermissionManager, UserObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.people.models import Person
from infosharing.circles.models import CircleMember
from infosharing.grants.terms import in_effect
from partnership.agreements.models import SharingRule


class Grant(models.Model):
    """What a grant carries beside guardian's columns.

    `created_at` is the note's own time, stamped by a trigger: the newest notes of a group are then one walk of one
    index, however many notes there are.
    """

    created_at = models.DateTimeField(editable=False)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    # the sharing rule that allowed it; none where no agreement of the partnership speaks of sharing
    rule = models.ForeignKey(
        SharingRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by what rule")
    )
    # moments at which days begin; none on the owner's own grant, which a trigger sees to
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True, db_default="")
    onward = models.BooleanField(_("may be passed on"), default=False, db_default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(not_before__isnull=True)
                | models.Q(expires_at__isnull=True)
                | models.Q(expires_at__gt=models.F("not_before")),
                name="%(class)s_begins_before_it_ends",
            ),
        ]
        # what the nightly task looks for: few of many
        indexes = [
            models.Index(fields=("expires_at",), condition=models.Q(expires_at__isnull=False), name="%(class)s_expiry"),
            models.Index(
                fields=("not_before",), condition=models.Q(not_before__isnull=False), name="%(class)s_embargo"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


# when a grant gives sight stands in the indexes that say whom it gives it to: these answer alone
TERMS = ("not_before", "expires_at")


class LiveGroupGrants(GroupObjectPermissionManager):
    """Grants to audiences that give sight now."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(in_effect())


class NoteGroupGrant(Grant, GroupObjectPermissionBase):
    """A note shared with an audience: the people of a Django group."""

    # no indexes of single columns: the unique one and the page's serve every query
    content_object = models.ForeignKey(
        "notes.Note", on_delete=models.CASCADE, related_name="group_grants", db_index=False
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    permission = models.ForeignKey("auth.Permission", on_delete=models.PROTECT, related_name="+", db_index=False)
    # of a grant to a circle, its originator's place in it, with which it ends: kept by a trigger
    by_member = models.ForeignKey(
        CircleMember, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects = LiveGroupGrants()  # type: ignore[misc]

    class Meta:
        verbose_name = _("grant to an audience")
        constraints = [
            # note first: the policy's probe asks "this note, one of my groups" and is answered by the index alone
            models.UniqueConstraint(
                fields=("content_object", "group", "permission"), include=TERMS, name="group_grant_once"
            ),
            *Grant.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=("group", "-created_at", "-content_object"), include=TERMS, name="group_grant_page"),
            models.Index(
                fields=("by_member",), condition=models.Q(by_member__isnull=False), name="group_grant_by_member"
            ),
            *Grant.Meta.indexes,
        ]


class LiveUserGrants(UserObjectPermissionManager):
    """Grants that give sight now, to people who still stand where they stood: who left the member sees nothing."""

    def get_queryset(self) -> models.QuerySet:
        return NoteUserGrant.standing(super().get_queryset()).filter(in_effect())


class NoteUserGrant(Grant, UserObjectPermissionBase):
    """A TLP:RED note shared with a named person, as one of the people of a member (`through`, its group)."""

    content_object = models.ForeignKey(
        "notes.Note", on_delete=models.CASCADE, related_name="user_grants", db_index=False
    )
    user = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    permission = models.ForeignKey("auth.Permission", on_delete=models.PROTECT, related_name="+", db_index=False)
    through = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = LiveUserGrants()  # type: ignore[misc]

    class Meta:
        verbose_name = _("grant to a person")
        constraints = [
            models.UniqueConstraint(fields=("content_object", "user", "permission"), name="user_grant_once"),
            *Grant.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=("user", "-created_at", "-content_object"), name="user_grant_page"),
            *Grant.Meta.indexes,
        ]

    @classmethod
    def standing(cls, grants: models.QuerySet | None = None) -> models.QuerySet:
        """Return grants to people who still belong to the member through which they were named, on whatever terms."""
        holds = Person.groups.through.objects.filter(person_id=OuterRef("user_id"), group_id=OuterRef("through_id"))
        return (cls._base_manager.all() if grants is None else grants).filter(Exists(holds))


class EndedGrant(models.Model):
    """A grant that was: written by the database when the live row goes, and never changed."""

    note = models.ForeignKey("notes.Note", on_delete=models.CASCADE, related_name="ended_grants")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    not_before = models.DateTimeField(null=True)
    # where it ended by itself, this is when, whatever the moment at which somebody tidied up
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("ended grant")
        ordering = ("id",)
        # the hourly task looks at what ended of late
        indexes = [models.Index(fields=("ended_at",), name="ended_grant_of_late")]

    def __str__(self) -> str:
        return f"ended grant {self.pk}"
