"""The text of a note is shown as what its Markdown says, and never as what somebody smuggled into it."""

import re

import pytest

from foundation.requests import FORMULA_STARTS, csv_response
from infosharing.notes.text import render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<a href="javascript:alert(1)">click</a>',
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&#58;alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](x onerror=alert(1))",
    '[click](https://example.org "onmouseover=alert(1) x=\\"")',
    "<style>body{display:none}</style>",
    "<form action=https://example.org><input name=password></form>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
]
ALLOWED = re.compile(r"</?(p|strong|em|a|ul|ol|li|table|thead|tbody|tr|th|td|h\d|code|pre|blockquote|br|hr|del|s)\b")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_or_asks_survives(text: str) -> None:
    html = str(render(text))
    tags = re.findall(r"<[^>]*>", html)
    assert all(ALLOWED.match(tag) for tag in tags), html
    assert not any(re.search(r"\s(on\w+|style|srcdoc)\s*=", re.sub(r'"[^"]*"', '""', tag)) for tag in tags), html
    assert not any(re.search(r'(href|src)="\s*(javascript|data|vbscript)', tag, re.IGNORECASE) for tag in tags), html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See ![the quay](https://pictures.example/quay.png)", '<a href="https://pictures.example/quay.png"'),
        ("![](https://pictures.example/quay.png)", ">picture</a>"),
        ("[![the quay](https://pictures.example/quay.png)](https://quay.example)", ">the quay</a>"),
    ],
)
def test_a_picture_is_a_link_and_leaves_no_mark_behind(text: str, shown: str) -> None:
    html = str(render(text))
    assert shown in html
    assert "!" not in html
    assert "<img" not in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    table = csv_response("name", ("title",), [(f"{start}1+1",)]).content.decode()
    assert f"'{start}" in table
