"""Markdown in, safe HTML out."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip

# raw HTML off, images off: a picture from elsewhere would tell its host who reads
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(markdown: str) -> SafeString:
    """Return the HTML of a text that somebody wrote.

    Only the elements in `ALLOWED` survive; links keep http, https and mailto alone and tell no referrer.
    """
    html = nh3.clean(
        _markdown.render(markdown),
        tags=ALLOWED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 cleaned on the line above
