"""Personal data out of texts, Russian and English: numbers, contacts, addresses and names give way to placeholders.

Values are kept nowhere: what comes back holds the masked text, places, kinds and counts.
"""

from __future__ import annotations

from labeling.privacy.masking import Masked, Masker, Span, mask
from labeling.privacy.view import KINDS

__all__ = ["KINDS", "Masked", "Masker", "Span", "mask"]
