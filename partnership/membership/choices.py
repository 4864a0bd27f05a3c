"""Fields in which a member is chosen, called by its agency's name."""

from django import forms

from partnership.membership.models import Membership


class MemberChoice(forms.ModelChoiceField):
    """One member."""

    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name


class MembersChoice(forms.ModelMultipleChoiceField):
    """Several members."""

    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name
