"""Markdown in, safe HTML out."""

from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def _as_link(renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
    """Show a link in place of a picture: loading one from elsewhere would tell its host who reads."""
    image = tokens[place]
    words = "".join(part.content for part in image.children or []) or "picture"
    opened = [token.nesting for token in tokens[:place] if token.type in {"link_open", "link_close"}]
    if sum(opened):
        # a picture that is a link already leads where its author meant
        return escapeHtml(words)
    return f'<a href="{escapeHtml(str(image.attrs["src"]))}">{escapeHtml(words)}</a>'


# raw HTML off
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.add_render_rule("image", _as_link)


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
