"""How partnerships and memberships look to a program. Public ids alone leave the server, and no e-mail address."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.agencies.api import AgencyRefOut
from accounts.agencies.models import Level, Sector
from foundation.api.pages import PageQuery
from foundation.api.parsing import Moment
from partnership.membership.models import Membership, MembershipRole, MembershipStatus, PartnershipStatus


class PartnershipRefOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    slug = serializers.CharField()
    name = serializers.CharField()


class PartnershipOut(PartnershipRefOut):
    city = serializers.CharField()
    purpose = serializers.CharField()
    status = serializers.ChoiceField(PartnershipStatus.choices)
    coordinator = AgencyRefOut()
    review_date = serializers.DateField()
    created_at = Moment()
    updated_at = Moment()


class RepresentativeOut(serializers.Serializer):
    id = serializers.UUIDField(help_text="The person's: to name somebody on a note.")
    name = serializers.CharField()
    function = serializers.CharField(allow_blank=True)
    part = serializers.ChoiceField([("representative", "representative"), ("deputy", "deputy")])
    mandate = serializers.CharField(allow_blank=True)


class MembershipOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    partnership = PartnershipRefOut()
    agency = AgencyRefOut()
    role = serializers.ChoiceField(MembershipRole.choices)
    status = serializers.ChoiceField(MembershipStatus.choices)
    level = serializers.ChoiceField(Level.choices, source="agency.level")
    sector = serializers.ChoiceField(Sector.choices, source="agency.sector")
    joined_on = serializers.DateField(allow_null=True)
    left_on = serializers.DateField(allow_null=True)
    representatives = serializers.SerializerMethodField()
    updated_at = Moment()

    @extend_schema_field(RepresentativeOut(many=True))
    def get_representatives(self, membership: Membership) -> list[dict[str, Any]]:
        named = (
            (membership.representative, "representative", membership.representative_mandate),
            (membership.deputy, "deputy", membership.deputy_mandate),
        )
        return [
            {
                "id": str(person.public_id),
                "name": person.name,
                "function": person.function,
                "part": part,
                "mandate": mandate,
            }
            for person, part, mandate in named
            if person is not None
        ]


class MembershipQuery(PageQuery):
    partnership = serializers.CharField(
        max_length=80, required=False, help_text="Only of this partnership: its id or its slug."
    )
    since = serializers.CharField(
        max_length=200, required=False, help_text="The `token` of an answer: only what changed since then."
    )
