"""Pages as PDF, where the server can make them. WeasyPrint is optional: it needs Pango, a library of the system."""

import logging
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
STYLE = "paper.css"


@cache
def makes_pdf() -> bool:
    """Say whether this server can make PDF files; pages offer one only then."""
    try:
        # here, because importing it fails where Pango is missing, and nothing else needs it
        import weasyprint  # noqa: F401, PLC0415
    except (ImportError, OSError) as error:
        logger.warning("no PDF: WeasyPrint or Pango is missing (%s)", type(error).__name__)
        return False
    return True


def pdf_response(request: HttpRequest, template: str, context: dict[str, Any], *, name: str, back: str) -> HttpResponse:
    """Return a page as a PDF file; where the server cannot make one, a page that says so (501), and how to print.

    Args:
        template: of a whole page, laid out for paper.
        name: of the file, without its ending.
        back: address of the page that shows the same, and prints well.
    """
    if not makes_pdf():
        return render(request, "ui/no_pdf.html", {"back": back}, status=HTTPStatus.NOT_IMPLEMENTED)
    from weasyprint import CSS, HTML  # noqa: PLC0415

    page = HTML(string=render_to_string(template, context, request), url_fetcher=_nothing)
    response = HttpResponse(
        page.write_pdf(stylesheets=[CSS(string=_style(), url_fetcher=_nothing)], pdf_variant="pdf/ua-1"),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _style() -> str:
    path = finders.find(STYLE)
    if not isinstance(path, str):
        raise FileNotFoundError(STYLE)
    return Path(path).read_text(encoding="utf-8")


def _nothing(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Refuse to fetch anything: what a page holds is all that goes into its PDF."""
    raise ValueError(f"a PDF fetches nothing, {url[:40]} neither")
