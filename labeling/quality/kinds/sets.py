"""A label of several classes as one code: theirs, in the order of the classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labeling.errors import LabelingError

SEPARATOR = "|"
#: The label of an item that none of the classes fits.
NONE = SEPARATOR
#: Of a code, in characters: as many as are kept, and more than anybody reads.
LONGEST = 1000


def set_code(members: Iterable[str], order: Sequence[str]) -> str:
    """The code of a set of classes; of one class it is its own. Raises LabelingError ``unknown_label``.

    >>> set_code(["joy", "fear", "joy"], ["anger", "fear", "joy"]), set_code(["joy"], ["joy"]), set_code([], ["joy"])
    ('fear|joy', 'joy', '|')
    """
    place = {code: at for at, code in enumerate(order)}
    wanted = set(members)
    if strange := sorted(wanted - place.keys()):
        raise LabelingError("unknown_label", label=strange[0], labels=strange, classes=list(order))
    return SEPARATOR.join(sorted(wanted, key=place.__getitem__)) or NONE


def members(code: str) -> tuple[str, ...]:
    """The classes of a set.

    >>> members("fear|joy"), members("joy"), members("|")
    (('fear', 'joy'), ('joy',), ())
    """
    return tuple(filter(None, code.split(SEPARATOR)))
