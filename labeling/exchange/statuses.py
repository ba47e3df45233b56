"""What the status of an assignment says, in the words of crowdsourcing platforms."""

from __future__ import annotations

from labeling.exchange.blocks import Omitted
from labeling.exchange.cells import text_of

_NOT_TAKEN = {
    "rejected": Omitted.ASSIGNMENT_REJECTED,
    **dict.fromkeys(("skipped", "expired", "active", "abandoned", "returned"), Omitted.ASSIGNMENT_UNFINISHED),
}


def status_of(cell: object) -> Omitted | None:
    """Why the work of this status is not taken; None where it is, or where nothing is known of the word.

    >>> status_of("REJECTED"), status_of("Approved"), status_of(None)
    (<Omitted.ASSIGNMENT_REJECTED: 'assignment_rejected'>, None, None)
    """
    return _NOT_TAKEN.get(text_of(cell).strip().casefold())
