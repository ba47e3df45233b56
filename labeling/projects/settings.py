"""The settings of a project: each declared once, with its type, its default, its bounds and where it is changed.

Reading, checking and changing them, their defaults and the page of settings follow from :class:`Settings`; the table has the
same defaults. Leads change them, each change of one is an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from db.vocabulary import LabelKind, PiiPolicy, SuggestionPolicy
from labeling.errors import LabelingError


class Kind(StrEnum):
    """What is typed in."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    SWITCH = "switch"
    CHOICE = "choice"
    COLUMNS = "columns"


@dataclass(frozen=True)
class Setting:
    """What may be set, and where.

    ``least`` and ``most`` bound a number; ``offered`` is what a page offers at most where nothing bounds it. ``group`` is its
    place on the page of settings; None: another page changes it. ``wanted``: a change sets anew what is wanted of each item.
    """

    name: str
    kind: Kind
    default: Any
    group: str | None = None
    least: float | None = None
    most: float | None = None
    offered: float | None = None
    step: float = 1
    wanted: bool = False

    def read(self, stored: Any) -> Any:
        """A value as the database gives it, in its own type."""
        if self.kind is Kind.COLUMNS:
            return tuple(stored or ())
        return type(self.default)(stored) if self.kind is Kind.CHOICE else stored

    def check(self, value: Any) -> None:
        """Raises LabelingError ``bad_setting`` for a number out of bounds."""
        if value is None:
            return
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            raise LabelingError("bad_setting", name=self.name, value=value, least=self.least)


def _declared(kind: Kind, default: Any = None, group: str | None = None, **about: Any) -> Any:
    return field(default=default, metadata={"kind": kind, "group": group, **about})


def _count(default: int, group: str, least: int, *, most: int | None = None, offered: int, wanted: bool = False) -> Any:
    return _declared(Kind.NUMBER, default, group, least=least, most=most, offered=offered, wanted=wanted)


def _share(default: float, group: str) -> Any:
    return _declared(Kind.NUMBER, default, group, least=0.0, most=1.0, offered=1.0, step=0.05)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting, in the order in which pages show them."""

    title_ru: str = _declared(Kind.TEXT, "", "titles")
    title_en: str = _declared(Kind.TEXT, "", "titles")
    # What a label is; of several, whether none of the classes is one, of a tree, whether what has parts is.
    kind: LabelKind = _declared(Kind.CHOICE, LabelKind.SINGLE, "labels")  # noqa: RUF009
    allows_none: bool = _declared(Kind.SWITCH, True, "labels")
    allows_inner: bool = _declared(Kind.SWITCH, True, "labels")
    overlap: int = _count(3, "work", 1, offered=50, wanted=True)
    chunk_size: int = _count(50, "work", 1, offered=500)
    lease_minutes: int = _count(30, "work", 1, offered=1440)
    look_ahead: int = _count(6, "work", 0, most=20, offered=20)
    # Only these keys of an item's metadata reach assessors.
    shown_metadata: tuple[str, ...] = _declared(Kind.COLUMNS, (), "work")
    # What these say in a conversation is no reason for a label.
    unjudged_speakers: tuple[str, ...] = _declared(Kind.COLUMNS, (), "work")
    golden_per_chunk: int = _count(5, "quality", 0, offered=500)
    accuracy_floor: float = _share(0.7, "quality")
    repeats_per_chunk: int = _count(1, "quality", 0, offered=50)
    qualification_size: int = _count(0, "quality", 0, offered=500)
    qualification_tries: int = _count(3, "quality", 1, offered=20)
    # None: nobody has said which share of wrong labels may be handed over.
    error_target: float | None = _declared(Kind.NUMBER, None, "experts", least=0.0, most=1.0, offered=1.0, step=0.01)
    audit_share: float = _share(0.2, "experts")
    second_share: float = _share(0.1, "experts")
    blind_rulings: bool = _declared(Kind.SWITCH, False, "experts")
    suggestion_policy: SuggestionPolicy = _declared(Kind.CHOICE, SuggestionPolicy.HIDDEN, "machines")  # noqa: RUF009
    probe_share: float = _share(0.1, "machines")
    junior_votes: bool = _declared(Kind.SWITCH, False, "machines")
    pii_policy: PiiPolicy = _declared(Kind.CHOICE, PiiPolicy.KEEP, "machines")  # noqa: RUF009
    # Adaptive overlap: both or neither.
    target_probability: float | None = _declared(Kind.NUMBER, wanted=True)
    max_overlap: int | None = _declared(Kind.NUMBER, wanted=True)
    junior_url: str | None = _declared(Kind.TEXT)
    junior_model: str | None = _declared(Kind.TEXT)
    # In millionths of the price table's unit; None sets no limit.
    budget_total: int | None = _declared(Kind.MONEY, least=0)
    budget_month: int | None = _declared(Kind.MONEY, least=0)
    budget_run: int | None = _declared(Kind.MONEY, least=0)

    @property
    def ordinary_per_chunk(self) -> int:
        """How many items of a full chunk are neither golden nor repeats; one at least.

        >>> Settings().ordinary_per_chunk
        44
        """
        return max(self.chunk_size - self.golden_per_chunk - self.repeats_per_chunk, 1)


SETTINGS: Mapping[str, Setting] = {
    declared.name: Setting(declared.name, default=declared.default, **declared.metadata)
    for declared in fields(Settings)
}


def named(kind: Kind) -> tuple[str, ...]:
    """The settings of a kind.

    >>> named(Kind.MONEY)
    ('budget_total', 'budget_month', 'budget_run')
    """
    return tuple(name for name, setting in SETTINGS.items() if setting.kind is kind)


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """These settings, and for the rest their defaults."""
    return {name: setting.default for name, setting in SETTINGS.items()} | dict(settings)


def check_settings(settings: Mapping[str, Any]) -> None:
    """Whether a full set of settings can be.

    Raises LabelingError ``bad_setting``, ``golden_over_chunk``, ``repeats_over_chunk``, ``bad_target`` or ``bad_max_overlap``.
    """
    for name, setting in SETTINGS.items():
        setting.check(settings[name])
    golden, repeats, size = (settings[name] for name in ("golden_per_chunk", "repeats_per_chunk", "chunk_size"))
    if golden > size:
        raise LabelingError("golden_over_chunk", golden=golden, size=size)
    if repeats and golden < size <= golden + repeats:
        raise LabelingError("repeats_over_chunk", golden=golden, repeats=repeats, size=size)
    target, most = settings["target_probability"], settings["max_overlap"]
    if target is not None and not 0 < target < 1:
        raise LabelingError("bad_target", value=target)
    if most is not None and most < settings["overlap"]:
        raise LabelingError("bad_max_overlap", most=most, overlap=settings["overlap"])
