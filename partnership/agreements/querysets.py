"""Which agreements an actor sees: those of the partnerships that the actor sees; what is a draft, its coordinator."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of


def _coordinated(actor: Actor) -> models.QuerySet:
    """Return the ids of the partnerships that the actor's agency coordinates, read-only people included."""
    partnerships = apps.get_model("membership", "Partnership").objects.visible_to(actor)
    return partnerships.filter(coordinator_id=actor.agency_key).values("pk")


class VersionQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Versions of the actor's partnerships; a draft is its coordinator's alone until it is put to the members.

        One that was ended as a draft stays so: nobody was shown its text.
        """
        changes = apps.get_model("agreements", "VersionChange").objects
        unseen = models.Q(status="draft") | models.Q(
            status="terminated", pk__in=changes.filter(before="draft", after="terminated").values("version")
        )
        seen = self.filter(agreement__partnership_id__in=partnerships_of(actor))
        return seen.filter(~unseen | models.Q(agreement__partnership_id__in=_coordinated(actor)))

    def standing(self) -> Self:
        """In force, under review or not."""
        return self.filter(status__in=("in_force", "under_review"))

    def open_for_signature(self) -> Self:
        return self.filter(status="open_for_signature")

    def in_consultation(self) -> Self:
        return self.filter(status="consultation")

    def past_their_end(self, today: date) -> Self:
        return self.standing().filter(ends_on__lt=today)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Agreements of which the actor sees a version."""
        versions = apps.get_model("agreements", "Version").objects.visible_to(actor)
        return self.filter(Exists(versions.filter(agreement_id=OuterRef("pk"))))


class SignatoryQuerySet(models.QuerySet):
    def awaited(self) -> Self:
        """Those whose signature under the text as it stands is not there."""
        signatures = apps.get_model("agreements", "Signature").objects.filter(
            version_id=OuterRef("version_id"),
            membership_id=OuterRef("membership_id"),
            function=OuterRef("function"),
            version_hash=OuterRef("version__content_hash"),
        )
        return self.filter(~Exists(signatures))

    def of_agency(self, actor: Actor) -> Self:
        """Those for whom people of the actor's agency sign, while it is an active member."""
        return self.filter(
            membership__agency_id=actor.agency_id, membership__agency__isnull=False, membership__status="active"
        )


class SignatureQuerySet(models.QuerySet):
    def counting(self) -> Self:
        """Signatures under the text as it stands; those under an earlier text of the version stay on record."""
        return self.filter(version_hash=F("version__content_hash"))


class SharingRuleQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Rules of the versions that the actor sees."""
        return self.filter(version__in=apps.get_model("agreements", "Version").objects.visible_to(actor))

    def holding(self, today: date) -> Self:
        """Rules of versions in force, under review or not, on a day on which neither version nor rule has run out."""
        return self.filter(
            models.Q(version__ends_on__isnull=True) | models.Q(version__ends_on__gte=today),
            models.Q(until__isnull=True) | models.Q(until__gte=today),
            version__status__in=("in_force", "under_review"),
        )

    def about(self, category: str, personal_data: Iterable[str]) -> Self:
        """Rules on a category that allow at least this personal data."""
        return self.filter(category=category, personal_data__contains=sorted(set(personal_data)))

    def between(self, giver_id: int, receiver_id: int) -> Self:
        """Rules by which one member may give to another, by name or as any member."""
        named = apps.get_model("agreements", "RuleMember").objects.filter(rule=OuterRef("pk"))
        return self.filter(
            models.Q(from_any=True) | Exists(named.filter(side="gives", membership=giver_id)),
            models.Q(to_any=True) | Exists(named.filter(side="receives", membership=receiver_id)),
        )

    def with_words(self) -> Self:
        """With all that the sentence of a rule needs."""
        members = apps.get_model("agreements", "RuleMember").objects.select_related("membership__agency")
        return self.select_related("clause__version__agreement__partnership", "version").prefetch_related(
            models.Prefetch("members", members.order_by("membership__agency__name", "pk"))
        )
