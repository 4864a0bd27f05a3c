"""What people fill in about agreements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import DayInput, ReasonForm
from partnership.agreements.models import Clause, ClauseKind, Kind, Version
from partnership.membership.choices import MemberChoice
from partnership.membership.models import Membership, Partnership


class DatesForm(forms.Form):
    review_on = forms.DateField(
        label=_("Review date"), widget=DayInput(), help_text=_("By then the members look at it again.")
    )
    ends_on = forms.DateField(
        label=_("Ends on"),
        widget=DayInput(),
        required=False,
        help_text=_("Leave empty if it goes on until it is ended."),
    )


class NoticeForm(DatesForm):
    notice_days = forms.IntegerField(
        label=_("Days of notice of a member that leaves"),
        min_value=1,
        max_value=730,
        required=False,
        help_text=_("Leave empty if the agreement asks for none."),
    )


class AgreementForm(NoticeForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose a kind")), *Kind.choices])
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As members call it. It cannot be changed later.")
    )
    with_usual_headings = forms.BooleanField(
        label=_("Begin with the usual headings"), required=False, initial=True,
        help_text=_("Sentences with gaps, for you to replace."),
    )  # fmt: skip
    field_order = ("kind", "title", "review_on", "ends_on", "notice_days", "with_usual_headings")


class RevisionForm(NoticeForm):
    change_note = forms.CharField(
        label=_("What changed"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version.number == 1:
            del self.fields["change_note"]


class NextVersionForm(DatesForm):
    change_note = forms.CharField(
        label=_("What changes"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In a sentence, so that members know what to look at."),
    )
    is_material = forms.TypedChoiceField(
        label=_("Do members sign anew?"),
        choices=[
            ("yes", _("Yes: it changes parties, purpose, duties, what is shared, or how long it runs")),
            ("no", _("No: it makes the same clearer")),
        ],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    field_order = ("change_note", "is_material", "review_on", "ends_on")


class ClauseForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ClauseKind)
    heading = forms.CharField(label=_("Heading"), max_length=200)
    text = forms.CharField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}))
    number = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=500, required=False,
        help_text=_("Its place. Leave empty to put it at the end; the others move."),
    )  # fmt: skip


class SignatoryForm(forms.Form):
    membership = MemberChoice(Membership.objects.none(), label=_("Member"), empty_label=_("Choose a member"))
    function = forms.CharField(
        label=_("Function"), max_length=100, help_text=_("Who signs for it: mayor, chief of police, director.")
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = partnership.memberships.active().select_related("agency").by_agency_name()
        self.fields["membership"].queryset = members  # type: ignore[attr-defined]


class SignForm(forms.Form):
    # which text was read: it may have been taken back and changed since this page was opened
    version_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    function = forms.CharField(label=_("I sign as"), max_length=100)
    mandate_basis = forms.CharField(
        label=_("By what decision or law may you sign"),
        max_length=300,
        help_text=_("For example: decision of the board of 3 March 2026, number 12."),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Entered again, because your signature binds your agency."),
    )

    def __init__(self, *args: Any, functions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if functions:
            self.fields["function"] = forms.ChoiceField(
                label=_("I sign as"), choices=[(function, function) for function in functions]
            )
            self.order_fields(["version_hash", "function", "mandate_basis", "password"])


class ForceForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it comes into force all the same"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, *args: Any, unsettled: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unsettled:
            del self.fields["reason"]


class ConfirmForm(ReasonForm):
    review_on = forms.DateField(label=_("Next review date"), widget=DayInput())
    field_order = ("review_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What the review found")


class RemarkForm(forms.Form):
    clause = forms.ModelChoiceField(
        Clause.objects.none(),
        label=_("About"),
        required=False,
        empty_label=_("The whole text"),
        to_field_name="public_id",
    )
    text = forms.CharField(
        label=_("Remark of your agency"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("All members read it."),
        error_messages={"required": _("Write what your agency thinks.")},
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = version.clauses.order_by("number")  # type: ignore[attr-defined]


class AnnexForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("A name that is there already gets its next version.")
    )
    text = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))
    change_note = forms.CharField(label=_("What changed"), max_length=300, required=False)
