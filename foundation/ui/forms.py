"""Django forms drawn with the kit's patterns: `{{ form }}` gives error summary and fields, `as_field_group` one field.

Set as FORM_RENDERER. A form may say `show_optional = False` (filters: nothing is required) so that no label says
"(optional)". Write `novalidate` on <form>: our own messages are kinder than the browser's.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, Widget
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

# Django's own widget templates and the kit's class for each; widgets with other templates (the admin's) are left alone.
CLASSES = {
    "django/forms/widgets/text.html": "govuk-input",
    "django/forms/widgets/email.html": "govuk-input",
    "django/forms/widgets/number.html": "govuk-input",
    "django/forms/widgets/url.html": "govuk-input",
    "django/forms/widgets/tel.html": "govuk-input",
    "django/forms/widgets/search.html": "govuk-input",
    "django/forms/widgets/password.html": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "django/forms/widgets/date.html": "govuk-input",
    "django/forms/widgets/datetime.html": "govuk-input",
    "django/forms/widgets/time.html": "govuk-input",
    "django/forms/widgets/textarea.html": "govuk-textarea",
    "django/forms/widgets/select.html": "govuk-select",
    "django/forms/widgets/file.html": "govuk-file-upload",
    "django/forms/widgets/clearable_file_input.html": "govuk-file-upload",
    "django/forms/widgets/checkbox.html": "govuk-checkboxes__input",
}
OURS = {
    "django/forms/widgets/password.html": "ui/forms/widgets/password.html",
    "django/forms/widgets/date.html": "ui/forms/widgets/date.html",
    "django/forms/widgets/datetime.html": "ui/forms/widgets/datetime.html",
    "django/forms/widgets/time.html": "ui/forms/widgets/time.html",
    "django/forms/widgets/select.html": "ui/forms/widgets/select.html",
    "django/forms/widgets/radio.html": "ui/forms/widgets/radios.html",
    "django/forms/widgets/checkbox_select.html": "ui/forms/widgets/checkboxes.html",
}
# what an empty field asks for, by the kind of its widget
ASKED = {
    "select": _("Choose one."),
    "radio": _("Choose one."),
    "checkbox_select": _("Choose at least one."),
    "date": _("Give a date."),
    "file": _("Choose a file."),
    "datetime": _("Give a date and a time."),
}
WITH_ERROR = {"govuk-input", "govuk-textarea", "govuk-select", "govuk-file-upload"}


class FormError(NamedTuple):
    """One error, and the id of the input it is about."""

    text: str
    target: str


class ConcordBoundField(BoundField):
    """A field that knows how the kit draws it."""

    def build_widget_attrs(self, attrs: Mapping[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Add the kit's classes to what Django adds."""
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(dict(attrs), widget)
        kit = CLASSES.get(widget.template_name or "", "")
        own = widget.attrs.get("class", "")
        if kit:
            if self.errors and not widget.is_hidden and (base := kit.split()[0]) in WITH_ERROR:
                kit = f"{kit} {base}--error"
            built["class"] = f"{kit} {own}".strip()
        if isinstance(widget, forms.Textarea):
            built.setdefault("rows", widget.attrs["rows"] if widget.attrs.get("rows") != "10" else "5")
            if self.counts_characters:
                # the kit counts and warns; a hard stop would cut pasted text off
                built["maxlength"] = False
                built["class"] += " govuk-js-character-count"
                built["aria-describedby"] = " ".join(
                    filter(None, (built.get("aria-describedby"), f"{self.auto_id}-info"))
                )
        if kit and self.kind != "search":
            # it is gone as soon as one types: what helps belongs into label and hint
            built["placeholder"] = False
        if isinstance(widget, forms.PasswordInput):
            built.setdefault("spellcheck", "false")
            built.setdefault("autocapitalize", "none")
        return built

    def value(self) -> Any:
        """Return the value, dates in the form that the browser's date inputs read."""
        value = super().value()
        kind = self.kind
        if kind == "datetime" and isinstance(value, datetime):
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return local.strftime("%Y-%m-%dT%H:%M")
        if kind == "date" and isinstance(value, date):
            return (value.date() if isinstance(value, datetime) else value).isoformat()
        if kind == "time" and isinstance(value, time):
            return value.strftime("%H:%M")
        return value

    @cached_property
    def kind(self) -> str:
        """Return the name of Django's template for the widget ("checkbox", "date"), empty for foreign widgets."""
        name = self.field.widget.template_name
        return name.rpartition("/")[2].removesuffix(".html") if name.startswith("django/forms/widgets/") else ""

    @property
    def is_checkbox(self) -> bool:
        return self.kind == "checkbox"

    @property
    def is_password(self) -> bool:
        return self.kind == "password"

    @property
    def counts_characters(self) -> bool:
        """Say whether the kit counts what is typed: long texts with an upper limit."""
        return self.kind == "textarea" and bool(self.max_length) and bool(self.auto_id)

    @property
    def max_length(self) -> int | None:
        return getattr(self.field, "max_length", None)

    @property
    def optional(self) -> bool:
        """Say whether the label should read "(optional)"; a lone tick box is always a choice."""
        return not self.field.required and not self.is_checkbox and getattr(self.form, "show_optional", True)

    @property
    def said_errors(self) -> list[str]:
        """Return the errors in words that ask for something; Django's "this field is required" asks for nothing."""
        return [_said(self, error) for error in self.errors.as_data()]

    @property
    def error_target(self) -> str:
        """Return the id of the first input, to which the error summary links."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.auto_id else "")


class ConcordRenderer(TemplatesSetting):
    """Draws forms from templates/ui/forms/."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = ConcordBoundField

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Draw a form, field or widget, with our template in place of Django's where there is one."""
        return super().render(OURS.get(template_name, template_name), context, request)


class _Hinted:
    """A choice whose options carry a hint each: `hints={"RED": "For the named people only."}`."""

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the hint to Django's option."""
        option = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        if hint := self.hints.get(str(value)):
            option["hint"] = hint
            if option["attrs"].get("id"):
                option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class HintedRadios(_Hinted, forms.RadioSelect):
    """Radio buttons with a hint under each."""


class HintedCheckboxes(_Hinted, forms.CheckboxSelectMultiple):
    """Tick boxes with a hint under each."""


# what Django calls no "valid choice", naming keys that nobody knows
NOT_THERE = {"invalid_choice", "invalid_list", "invalid_pk_value"}
# Django's validators speak of "this value"
ANONYMOUS = {"max_length", "min_length", "max_value", "min_value", "max_digits", "max_decimal_places"}


def errors_of(form: BaseForm) -> list[FormError]:
    """Return every error of a form in the order of its fields, those about the whole form first.

    Django's own messages do not say which field they are about; in a list they get its label.
    """
    if not form.is_bound:
        return []
    found = [FormError(str(text), "") for text in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else getattr(bound, "error_target", bound.id_for_label)
        for error in bound.errors.as_data():
            text = _said(bound, error)
            if error.code in ANONYMOUS or str(next(iter(error))) in _own_messages(bound.field):
                text = f"{bound.label}: {text[0].lower()}{text[1:]}"
            found.append(FormError(text, target))
    return found


def _said(bound: BoundField, error: ValidationError) -> str:
    text, is_own = str(next(iter(error))), str(error.message) in _own_messages(bound.field)
    if is_own and error.code in NOT_THERE:
        return str(_("That choice is not there, or no longer. Choose again from the list."))
    if not is_own or error.code != "required":
        return text
    return str(ASKED.get(getattr(bound, "kind", ""), _("Fill this in.")))


def _own_messages(field: forms.Field) -> set[str]:
    messages = (getattr(kind, "default_error_messages", {}) for kind in type(field).__mro__)
    validators = (getattr(validator, "message", "") for validator in field.validators)
    return {str(text) for group in messages for text in group.values()} | {str(text) for text in validators}
