"""What a change would make of the classes and of labels that were given: worked out from the classes alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from db.vocabulary import ChangeKind, LabelKind
from labeling.errors import LabelingError
from labeling.projects.classes import HOTKEYS, LONGEST_CODE, PALETTE, LabelClass, paths
from labeling.quality.kinds.paths import STEP
from labeling.quality.kinds.sets import SEPARATOR

# Of fewer there is nothing to choose.
LEAST_CLASSES = 2


@dataclass(frozen=True)
class Change:
    """What is asked for: ``codes`` are the classes that it is about, ``into`` what they become: one code, or of a split several.

    ``parent`` is the class that a moved one is a part of from then on, None for none.
    """

    kind: ChangeKind
    codes: tuple[str, ...]
    into: tuple[str, ...] = ()
    parent: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Scheme:
    """The classes of a project in their order, retired ones too, and what its labels are.

    ``taken`` are codes that facts stand under whose classes are gone: a new class of that name would get their labels.
    """

    classes: tuple[LabelClass, ...]
    kind: LabelKind
    allows_inner: bool = True
    taken: frozenset[str] = frozenset()

    @property
    def by_code(self) -> dict[str, LabelClass]:
        """The classes by code."""
        return {entry.code: entry for entry in self.classes}

    @property
    def is_tree(self) -> bool:
        """Whether a label may be a class that has others below it, and its votes stand where these are told apart."""
        return self.kind is LabelKind.SINGLE and self.allows_inner and any(entry.parent for entry in self.classes)

    @property
    def has_paths(self) -> bool:
        """Whether codes are paths: that of each class begins with that of the one above."""
        below = [entry for entry in self.classes if entry.parent]
        return bool(below) and all(entry.code.startswith(f"{entry.parent}{STEP}") for entry in below)


@dataclass(frozen=True)
class Plan:
    """``mapping``: what labels of each code stand for from then on, None where they don't say which class.

    ``classes`` are those that there are then, in their order. ``created`` codes are new, and ``back`` says what labels given
    with them stand for should the change be taken back.
    """

    change: Change
    classes: tuple[LabelClass, ...]
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    created: tuple[str, ...] = ()
    back: Mapping[str, str | None] = field(default_factory=dict)


def plan(change: Change, scheme: Scheme) -> Plan:
    """Work a change out.

    Raises LabelingError ``change_of_pair``, ``change_unknown_class``, ``change_code_bad``, ``change_code_taken``,
    ``change_nothing``, ``change_in_itself``, ``change_too_few``, ``change_last_classes``, ``change_cycle``,
    ``change_has_inner`` or ``change_into_inner``.

    >>> classes = tuple(LabelClass(code, code, code, None, "#000000") for code in ("a", "b", "c"))
    >>> made = plan(Change(ChangeKind.MERGE, ("a", "b"), ("d",)), Scheme(classes, LabelKind.SINGLE))
    >>> made.mapping, [entry.code for entry in made.classes]
    ({'a': 'd', 'b': 'd'}, ['d', 'c'])
    """
    if scheme.kind is LabelKind.PAIR:
        raise LabelingError("change_of_pair")
    change = replace(change, codes=tuple(dict.fromkeys(change.codes)), into=tuple(dict.fromkeys(change.into)))
    if not change.codes:
        raise LabelingError("change_too_few", kind=change.kind.value)
    for code in (*change.codes, *([change.parent] if change.parent is not None else ())):
        if code not in scheme.by_code:
            raise LabelingError("change_unknown_class", label=code, classes=list(scheme.by_code))
    planned = _PLANS[change.kind](change, scheme)
    if sum(not entry.retired for entry in planned.classes) < LEAST_CLASSES:
        raise LabelingError("change_last_classes", least=LEAST_CLASSES)
    return planned


def _rename(change: Change, scheme: Scheme) -> Plan:
    code, entry = change.codes[0], scheme.by_code[change.codes[0]]
    if not change.into:
        raise LabelingError("change_too_few", kind=change.kind.value)
    return _called(change, scheme, {code: _placed(change.into[0], entry.parent, scheme)})


def _move(change: Change, scheme: Scheme) -> Plan:
    code, entry = change.codes[0], scheme.by_code[change.codes[0]]
    if change.parent == entry.parent:
        raise LabelingError("change_nothing", label=code)
    if change.parent is not None and code in paths(scheme.classes)[change.parent]:
        raise LabelingError("change_cycle", label=code, parent=change.parent)
    moved = replace(
        scheme, classes=tuple(replace(each, parent=change.parent) if each is entry else each for each in scheme.classes)
    )
    if not scheme.has_paths:
        return Plan(change, moved.classes)
    return _called(change, moved, {code: _placed(code.split(STEP)[-1], change.parent, scheme)})


def _called(change: Change, scheme: Scheme, wanted: Mapping[str, str]) -> Plan:
    """The classes under other codes, and with them those below whose codes begin with theirs."""
    codes = _with_inner(wanted, scheme)
    for code, new in codes.items():
        _check_new(new, scheme, besides=code)
    classes = tuple(_under(entry, codes) for entry in scheme.classes)
    return Plan(change, classes, codes, tuple(codes.values()), {new: code for code, new in codes.items()})


def _with_inner(wanted: Mapping[str, str], scheme: Scheme) -> dict[str, str]:
    codes = dict(wanted)
    for above, new in wanted.items():
        for entry in scheme.classes:
            is_below = entry.code.startswith(above + STEP) and above in paths(scheme.classes)[entry.code]
            if is_below and entry.code not in wanted and entry.code != new:
                codes[entry.code] = new + entry.code.removeprefix(above)
    return codes


def _under(entry: LabelClass, codes: Mapping[str, str]) -> LabelClass:
    """A class with its own code, and that of the one above, as they are called from now on; a title that was the code, too."""
    parent = codes.get(entry.parent, entry.parent) if entry.parent is not None else None
    if entry.code not in codes:
        return replace(entry, parent=parent)
    code = codes[entry.code]
    said, last = {entry.code, entry.code.split(STEP)[-1]}, code.split(STEP)[-1]
    ru, en = (last if title in said else title for title in (entry.title_ru, entry.title_en))
    return replace(entry, code=code, parent=parent, title_ru=ru, title_en=en)


def _merge(change: Change, scheme: Scheme) -> Plan:
    target, sources = _target(change, scheme)
    line = paths(scheme.classes)[target.parent] if target.parent is not None else ()
    if below := [code for code in sources if code in line]:
        # What lies between would have to be above and below it at once.
        raise LabelingError("change_cycle", label=below[0], parent=target.code)
    into, created = target.code, target.code not in scheme.by_code
    codes = _with_inner(dict.fromkeys(sources, into), scheme)
    inner = {new: code for code, new in codes.items() if code not in sources}
    if len(inner) < len(codes) - len(sources):
        raise LabelingError("change_code_taken", label=next(iter(inner)))
    for new in inner:
        _check_new(new, scheme)
    place = sources[0] if created else into
    classes = tuple(
        target if entry.code == place else _under(entry, codes)
        for entry in scheme.classes
        if entry.code == place or entry.code not in {*sources, into}
    )
    if not scheme.allows_inner and any(entry.parent == into for entry in classes):
        raise LabelingError("change_into_inner", label=into)
    made: dict[str, str | None] = {into: None} if created else {}
    return Plan(change, classes, codes, (*made, *inner), {**made, **inner})


def _target(change: Change, scheme: Scheme) -> tuple[LabelClass, list[str]]:
    """The class that others become, as it is then, and those that do."""
    known, into = scheme.by_code, change.into[0] if change.into else ""
    sources = [code for code in change.codes if code != into]
    if change.into and not sources:
        raise LabelingError("change_in_itself", label=into)
    if not change.into or (into not in known and len(sources) < LEAST_CLASSES):
        raise LabelingError("change_too_few", kind=change.kind.value)
    if into in known:
        if known[into].retired:
            in_use = [code for code, entry in known.items() if not entry.retired]
            raise LabelingError("change_unknown_class", label=into, classes=in_use)
        return replace(known[into], parent=_above(known[into], [*sources, into], known)), sources
    first = known[sources[0]]
    parent = _above(first, sources, known)
    code = _placed(into, parent, scheme)
    _check_new(code, scheme)
    last = code.split(STEP)[-1]
    return replace(first, code=code, title_ru=last, title_en=last, retired=False, parent=parent), sources


def _above(entry: LabelClass, gone: Sequence[str], known: Mapping[str, LabelClass]) -> str | None:
    """The nearest class above one that stays."""
    above = entry.parent
    while above is not None and above in gone:
        above = known[above].parent
    return above


def _split(change: Change, scheme: Scheme) -> Plan:
    code, entry = change.codes[0], scheme.by_code[change.codes[0]]
    keeps = scheme.is_tree
    if not keeps and any(other.parent == code for other in scheme.classes):
        raise LabelingError("change_has_inner", label=code)
    parts = [_placed(part, code if keeps else entry.parent, scheme) for part in change.into]
    if len(set(parts)) < LEAST_CLASSES:
        raise LabelingError("change_too_few", kind=change.kind.value)
    for part in parts:
        _check_new(part, scheme)
    taken = {other.hotkey for other in scheme.classes if keeps or other is not entry}
    keys = (key for key in [entry.hotkey, *HOTKEYS] if key is not None and key not in taken)
    colours = [entry.colour, *(colour for colour in PALETTE if colour not in {each.colour for each in scheme.classes})]
    made: list[LabelClass] = []
    for at, part in enumerate(parts):
        key = next(keys, None)
        taken.add(key)
        last, parent = part.split(STEP)[-1], code if keeps else entry.parent
        made.append(LabelClass(part, last, last, key, colours[at % len(colours)], parent=parent))
    place = scheme.classes.index(entry)
    classes = (*scheme.classes[: place + keeps], *made, *scheme.classes[place + 1 :])
    mapping: dict[str, str | None] = {} if keeps else {code: None}
    return Plan(change, classes, mapping, tuple(parts), dict.fromkeys(parts, code))


def _retire(change: Change, scheme: Scheme) -> Plan:
    retiring = set(change.codes)
    for code in change.codes:
        if scheme.by_code[code].retired:
            raise LabelingError("change_nothing", label=code)
        if any(e.parent == code and not e.retired and e.code not in retiring for e in scheme.classes):
            raise LabelingError("change_has_inner", label=code)
    classes = tuple(replace(entry, retired=True) if entry.code in retiring else entry for entry in scheme.classes)
    # Labels stand for what they were: that it says so tells which classes were retired.
    return Plan(change, classes, {code: code for code in change.codes})


def _placed(code: str, parent: str | None, scheme: Scheme) -> str:
    """A code as the tree has them: with that of the class above before it, where codes are paths."""
    code = code.strip()
    if not scheme.has_paths or parent is None or code.startswith(parent + STEP):
        return code
    return f"{parent}{STEP}{code}"


def _check_new(code: str, scheme: Scheme, *, besides: str | None = None) -> None:
    if not code or len(code) > LONGEST_CODE or SEPARATOR in code:
        raise LabelingError("change_code_bad", label=code, most=LONGEST_CODE)
    if code == besides:
        raise LabelingError("change_nothing", label=code)
    if code in scheme.by_code or code in scheme.taken:
        raise LabelingError("change_code_taken", label=code)


_PLANS: Mapping[ChangeKind, Callable[[Change, Scheme], Plan]] = {
    ChangeKind.RENAME: _rename,
    ChangeKind.MERGE: _merge,
    ChangeKind.SPLIT: _split,
    ChangeKind.MOVE: _move,
    ChangeKind.RETIRE: _retire,
}
