"""How the catalogue, a register and a barrier model look to a program. No remark is among it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.agencies.api import AgencyRefOut
from foundation.api.parsing import Moment
from partnership.approaches import Approach
from partnership.competences.models import Competence, EntryCheck, Extent, Holding, Step

COVERAGE = (("gap", "nobody"), ("single", "one member"), ("covered", "several members"))


def _approaches() -> serializers.ListField:
    return serializers.ListField(child=serializers.ChoiceField(Approach.choices))


class EntryOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField()
    holder = serializers.CharField(help_text="The kind of agency that usually holds it.")
    approaches = _approaches()
    legal_basis = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166 codes, and EU.")
    decided_by = serializers.CharField()
    needs_first = serializers.CharField()
    output = serializers.CharField()
    checked = serializers.ChoiceField(EntryCheck.choices, help_text="`to_check`: from general knowledge alone.")
    check_note = serializers.CharField(help_text="What was checked, where it was not all.")
    source = serializers.CharField(help_text="Address; empty where there is none.")  # type: ignore[assignment]


class HoldingOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    agency = AgencyRefOut(source="membership.agency")
    extent = serializers.ChoiceField(Extent.choices)
    decided_by = serializers.CharField(help_text="Who inside the member decides on its use.")
    lead_days = serializers.IntegerField(allow_null=True, help_text="Calendar days from asking until it works.")
    capacity = serializers.CharField()
    limits = serializers.CharField()
    needs = serializers.SerializerMethodField(help_text="Ids of competences that have to be used first.")
    needs_words = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)
    since = Moment()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_needs(self, holding: Holding) -> list[UUID]:
        return sorted(row.competence.public_id for row in holding.need_rows.all())


class CompetenceOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    used_for = serializers.CharField()
    approaches = _approaches()
    legal_basis = serializers.CharField()
    needs_first = serializers.CharField()
    output = serializers.CharField()
    confirmed = serializers.SerializerMethodField(help_text="Whether a member has checked it against a source.")
    confirmed_at = Moment(allow_null=True)
    confirmed_against = serializers.CharField()
    entry = serializers.CharField(
        source="entry.code", allow_null=True, default=None, help_text="Code of the entry that it was copied from."
    )
    holdings = HoldingOut(many=True, source="held", help_text="Those that count today.")
    updated_at = Moment()

    def get_confirmed(self, competence: Competence) -> bool:
        return competence.confirmed_at is not None


class ProcessRefOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    phenomenon = serializers.CharField()


class HolderOut(serializers.Serializer):
    agency = AgencyRefOut(source="membership.agency")
    extent = serializers.ChoiceField(Extent.choices)


class ServingOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    approaches = _approaches()
    holders = HolderOut(many=True, source="held")


class BarrierOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    description = serializers.CharField()
    competences = ServingOut(many=True, help_text="Those that serve it; without one, nobody can put it up.")


class StepOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    process = ProcessRefOut()
    position = serializers.IntegerField(help_text="Its place in the process, from 1.")
    name = serializers.CharField()
    description = serializers.CharField()
    coverage = serializers.SerializerMethodField(
        help_text="How many members hold a competence for one of its barriers today: none, one, or several."
    )
    holders = serializers.SerializerMethodField(help_text="These members, by name.")
    barriers = BarrierOut(many=True)

    @extend_schema_field(serializers.ChoiceField(COVERAGE))
    def get_coverage(self, step: Step) -> str:
        return ("gap", "single", "covered")[min(len(_holders(step)), 2)]

    @extend_schema_field(AgencyRefOut(many=True))
    def get_holders(self, step: Step) -> list[Any]:
        return list(AgencyRefOut(_holders(step), many=True).data)


def _holders(step: Step) -> list[Any]:
    held = (
        holding.membership.agency
        for barrier in step.barriers.all()
        for competence in barrier.competences.all()
        for holding in competence.held  # type: ignore[attr-defined]
    )
    return sorted({agency.pk: agency for agency in held}.values(), key=lambda agency: (agency.name, agency.pk))
