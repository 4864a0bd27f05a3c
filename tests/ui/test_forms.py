"""`{{ form }}` gives a complete form of the kit: labels, hints, errors, and an error summary that leads to them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError

from foundation.ui.forms import HintedRadios, errors_of


class Promise(forms.Form):
    title = forms.CharField(help_text="One line.", max_length=80)
    body = forms.CharField(widget=forms.Textarea, max_length=200, required=False)
    due_on = forms.DateField()
    meeting_at = forms.DateTimeField(required=False)
    agency = forms.ChoiceField(choices=[("police", "Police")])
    marking = forms.ChoiceField(choices=[("RED", "TLP:RED")], widget=HintedRadios(hints={"RED": "Named people."}))
    audience = forms.MultipleChoiceField(choices=[("customs", "Customs")], widget=forms.CheckboxSelectMultiple)
    remind = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise ValidationError("The agreement has ended.")


@pytest.fixture
def empty() -> Promise:
    return Promise({})


def test_error_summary_names_each_field_and_links_to_its_first_input(empty: Promise) -> None:
    errors = errors_of(empty)

    assert [(error.text, error.target) for error in errors] == [
        ("The agreement has ended.", ""),
        ("Title: fill this in.", "id_title"),
        ("Due on: give a date.", "id_due_on"),
        ("Agency: choose one.", "id_agency"),
        ("Marking: choose one.", "id_marking_0"),
        ("Audience: choose at least one.", "id_audience_0"),
        ("Token: fill this in.", ""),
    ]


def test_our_own_message_stands_as_it_was_written(empty: Promise) -> None:
    empty.add_error("due_on", "Choose a date before the agreement ends.")

    assert "Choose a date before the agreement ends." in [error.text for error in errors_of(empty)]


def test_form_begins_with_the_summary_and_holds_hidden_inputs_once(empty: Promise) -> None:
    html = str(empty)

    assert html.startswith('<div class="govuk-error-summary"')
    assert '<a href="#id_marking_0">Marking: choose one.</a>' in html
    assert html.count('name="token"') == 1


def test_untouched_form_has_no_summary() -> None:
    assert "govuk-error-summary" not in str(Promise())


def test_input_is_described_by_its_hint_and_its_error(empty: Promise) -> None:
    html = empty["title"].as_field_group()

    assert '<label class="govuk-label govuk-label--s" for="id_title">Title</label>' in html
    assert '<div class="govuk-hint" id="id_title_helptext">One line.</div>' in html
    assert 'id="id_title_error"' in html
    assert 'class="govuk-input govuk-input--error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html


def test_optional_field_says_so_unless_the_form_has_nothing_but_those() -> None:
    class Filter(Promise):
        show_optional = False

    optional = '<span class="optional">(optional)</span>'
    assert optional in Promise()["body"].as_field_group()
    assert optional not in Promise()["title"].as_field_group()
    assert optional not in Promise()["remind"].as_field_group()
    assert optional not in Filter()["body"].as_field_group()


def test_long_text_is_counted_but_never_cut() -> None:
    html = Promise()["body"].as_field_group()

    assert 'data-module="govuk-character-count" data-maxlength="200"' in html
    assert "maxlength=" not in html.replace("data-maxlength=", "")
    assert 'aria-describedby="id_body-info"' in html


def test_dates_are_in_the_form_that_browsers_read() -> None:
    form = Promise(initial={"due_on": date(2026, 12, 12), "meeting_at": datetime(2026, 12, 12, 13, 5, tzinfo=UTC)})

    assert '<input type="date" name="due_on" value="2026-12-12"' in str(form["due_on"])
    assert '<input type="datetime-local" name="meeting_at" value="2026-12-12T14:05"' in str(form["meeting_at"])


def test_what_was_typed_is_not_lost_when_it_is_refused() -> None:
    html = str(Promise({"title": "Scan <b>", "due_on": "2026-12-12", "audience": ["customs"], "remind": "on"}))

    assert 'value="Scan &lt;b&gt;"' in html
    assert 'value="2026-12-12"' in html
    assert 'value="customs" id="id_audience_0" checked' in html
    assert 'name="remind" class="govuk-checkboxes__input" id="id_remind" checked' in html


def test_choices_are_a_fieldset_with_a_legend_and_hints() -> None:
    html = Promise()["marking"].as_field_group()

    assert '<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">Marking</legend>' in html
    assert 'class="govuk-radios__input" type="radio" name="marking" value="RED"' in html
    assert 'aria-describedby="id_marking_0_hint"' in html
    assert '<div class="govuk-hint govuk-radios__hint" id="id_marking_0_hint">Named people.</div>' in html


def test_a_single_tick_box_has_its_label_behind_it() -> None:
    html = Promise()["remind"].as_field_group()

    assert html.index('type="checkbox"') < html.index("<label")
    assert 'class="govuk-checkboxes__input"' in html


def test_class_of_the_page_is_kept() -> None:
    class Short(forms.Form):
        year = forms.CharField(widget=forms.TextInput(attrs={"class": "govuk-input--width-4"}))

    assert 'class="govuk-input govuk-input--width-4"' in str(Short()["year"])
