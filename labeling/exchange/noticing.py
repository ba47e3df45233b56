"""What is noticed of a table and decided by nobody but its owner: columns of annotators, of classes, several of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeling.errors import LabelingError
from labeling.exchange.cells import plain_label, text_of
from labeling.exchange.column_names import label_rank, named_role
from labeling.exchange.one_hot import one_hot_columns
from labeling.exchange.own_tables import derived_columns
from labeling.exchange.wide import annotator_columns

_LONGEST = 120
# A column all of whose cells are different has no classes; in fewer rows nobody can tell.
_TELLING = 12


@dataclass(frozen=True)
class Noticed:
    """``annotators`` look like one column an annotator. ``labels`` all look like labels, the surest first; ``unsure`` says that
    the first is no surer than the second. ``conversations`` counts texts whose lines begin with who speaks. ``one_hot`` look
    like one column a class. ``several`` answers of the first rows name more than one class, where a label is to be one."""

    annotators: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    unsure: bool = False
    conversations: int = 0
    one_hot: tuple[str, ...] = ()
    several: int = 0

    @classmethod
    def restored(cls, fields: Mapping[str, Any]) -> Noticed:
        """The same again, of what its fields have become in JSON."""
        columns: dict[str, Any] = {name: tuple(fields[name]) for name in ("annotators", "labels", "one_hot")}
        return cls(**{**fields, **columns})

    def insist(self, name: str, *, decided: Iterable[str] = (), has_text: bool = True) -> None:
        """Raise LabelingError ``several_label_columns`` where nobody has said which has the labels, ``wide_table`` where
        without the columns of annotators nothing is left to take. ``decided`` are columns of which it was said what they are."""
        if self.unsure and not set(self.labels) & set(decided):
            raise LabelingError("several_label_columns", name=name, columns=list(self.labels))
        if self.annotators and not has_text:
            raise LabelingError("wide_table", name=name, columns=",".join(self.annotators))

    def left(self, taken: Iterable[str]) -> dict[str, Any]:
        """For the report: ``annotator_columns``, ``one_hot_columns`` and ``other_labels`` that were not ``taken``, ``look_alike``
        texts."""
        used = set(taken)
        free = [column for column in self.labels if column not in used]
        return {
            "look_alike": self.conversations,
            "annotator_columns": [] if used.intersection(self.annotators) else list(self.annotators),
            "one_hot_columns": [] if used.intersection(self.one_hot) else list(self.one_hot),
            "other_labels": free if len(free) < len(self.labels) or len(free) > 1 else [],
        }


def notice(names: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> Noticed:
    """What is noticed of the columns ``names`` with these first rows.

    >>> notice(["text", "sentiment", "topic"], [{"text": "hi", "sentiment": "glad", "topic": "card"}])
    Noticed(annotators=(), labels=('sentiment', 'topic'), unsure=True, conversations=0, one_hot=(), several=0)
    >>> notice(["text", "label", "topic"], [{"text": "hi", "label": "glad", "topic": "card"}]).unsure
    False
    """
    ignored = derived_columns(names)
    names = [name for name in names if name not in ignored]
    annotators = annotator_columns(names, sample)
    ranks = {name: rank for name in names if name not in annotators and (rank := label_rank(name)) is not None}
    likely = [name for name, rank in ranks.items() if not rank or _may_be_labels(name, sample)] or list(ranks)
    labels = tuple(sorted(likely, key=ranks.__getitem__))
    one_hot = one_hot_columns([name for name in names if named_role(name) is None], sample)
    unsure = len(labels) > 1 and ranks[labels[0]] == ranks[labels[1]] > 0
    return Noticed(annotators, labels, unsure, one_hot=one_hot)


def _may_be_labels(name: str, sample: Sequence[Mapping[str, Any]]) -> bool:
    words = [word for row in sample if (word := plain_label(text_of(row.get(name))))]
    some_again = len(words) < _TELLING or len(set(words)) < len(words)
    return bool(words) and some_again and max(map(len, words)) <= _LONGEST
