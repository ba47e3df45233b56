"""Two versions of a text, side by side in one: what was struck out, what was added, word by word."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from pages.ui.words import t

# So many unchanged lines stand around a change; the rest is only counted.
AROUND = 1
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Colour is not alone: what went is struck through, what came is underlined.
_GONE = '<del style="background:rgba(205,60,60,.16);text-decoration:line-through">{}</del>'
_CAME = '<ins style="background:rgba(30,140,110,.18);text-decoration:underline;text-underline-offset:3px">{}</ins>'
_QUIET = '<p style="opacity:.72;margin:.35rem 0">{}</p>'
_LINE = '<p style="margin:.15rem 0;white-space:pre-wrap;overflow-wrap:anywhere">{}</p>'


def difference(before: str, after: str) -> str:
    """HTML of what changed from ``before`` to ``after``, everything in it escaped; empty where nothing did."""
    old, new = before.splitlines(), after.splitlines()
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if all(tag == "equal" for tag, *_ in codes):
        return ""
    parts: list[str] = []
    for at, (tag, a, b, c, d) in enumerate(codes):
        if tag == "equal":
            parts += _unchanged(old[a:b], first=at == 0, last=at == len(codes) - 1)
        else:
            parts += _changed(old[a:b], new[c:d])
    return "".join(parts)


def _unchanged(lines: Sequence[str], *, first: bool, last: bool) -> list[str]:
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    hidden = len(lines) - head - tail
    shown = [_LINE.format(html.escape(line) or "&nbsp;") for line in lines]
    if hidden <= 1:
        return shown
    return [*shown[:head], _QUIET.format(html.escape(t("difference.same", n=hidden))), *shown[len(lines) - tail :]]


def _changed(old: Sequence[str], new: Sequence[str]) -> list[str]:
    paired = min(len(old), len(new))
    parts = [_LINE.format(_words(before, after)) for before, after in zip(old[:paired], new[:paired], strict=True)]
    parts += [_whole(_GONE, line) for line in old[paired:]]
    parts += [_whole(_CAME, line) for line in new[paired:]]
    return parts


def _whole(mark: str, line: str) -> str:
    return _LINE.format(mark.format(html.escape(line)) if line.strip() else "&nbsp;")


def _words(before: str, after: str) -> str:
    old, new = _WORD.findall(before), _WORD.findall(after)
    parts: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = html.escape("".join(old[a:b])), html.escape("".join(new[c:d]))
        if tag == "equal":
            parts.append(gone)
            continue
        if gone:
            parts.append(_GONE.format(gone))
        if came:
            parts.append(_CAME.format(came))
    return "".join(parts)
