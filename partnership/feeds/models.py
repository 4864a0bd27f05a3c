"""Calendar feeds: addresses under which a calendar program finds what is due, without a session."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from partnership.feeds.querysets import FeedQuerySet


class Scope(models.TextChoices):
    MINE = "mine", _("mine")
    OURS = "ours", _("my agency's")


class Feed(PublicRecord):
    """A secret address of one person. Only the digest of its token is kept: who reads the table cannot use it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="feeds")
    scope = models.CharField(_("what it shows"), max_length=20, choices=Scope)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    last_read_on = models.DateField(_("last read on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="feed_scope_known"),
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="feed_digest_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"calendar feed {self.public_id}"
