"""How an agency looks to a program. Which ones it sees depends on partnerships: `partnership.membership.api`."""

from rest_framework import serializers

from accounts.agencies.models import Kind, Level, Sector
from foundation.api.parsing import Moment


class AgencyRefOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField()


class AgencyOut(AgencyRefOut):
    # no contact address: the API gives no e-mail addresses
    city = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    sector = serializers.ChoiceField(Sector.choices)
    level = serializers.ChoiceField(Level.choices)
    country = serializers.CharField(help_text="ISO 3166 code of two letters.")
    updated_at = Moment()
