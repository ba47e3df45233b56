"""The one error base of the product: a code that pages turn into a sentence, and the facts it speaks of."""

from __future__ import annotations


class LabelingError(Exception):
    """A refusal a reader can act on.

    ``code`` is stable and translated by the pages (catalog key ``error.<code>``); ``details`` fill the
    sentence's places.

    >>> error = LabelingError("unknown_label", label="joy")
    >>> error.code, error.details["label"]
    ('unknown_label', 'joy')
    >>> str(error)
    "unknown_label (label='joy')"
    """

    # Whether its text is about the program alone: then logs may tell it, otherwise they tell the code.
    is_technical = False

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        facts = ", ".join(f"{name}={value!r}" for name, value in details.items())
        super().__init__(f"{code} ({facts})" if facts else code)
