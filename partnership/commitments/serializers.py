"""How commitments look to a program, and what it may say about one. Public ids alone leave the server."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.agencies.api import AgencyRefOut
from foundation.api.pages import PageQuery
from foundation.api.parsing import Input, Moment
from foundation.files.kinds import Kind
from foundation.words import SAY_WHY
from partnership.approaches import Approach
from partnership.commitments.models import Commitment, Evidence, EvidenceKind, Status
from partnership.membership.serializers import PartnershipRefOut


class DoerOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    function = serializers.CharField(allow_blank=True)


class BlockedOut(serializers.Serializer):
    agency = AgencyRefOut(allow_null=True, help_text="The member that it waits for; null where that is no member.")
    words = serializers.CharField(allow_blank=True, help_text="What else it waits for.")
    reason = serializers.CharField()


class DateAskedOut(serializers.Serializer):
    due_on = serializers.DateField()
    reason = serializers.CharField()


class FileOut(serializers.Serializer):
    name = serializers.CharField(source="file_name")
    kind = serializers.ChoiceField(Kind.choices, source="file.kind")
    size = serializers.IntegerField(source="file.size", help_text="In bytes.")
    sha256 = serializers.CharField(source="file.sha256")


class EvidenceOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(EvidenceKind.choices)
    title = serializers.CharField(help_text="What it shows.")
    link = serializers.CharField(allow_blank=True, help_text="Of a link: begins with https://.")
    file = serializers.SerializerMethodField(help_text="Of a file; people get it on the commitment's page.")
    agency = AgencyRefOut(source="member.agency", help_text="The member that added it.")
    added_at = Moment()

    @extend_schema_field(FileOut(allow_null=True))
    def get_file(self, evidence: Evidence) -> dict[str, Any] | None:
        return dict(FileOut(evidence).data) if evidence.file else None


class CommitmentOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    partnership = PartnershipRefOut()
    agency = AgencyRefOut(source="owner.agency", help_text="The member that promised.")
    person = DoerOut(allow_null=True, help_text="Who does it.")
    contributors = serializers.SerializerMethodField()
    promise = serializers.CharField()
    done_when = serializers.CharField()
    due_on = serializers.DateField()
    date_asked = serializers.SerializerMethodField(
        help_text="Another date that the member asks for before it accepts; null where none waits for an answer."
    )
    times_replanned = serializers.IntegerField(help_text="How often another date was set.")
    status = serializers.ChoiceField(Status.choices)
    blocked = serializers.SerializerMethodField()
    reason = serializers.CharField(help_text="Why it was declined or dropped.")
    evidence = serializers.CharField(help_text="What shows that it is done, in the words of who claimed it.")
    evidence_items = EvidenceOut(many=True, help_text="Links and files, oldest first.")
    verified_by = AgencyRefOut(source="verified_by.agency", allow_null=True, default=None)
    approaches = serializers.ListField(child=serializers.ChoiceField(Approach.choices))
    responsibility = serializers.UUIDField(source="responsibility.public_id", allow_null=True, default=None)
    clause = serializers.UUIDField(source="clause.public_id", allow_null=True, default=None)
    input = serializers.UUIDField(
        source="input.public_id", allow_null=True, default=None, help_text="What a group said, because of which it is."
    )
    competence = serializers.UUIDField(
        source="competence.public_id", allow_null=True, default=None, help_text="What it takes to keep it."
    )
    repeats = serializers.CharField(source="rule", help_text="RFC 5545, without a start; empty if it does not repeat.")
    series = serializers.UUIDField(allow_null=True, help_text="Shared by those that follow each other.")
    needs = serializers.SerializerMethodField()
    created_at = Moment()
    updated_at = Moment()

    @extend_schema_field(DateAskedOut(allow_null=True))
    def get_date_asked(self, commitment: Commitment) -> dict[str, Any] | None:
        if commitment.asked_due_on is None:
            return None
        return {"due_on": commitment.asked_due_on.isoformat(), "reason": commitment.asked_reason}

    @extend_schema_field(AgencyRefOut(many=True))
    def get_contributors(self, commitment: Commitment) -> list[Any]:
        agencies = sorted((member.agency for member in commitment.contributors.all()), key=lambda agency: agency.name)
        return list(AgencyRefOut(agencies, many=True).data)

    @extend_schema_field(BlockedOut(allow_null=True))
    def get_blocked(self, commitment: Commitment) -> dict[str, Any] | None:
        if commitment.status != Status.BLOCKED:
            return None
        agency = AgencyRefOut(commitment.blocker.agency).data if commitment.blocker else None
        return {"agency": agency, "words": commitment.blocker_words, "reason": commitment.blocked_reason}

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_needs(self, commitment: Commitment) -> list[str]:
        return sorted(str(dependency.needs.public_id) for dependency in commitment.dependencies.all())


class CommitmentQuery(PageQuery):
    partnership = serializers.CharField(
        max_length=80, required=False, help_text="Only of this partnership: its id or its slug."
    )
    agency = serializers.UUIDField(required=False, help_text="Only those that this agency promised.")
    status = serializers.ChoiceField(Status.choices, required=False, help_text="Only in this state.")
    due_from = serializers.DateField(required=False, help_text="Only those due on this day or later.")
    due_to = serializers.DateField(required=False, help_text="Only those due on this day or earlier.")


class AcceptIn(Input):
    person = serializers.UUIDField(
        required=False, help_text="Who does it: somebody of your agency. Without it, whoever was proposed."
    )


class ReasonIn(Input):
    reason = serializers.CharField(max_length=500)


class DateIn(Input):
    due_on = serializers.DateField(help_text="By when your agency can do it: today or later, not the date that it has.")
    reason = serializers.CharField(max_length=500)


class DateAnswerIn(Input):
    """Whether the date asked for will do. If not, it says why."""

    agreed = serializers.BooleanField()
    reason = serializers.CharField(max_length=500, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["agreed"] and "reason" not in attrs:
            raise serializers.ValidationError({"reason": ["Say why the date stays."]})
        if attrs["agreed"] and "reason" in attrs:
            raise serializers.ValidationError({"reason": ["Only where the date stays."]})
        return attrs


class ProgressIn(Input):
    """How it stands. Blocked, it says why, and either which agency it waits for or, in words, what else."""

    status = serializers.ChoiceField([Status.IN_PROGRESS, Status.BLOCKED])
    waits_for_agency = serializers.UUIDField(required=False, help_text="An active member other than your agency.")
    waits_for = serializers.CharField(max_length=200, required=False, help_text="What else it waits for.")
    reason = serializers.CharField(max_length=500, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["status"] == Status.BLOCKED:
            if "reason" not in attrs:
                raise serializers.ValidationError({"reason": [SAY_WHY]})
        elif len(attrs) > 1:
            stray = [name for name in attrs if name != "status"]
            raise serializers.ValidationError({name: ["Only with the status blocked."] for name in stray})
        return attrs


class CompletionIn(Input):
    evidence = serializers.CharField(max_length=500, help_text="What shows that it is done.")
    evidence_link = serializers.URLField(
        max_length=500, required=False, help_text="Where to find it; begins with https://."
    )
