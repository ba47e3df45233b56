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
