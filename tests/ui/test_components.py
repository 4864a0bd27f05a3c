"""Components: small fragments, one per variant that a page relies on."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def draw(source: str, **context: object) -> str:
    """Return what a template draws, in one line."""
    return " ".join(Template(source).render(Context(context)).split())


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "Tuesday 24 November 2026, today"),
        (date(2026, 11, 25), "Wednesday 25 November 2026, tomorrow"),
        (date(2026, 11, 23), "Monday 23 November 2026, yesterday"),
        (date(2026, 11, 27), "Friday 27 November 2026, in 3 days"),
        (date(2026, 11, 11), "Wednesday 11 November 2026, 13 days ago"),
        (date(2026, 12, 14), "Monday 14 December 2026, in 3 weeks"),
        (date(2027, 6, 12), "Saturday 12 June 2027, in 7 months"),
        (date(2029, 11, 24), "Saturday 24 November 2029, in 3 years"),
    ],
)
def test_date_is_said_as_people_say_it(day: date, words: str) -> None:
    with time_machine.travel(TODAY, tick=False):
        assert draw("{{ day|day }}", day=day) == words


def test_moment_just_before_midnight_in_utc_is_tomorrow_here() -> None:
    with time_machine.travel(TODAY, tick=False):
        html = draw("{% when at %}", at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))

    assert html == (
        '<time datetime="2026-11-24T23:30:00+00:00" title="Wednesday 25 November 2026, 00:30 CET">'
        "Wednesday 25 November 2026, tomorrow</time>"
    )


def test_no_date_is_nothing() -> None:
    assert draw("{% when none %}{{ none|day }}{{ none|short_day }}{{ none|distance }}", none=None) == ""


@pytest.mark.parametrize(
    ("given", "label", "tone"),
    [
        ("RED", "TLP:RED", "red"),
        ("AMBER+STRICT", "TLP:AMBER+STRICT", "amber"),
        ("AMBER_STRICT", "TLP:AMBER+STRICT", "amber"),
        ("tlp:green", "TLP:GREEN", "green"),
        ("CLEAR", "TLP:CLEAR", "clear"),
    ],
)
def test_marking_is_written_as_first_prescribes(given: str, label: str, tone: str) -> None:
    assert draw("{% tlp given %}", given=given) == f'<span class="tlp tlp--{tone}" translate="no">{label}</span>'


def test_short_approach_keeps_its_word_for_readers() -> None:
    html = draw('{% approach "VF" short=True %}')

    assert 'title="victim-focused">VF</span>' in html
    assert '<span class="govuk-visually-hidden">victim-focused</span>' in html


def test_state_has_a_word_and_a_tone() -> None:
    assert draw('{% state "Overdue" "act" %}') == '<span class="state state--act">Overdue</span>'


def test_words_of_people_are_escaped() -> None:
    html = draw("{% state word %}{% empty_state word %}{% timeline items %}", word="<b>", items=[{"title": "<i>"}])

    assert "<b>" not in html
    assert "<i>" not in html


def test_action_button_posts_with_hidden_fields_and_says_what_it_acts_on() -> None:
    html = draw('{% action_button "Accept" "/go/" about="the promise" version=3 %}', csrf_token="abc")

    assert '<form method="post" action="/go/">' in html
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="abc">' in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert '>Accept<span class="govuk-visually-hidden"> the promise</span></button>' in html


def test_a_compared_text_marks_what_is_different_and_escapes_it() -> None:
    pieces = [SimpleNamespace(text="<b>as ", is_changed=False), SimpleNamespace(text="<i>was", is_changed=True)]
    assert draw('{% compared words "del" %}', words=pieces) == "&lt;b&gt;as <del>&lt;i&gt;was</del>"


def test_query_keeps_filters_and_starts_again_at_the_first_page() -> None:
    request = RequestFactory().get("/", {"status": "late", "q": "scan", "cursor": "xyz"})

    query = draw('{% query_replace sort="-due_on" q="" %}', request=request)

    assert QueryDict(query.removeprefix("?").replace("&amp;", "&")).dict() == {"status": "late", "sort": "-due_on"}


@pytest.mark.parametrize(
    ("current", "aria", "target"),
    [("", "", "due"), ("due", ' aria-sort="ascending"', "-due"), ("-due", ' aria-sort="descending"', "due")],
)
def test_column_head_says_how_it_is_sorted_and_turns_round(current: str, aria: str, target: str) -> None:
    request = RequestFactory().get("/", {"sort": current} if current else {})

    html = draw('{% sort_header "due" "Due" %}', request=request)

    assert html == f'<th scope="col"{aria}><a class="sort" href="?sort={target}">Due</a></th>'


def test_breadcrumbs_end_with_this_page() -> None:
    html = draw('{% breadcrumbs "Partnerships" "/partnerships/" "Members" %}')

    assert '<a class="govuk-breadcrumbs__link" href="/partnerships/">Partnerships</a>' in html
    assert 'aria-current="page">Members</li>' in html


def test_facts_without_a_value_are_left_out() -> None:
    html = draw("{% summary_list rows %}", rows=[{"key": "Evidence", "value": ""}, {"key": "Open", "value": 0}])

    assert "Evidence" not in html
    assert "Open" in html


def test_pages_without_neighbours_draw_nothing() -> None:
    assert draw('{% pagination "" "" %}') == ""
