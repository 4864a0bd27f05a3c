"""Layout, error pages and gallery: what they must do even when nothing else works."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from foundation.ui.gallery import PAGES, gallery

ROOT = Path(settings.BASE_DIR)
STANDALONE = ("400.html", "403_csrf.html", "500.html", "503.html")


@pytest.fixture
def request_of_nobody() -> HttpRequest:
    request = RequestFactory().get("/ui/")
    request.session = SessionStore()
    request.actor = None
    return request


@pytest.mark.parametrize("template", [*STANDALONE, "403.html", "404.html", "405.html"])
def test_error_page_needs_no_request(template: str) -> None:
    html = render_to_string(template)

    assert "{{undefined" not in html
    assert "Nothing was changed" in html or "lost" in html


@pytest.mark.parametrize("template", STANDALONE)
def test_page_for_bad_times_needs_no_script_and_no_session(template: str) -> None:
    html = render_to_string(template)

    assert "<script" not in html
    assert "<form" not in html


@pytest.mark.parametrize("page", ["", *PAGES])
def test_gallery_shows_every_page_with_nothing_undefined(page: str, request_of_nobody: HttpRequest) -> None:
    request_of_nobody.GET = request_of_nobody.GET.copy()
    request_of_nobody.GET["page"] = page

    html = gallery(request_of_nobody).content.decode()

    assert "{{undefined" not in html
    assert html.count("<h1") == 1
    assert html.count('id="main"') == 1


def test_no_page_holds_inline_script_or_style(request_of_nobody: HttpRequest) -> None:
    html = gallery(request_of_nobody).content.decode()

    assert " style=" not in html
    assert "<style" not in html
    assert " onclick" not in html
    assert "<script>" not in html


def test_signed_in_head_shows_who_and_how_much_is_unread(request_of_nobody: HttpRequest) -> None:
    request_of_nobody.actor = SimpleNamespace(person_name="Amina Yildiz", agency_name="Municipality", role="lead")

    html = render_to_string(
        "ui/header.html", {"request": request_of_nobody, "unread_notices": 100, "nav_current": "inbox"}
    )

    assert "Amina Yildiz" in html
    assert "99+" in html
    assert '<a href="/inbox/" data-key="i" aria-current="true">' in html
    assert 'method="post"' in html


def test_signed_out_head_offers_no_rooms(request_of_nobody: HttpRequest) -> None:
    html = render_to_string("ui/header.html", {"request": request_of_nobody})

    assert "Sign in" in html
    assert "/partnerships/" not in html


def test_printed_note_says_who_printed_it(request_of_nobody: HttpRequest) -> None:
    request_of_nobody.actor = SimpleNamespace(person_name="Amina Yildiz", agency_name="Municipality", role="lead")

    template = Template('{% marking_bar "RED" "" "bottom" %}')
    html = template.render(Context({"request": request_of_nobody}))

    assert "Printed by Amina Yildiz, Municipality" in html


def test_npm_lock_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text()

    assert "http" not in lock
    assert '"resolved"' not in lock
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


@pytest.mark.skipif(not (ROOT / "build/static/concord.css").exists(), reason="assets are not built")
def test_style_sheet_asks_no_other_host_for_anything() -> None:
    css = (ROOT / "build/static/concord.css").read_text()

    assert "url(http" not in css
    assert "url(//" not in css
    assert "GDS Transport" not in css
    assert "crest" not in css
