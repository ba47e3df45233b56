"""Why rows and answers of a file were left out, in words; what isn't listed is told by its code."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.exchange.blocks import Omitted
from labeling.quality.preferences.chosen import Left

ROWS = {
    "empty": "no text",
    "nested_text": "the text is a list or an object, and no chat; name another column with --text",
    "too_long": "the text is too long",
    "nul": "a NUL character in the text",
    "bad_encoding": "characters outside of the encoding",
    "cells": "more or fewer cells than columns",
    "cell_too_long": "a cell is longer than 131,072 characters",
    "unclosed_quote": "a quote is not closed",
    "bad_quote": "a quote inside of a cell",
    "bad_json": "not JSON",
    "not_an_object": "not a JSON object",
    "bad_metadata": "the metadata is no JSON object",
    "bad_number": "not a number",
    "bad_flag": "neither yes nor no",
    "bad_priority": "the priority is no whole number",
    "id_too_long": "the id is too long",
    "label_too_long": "the label is too long",
    "annotator_too_long": "the annotator's name is too long",
    "unknown_label": "the project has no such class",
    "votes_of_a_person": "the name of an assessor here, whose votes are not taken from a file",
    "no_such_item": "no item has this id, and the row has no text",
    "other_text": "another text stands under this id",
    "older_vote": "older than this annotator's newest vote, which stays",
    "assignment_rejected": "the assignment was rejected",
    "assignment_unfinished": "the assignment was skipped, expired or not handed in",
    "golden_twice": "the file has a golden label of this item already",
}
ANSWERS = {
    Omitted.CANCELLED: "cancelled or discarded by the annotator",
    Omitted.DRAFT: "drafts, not submitted",
    Omitted.PREDICTION: "predictions of models that are no label of this question, or a second one",
    Omitted.OTHER_QUESTION: "answers to other questions, ratings, texts",
    Omitted.SEVERAL_LABELS: "several labels at once",
    Omitted.SPANS: "labels of parts of the text",
    Omitted.RANKING: "rankings, which name no one class",
    Omitted.RANKING_OF_MORE: "rankings of more than two, whose pairs would not be answers of their own",
    Omitted.REJECTED: "rejected labels, which say only what is wrong",
    Omitted.IGNORED: "ignored by the annotator",
    Omitted.NO_LABEL: "answers without a label",
    Omitted.NO_ANNOTATOR: "labels without an annotator",
    Omitted.ASSIGNMENT_REJECTED: "answers of assignments that the requester rejected",
    Omitted.ASSIGNMENT_UNFINISHED: "answers of assignments that were skipped, expired or not handed in",
    Omitted.NOT_UNDERSTOOD: "answers in a form that is not understood",
    Omitted.TIME_NOT_UNDERSTOOD: "times that could not be told; their votes are taken without",
}


_LEFT = {
    Left.NO_VOTE: "nobody said which is better",
    Left.TIE: "tie",
    Left.BOTH_BAD: "both bad",
    Left.UNSURE: "unsure",
    Left.NO_TEXT: "a text is missing",
    Left.SAME_TEXT: "both texts are the same",
}


def reasons_left(counts: Mapping[str, int]) -> str:
    """Why pairs teach nothing, by ``Left``, each with how many they are.

    >>> reasons_left({"tie": 3, "no_vote": 0, "unsure": 1200})
    'tie: 3, unsure: 1,200'
    """
    return ", ".join(f"{why}: {n:,}" for left, why in _LEFT.items() if (n := counts.get(left.value, 0)))
