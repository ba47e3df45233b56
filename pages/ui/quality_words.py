"""What agreement and golden accuracy mean, in words; and figures in words for whole columns."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.projects.projects import LabelClass
from labeling.quality.agreement import Agreement, Imbalance
from labeling.quality.consensus import Choice
from labeling.quality.figures import Figure, band
from pages.ui.figures import in_words, percent
from pages.ui.progress_words import verdict
from pages.ui.widgets import Card
from pages.ui.words import t, title_of


def agreement_answer(kappa: Figure, golden: Figure, floor: float) -> str:
    """What the agreement page opens with: how far they agree, and that this alone says nothing of being right."""
    agreed = t(f"agreement.band.{band(kappa.value) or 'none'}", figure=in_words(kappa))
    return t(f"agreement.answer.{verdict(golden, floor)}", agreed=agreed, right=in_words(golden), floor=floor)


def agreement_cards(found: Agreement, golden: Figure, floor: float) -> list[Card]:
    """The cards of the agreement page; golden accuracy stands beside the first, the one that misleads most."""
    return [
        (t("agreement.by_items"), in_words(found.by_items), t("agreement.by_items.about")),
        (t("agreement.golden"), in_words(golden), t("agreement.golden.about", floor=floor)),
        (_banded("agreement.kappa", found.kappa), in_words(found.kappa), t("agreement.kappa.about")),
        (_banded("agreement.fleiss", found.fleiss), in_words(found.fleiss), t("agreement.fleiss.about")),
        (_banded("agreement.alpha", found.alpha), in_words(found.alpha), t("agreement.alpha.about")),
        (_banded("agreement.ac1", found.ac1), in_words(found.ac1), t("agreement.ac1.about")),
    ]


def imbalance_warning(lop: Imbalance, classes: Mapping[str, LabelClass]) -> str | None:
    """That raw agreement misleads, where one or two classes have nearly all votes."""
    if not lop.misleading or lop.first is None:
        return None
    first = title_of(classes[lop.first])
    if lop.second is None or not lop.second_share:
        return t("agreement.one_class", first=first, n=lop.n)
    shares = {"share": percent(lop.top_two_share), "most": percent(lop.first_share)}
    return t("agreement.imbalance", first=first, second=title_of(classes[lop.second]), n=lop.n, **shares)


def left_out(found: Agreement) -> str:
    """What the figures rest on, and what was left out."""
    facts = {"items": found.items_used, "single": found.items_single, "empty": found.items_empty}
    return t("agreement.rest", votes=found.votes, unsure=found.abstained, **facts)


def auto_said(choice: Choice) -> str:
    """What ``auto`` chose and why, in a sentence."""
    weights = {name: found.weight for name, found in choice.models.items()}
    ranked = sorted(weights, key=lambda name: -weights[name])
    worth = [f"{t(f'method.{name}')} {percent(weights[name])}" for name in ranked if weights[name] >= 0.005]
    said = t(f"consensus.auto.{choice.reason}", models=", ".join(worth), golden=choice.golden)
    lost = [t(f"method.{name}") for name, found in choice.models.items() if found.excluded is not None]
    return f"{said} {t('consensus.auto.left_out', models=', '.join(lost), n=len(lost))}" if lost else said


def _banded(key: str, value: Figure) -> str:
    found = band(value.value)
    return t(key) if found is None else f"{t(key)} · {t(f'band.{found}')}"
