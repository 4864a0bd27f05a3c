"""Which competences an actor sees: the catalogue, everybody; a partnership's own, those who see the partnership.

A remark on a holding is seen by the holder and the members that it names, and by nobody else.
"""

from datetime import date
from typing import Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of


class EntryQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Everybody who is signed in: the catalogue holds laws and kinds of agency, nothing of anybody's."""
        return self.all()


class OfPartnershipQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What belongs to a partnership that the actor sees."""
        return self.filter(partnership_id__in=partnerships_of(actor))

    def in_use(self) -> Self:
        """Those that were not retired."""
        return self.filter(retired_at__isnull=True)

    def lasting(self) -> Self:
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)


class HoldingQuerySet(OfPartnershipQuerySet):
    def held(self, today: date) -> Self:
        """Those that count on a day: not ended, not past their day, of an active member, of a competence in use."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            ended_at__isnull=True,
            membership__status="active",
            competence__retired_at__isnull=True,
        )

    def with_needs(self) -> Self:
        """With `need_names`, the names of what each needs first: as `Facts` take them, without a record for each."""
        needs = apps.get_model("competences", "Need").objects.filter(holding=OuterRef("pk"))
        return self.annotate(need_names=ArraySubquery(needs.values("competence__name")))


class ChangeQuerySet(OfPartnershipQuerySet):
    def waiting(self) -> Self:
        return self.filter(status="proposed")

    def to_answer_by(self, actor: Actor) -> Self:
        """Those that the actor, as lead of an active member, is asked to confirm or decline."""
        if not actor.is_lead:
            return self.none()
        return (
            self.visible_to(actor).waiting().filter(membership__agency_id=actor.agency_key, membership__status="active")
        )


class RemarkQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Remarks of the actor's own agency, and those that name it: while it is an active member."""
        memberships = apps.get_model("membership", "Membership").objects.filter(
            status="active", agency__people__pk=actor.person_id, agency__people__is_active=True
        )
        readers = apps.get_model("competences", "RemarkReader").objects.filter(
            remark_id=OuterRef("pk"), membership_id__in=memberships.values("pk")
        )
        return self.filter(Q(owner_id__in=memberships.values("pk")) | Exists(readers))


class StatementQuerySet(OfPartnershipQuerySet):
    def newest(self) -> Self:
        """The newest of each partnership: the one that the members are asked to acknowledge."""
        later = self.model._default_manager.filter(
            partnership_id=OuterRef("partnership_id"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))
