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


class LabelKind(StrEnum):
    """What a project's labels are: one class, any number of them, one of an order, or which of two candidates is better."""

    SINGLE = "single"
    SEVERAL = "several"
    ORDERED = "ordered"
    PAIR = "pair"


class Gone(StrEnum):
    """Why a code names no class any more: its labels stand for another one's, or don't say which of several."""

    REPLACED = "replaced"
    SPLIT = "split"


class ChangeKind(StrEnum):
    """What was done to the classes; ``undo`` takes an act back."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    RETIRE = "retire"
    UNDO = "undo"


class ItemState(StrEnum):
    """Derived, never stored."""

    UNLABELED = "unlabeled"
    IN_PROGRESS = "in_progress"
    DISPUTED = "disputed"
    AGREED = "agreed"
    ADJUDICATED = "adjudicated"
    GOLDEN = "golden"


class ItemForm(StrEnum):
    """What an item's text is made of: see :mod:`labeling.notation.turns`.

    ``pair``: two candidates, whose speakers are ``first`` and ``second``; all other turns are what both answer.
    """

    TEXT = "text"
    TURNS = "turns"
    PAIR = "pair"


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


# How the act of an undoing begins; what follows is the act that was taken back.
UNDO = "undo:"


class RunKind(StrEnum):
    """What was computed from the facts."""

    ANALYSIS = "analysis"
    GAIN = "gain"
    ASK = "ask"
    EVALUATION = "evaluation"
    COMPARISON = "comparison"
    CONSENSUS = "consensus"


class RunState(StrEnum):
    """The life of a computation."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PromptKind(StrEnum):
    """Who speaks: a language model with this prompt, or the classifier on what is labeled so far."""

    LLM = "llm"
    LOCAL = "local"


class ConfidenceSource(StrEnum):
    """Where a suggestion's confidence comes from, the best first."""

    LOGPROBS = "logprobs"
    SAMPLES = "samples"
    STATED = "stated"
    LOCAL = "local"


class CallPurpose(StrEnum):
    """What a model was asked for."""

    LABEL = "label"
    SAMPLE = "sample"
    REPAIR = "repair"
    LIVE = "live"
    ESTIMATE = "estimate"
    DRAFT = "draft"


class CallState(StrEnum):
    """The life of a paid call: money is reserved before it and settled after it.

    ``unknown``: it was sent and no answer came back, so it may have been paid; it counts at its reservation.
    """

    RESERVED = "reserved"
    SETTLED = "settled"
    FREE = "free"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """The golden items that a prompt is written by, and those it is judged by."""

    DEV = "dev"
    TEST = "test"


class Teacher(StrEnum):
    """Whose labels a classifier learns from, where sources of labels are compared by what they teach."""

    JUNIOR = "junior"
    VOTES = "votes"
    FINAL = "final"
    JUNIOR_ALL = "junior_all"
