"""Lists that an agency gives, of what may identify somebody. Entries are never kept: only fingerprints of them."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.agencies.models import Agency
from accounts.people.models import Person
from foundation.records import PublicRecord
from infosharing.identifiers.querysets import GivenListQuerySet

MOST_ENTRIES = 5000


class GivenList(PublicRecord):
    """A named list: how many entries, when, by whom; and the fingerprints, in the order of their bytes.

    The order of the lines is not kept either. That `fingerprints` is as long as `count` says, the database holds.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    salt = models.BinaryField()
    fingerprints = models.BinaryField()
    count = models.PositiveIntegerField(_("entries"))
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects = GivenListQuerySet.as_manager()

    class Meta:
        verbose_name = _("given list of identifiers")
        verbose_name_plural = _("given lists of identifiers")
        default_permissions = ()
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint("agency", Lower("name"), name="given_list_name_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="given_list_has_name"),
            models.CheckConstraint(
                condition=models.Q(count__gte=1, count__lte=MOST_ENTRIES), name="given_list_of_so_many"
            ),
        ]

    def __str__(self) -> str:
        # a name can tell what a list is about: it stays out of logs
        return f"given list {self.public_id}"
