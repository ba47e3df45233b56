"""What stands before a name, or shows that a capital word is none."""

from __future__ import annotations

import re

from labeling.privacy.lexicon import alternatives

SURE, PEOPLE, LIKELY = (
    re.compile(rf"(?<![^\W\d_])(?:{alternatives('russian', name)})\s?[:,-]?\s{{0,2}}$", re.IGNORECASE)
    for name in ("sure", "people", "likely")
)
PLACE = re.compile(rf"(?<![^\W\d_])(?:{alternatives('russian', 'place')})\s?[«\"„]?$", re.IGNORECASE)
INSIDE = re.compile(r"(?<![^\W\d_])(?:в|во|на|из|до|под)\s$", re.IGNORECASE)
ON = re.compile(r"(?<![^\W\d_])на\s$", re.IGNORECASE)


def begins(before: str) -> bool:
    """Whether a sentence begins here, so that a capital says nothing."""
    before = before.rstrip()
    return not before or not (before[-1].isalnum() or before[-1] in ",-«\"'")
