"""The way to a class of a tree from the top: as a code that is a path, or by whose part each class is."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.errors import LabelingError

#: Between the steps of a path.
STEP = " > "


def written_line(code: str) -> tuple[str, ...]:
    """The paths to each class above one whose code is a path, and its own.

    >>> written_line("a > b"), written_line("a > ")
    (('a', 'a > b'), ('a > ',))
    """
    parts = code.split(STEP)
    if not all(map(str.strip, parts)):
        return (code,)
    return tuple(STEP.join(parts[:depth]) for depth in range(1, len(parts) + 1))


def line_of(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The classes from the top down to one, itself the last; ``parents`` has the one above each that has one.

    Raises LabelingError ``tree_cycle`` where a class is above itself.

    >>> line_of("cat", {"cat": "mammal", "mammal": "animal"})
    ('animal', 'mammal', 'cat')
    """
    line = [code]
    while (above := parents.get(line[-1])) is not None:
        if above in line:
            raise LabelingError("tree_cycle", where="classes", label=above)
        line.append(above)
    return tuple(reversed(line))
