"""The words that stand in the database, in code and on screen, each once."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do in one project."""

    ASSESSOR = "assessor"
    EXPERT = "expert"
    LEAD = "lead"


class Standing(StrEnum):
    """Whether a member may work now."""

    ACTIVE = "active"
    PAUSED = "paused"
    BANNED = "banned"


class ChunkKind(StrEnum):
    """A portion of real work, or one of golden items only, passed before real work."""

    WORK = "work"
    QUALIFICATION = "qualification"


class ChunkOutcome(StrEnum):
    """What became of a closed chunk; answers of a suspended one never count."""

    ACCEPTED = "accepted"
    SUSPENDED = "suspended"
    PASSED = "passed"
    FAILED = "failed"


class ContestOutcome(StrEnum):
    """What the expert made of an objection to a golden label."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class PauseReason(StrEnum):
    """Why a member was paused."""

    LEAD = "lead"
    GOLDEN_FLOOR = "golden_floor"
    QUALIFICATION = "qualification"


class LeaseState(StrEnum):
    """The life of a right to label one item."""

    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    RELEASED = "released"


class SkipReason(StrEnum):
    """Why an assessor passed an item by."""

    NOT_TEXT = "not_text"
    FOREIGN_LANGUAGE = "foreign_language"
    SEVERAL_CLASSES = "several_classes"
    NO_CLASS = "no_class"
    PERSONAL_REASONS = "personal_reasons"
    OTHER = "other"


class ItemState(StrEnum):
    """Derived, never stored."""

    UNLABELED = "unlabeled"
    IN_PROGRESS = "in_progress"
    DISPUTED = "disputed"
    AGREED = "agreed"
    ADJUDICATED = "adjudicated"
    GOLDEN = "golden"


class LabelSource(StrEnum):
    """Where a final label comes from, strongest first."""

    ADJUDICATION = "adjudication"
    GOLDEN = "golden"
    CONSENSUS = "consensus"


class SuggestionPolicy(StrEnum):
    """When an assessor sees the junior's suggestion."""

    HIDDEN = "hidden"
    BEFORE = "before"
    AFTER = "after"
    EXPERIMENT = "experiment"


class PiiPolicy(StrEnum):
    """Whether personal data is masked when texts come in."""

    KEEP = "keep"
    MASK = "mask"


class Verdict(StrEnum):
    """What an expert said of an item; only a label settles it."""

    LABEL = "label"
    SENT_BACK = "sent_back"
    UNCLEAR = "unclear"
    WITHDRAWN = "withdrawn"


class Route(StrEnum):
    """How an item came before an expert. On the card they all look the same."""

    SUSPICION = "suspicion"
    AUDIT = "audit"
    BATCH = "batch"
    SECOND = "second"
    DISPUTE = "dispute"
    HAND = "hand"


class RunKind(StrEnum):
    """What was computed from the facts."""

    ANALYSIS = "analysis"
    GAIN = "gain"


class RunState(StrEnum):
    """The life of a computation."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
