"""What a lead writes in two languages, for readers of either: where nobody wrote it in theirs, it stands in the other."""

from __future__ import annotations

import re
from typing import Any

LOCALES = ("ru", "en")
# Where the guide's outline leaves something to be written.
_PLACEHOLDER = re.compile(r"\[\[[^\[\]\n]+\]\]")


def placeholders(text: str) -> list[str]:
    """The places of an outline that nobody has filled, as they stand in the text.

    >>> placeholders("Ask yourself: [[a question]]. See [a](b) and [1].")
    ['[[a question]]']
    """
    return _PLACEHOLDER.findall(text)


def written_in(entry: Any, field: str) -> tuple[str, ...]:
    """The languages in which somebody wrote the ``field`` ("title", "description", "body") of a project, a class or a guide.

    A title that repeats the code or the slug stands there for want of one; an outline with its placeholders is no text yet.
    """
    return tuple(locale for locale in LOCALES if _is_written(entry, str(getattr(entry, f"{field}_{locale}"))))


def in_language(entry: Any, field: str, locale: str) -> tuple[str, str]:
    """(text, language): the ``field`` as a reader of ``locale`` gets it, in another language where nobody wrote it in theirs.

    Where it is written in none, what stands in theirs: the code of a class without a title, say.
    """
    written = written_in(entry, field)
    language = locale if locale in written or not written else written[0]
    return str(getattr(entry, f"{field}_{language}")), language


def _is_written(entry: Any, text: str) -> bool:
    codes = {getattr(entry, "code", None), getattr(entry, "slug", None)}
    return bool(text.strip()) and text not in codes and not placeholders(text)
