"""Grants: who may see a note. They are django-guardian's rows, with a direct foreign key to the note.

A grant to a group shares with an audience: a member, or a whole partnership. A grant to a person exists for TLP:RED
alone. Only `view` is ever granted: to write is the owner's. Live rows only; the database keeps each ended one.
"""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from guardian.managers import UserObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.people.models import Person
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

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"grant {self.pk}"


class NoteGroupGrant(Grant, GroupObjectPermissionBase):
    """A note shared with an audience: the people of a Django group."""

    # no indexes of single columns: the unique one and the page's serve every query
    content_object = models.ForeignKey(
        "notes.Note", on_delete=models.CASCADE, related_name="group_grants", db_index=False
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    permission = models.ForeignKey("auth.Permission", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("grant to an audience")
        constraints = [
            # note first: the policy's probe asks "this note, one of my groups" and is answered by the index alone
            models.UniqueConstraint(fields=("content_object", "group", "permission"), name="group_grant_once"),
        ]
        indexes = [models.Index(fields=("group", "-created_at", "-content_object"), name="group_grant_page")]


class LiveUserGrants(UserObjectPermissionManager):
    """Grants to people who still stand where they stood: a named person who left the member sees nothing by it."""

    def get_queryset(self) -> models.QuerySet:
        holds = Person.groups.through.objects.filter(person_id=OuterRef("user_id"), group_id=OuterRef("through_id"))
        return super().get_queryset().filter(Exists(holds))


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
        ]
        indexes = [models.Index(fields=("user", "-created_at", "-content_object"), name="user_grant_page")]


class EndedGrant(models.Model):
    """A grant that was: written by the database when the live row goes, and never changed."""

    note = models.ForeignKey("notes.Note", on_delete=models.CASCADE, related_name="ended_grants")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("ended grant")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"ended grant {self.pk}"
