"""The guide's Markdown as HTML that is safe to put on a page, the same for the guidelines page and for the card."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from labeling.projects.guidelines import Guideline
from labeling.projects.languages import in_language, written_in
from pages.ui.words import say

_ELSEWHERE = {"target": "_blank", "rel": "noopener noreferrer"}


@lru_cache(maxsize=64)
def as_html(body: str) -> str:
    """CommonMark with tables and strikethrough. Nothing in ``body`` gets through as HTML: it is all escaped.

    Links lead to a new tab and only by harmless schemes; headings stand one level lower, under the page's own.
    Pictures are links, but those that stand in the text itself (``data:``): to load one from another site would
    tell it who reads the guide, and when.

    >>> as_html("# A\\n\\n<b>no</b>")
    '<h2>A</h2>\\n<p>&lt;b&gt;no&lt;/b&gt;</p>\\n'
    """
    return str(_parser().render(body))


def guide_html(guide: Guideline, locale: str) -> str:
    """The guide as a reader of ``locale`` gets it; where nobody wrote it in that language, in the other, with a word of that."""
    body, language = in_language(guide, "body", locale)
    if not written_in(guide, "body"):
        return ""
    word = ""
    if language != locale:
        said = say(locale, "guidelines.fallback", language=say(locale, f"language.{language}"))
        word = f"<p><em>{escapeHtml(said)}</em></p>"
    return f'{word}<div lang="{language}">{as_html(body)}</div>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.push("lower_headings", lambda state: _lower_headings(state.tokens))
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("image", _picture)
    return parser


def _lower_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    for name, value in _ELSEWHERE.items():
        tokens[at].attrSet(name, value)
    return renderer.renderToken(tokens, at, options, _env)


def _picture(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    source = str(tokens[at].attrGet("src") or "")
    described = renderer.renderInlineAsText(tokens[at].children or [], options, env) or source
    if source.startswith("data:"):
        return f'<img src="{escapeHtml(source)}" alt="{escapeHtml(described)}">'
    attributes = "".join(f' {name}="{value}"' for name, value in _ELSEWHERE.items())
    return f'<a href="{escapeHtml(source)}"{attributes}>{escapeHtml(described)}</a>'
