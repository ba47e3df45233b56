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


def agreement_cards(agreement: Agreement, golden: Figure, floor: float) -> list[Card]:
    """The cards of the agreement page; golden accuracy stands beside the first, the one that misleads most."""
    return [
        (t("agreement.by_items"), in_words(agreement.by_items), t("agreement.by_items.about")),
        (t("agreement.golden"), in_words(golden), t("agreement.golden.about", floor=floor)),
        (_banded("agreement.kappa", agreement.kappa), in_words(agreement.kappa), t("agreement.kappa.about")),
        (_banded("agreement.fleiss", agreement.fleiss), in_words(agreement.fleiss), t("agreement.fleiss.about")),
        (_banded("agreement.alpha", agreement.alpha), in_words(agreement.alpha), t("agreement.alpha.about")),
        (_banded("agreement.ac1", agreement.ac1), in_words(agreement.ac1), t("agreement.ac1.about")),
    ]


def imbalance_warning(imbalance: Imbalance, classes: Mapping[str, LabelClass]) -> str | None:
    """That raw agreement misleads, where one or two classes have nearly all votes."""
    if not imbalance.misleading or imbalance.first is None:
        return None
    first = title_of(classes[imbalance.first])
    if imbalance.second is None or not imbalance.second_share:
        return t("agreement.one_class", first=first, n=imbalance.n)
    shares = {"share": percent(imbalance.top_two_share), "most": percent(imbalance.first_share)}
    return t("agreement.imbalance", first=first, second=title_of(classes[imbalance.second]), n=imbalance.n, **shares)


def left_out(agreement: Agreement) -> str:
    """What the figures rest on, and what was left out."""
    facts = {"items": agreement.items_used, "single": agreement.items_single, "empty": agreement.items_empty}
    return t("agreement.rest", votes=agreement.votes, unsure=agreement.abstained, **facts)


def auto_sentence(choice: Choice) -> str:
    """What ``auto`` chose and why, in a sentence."""
    weights = {name: model.weight for name, model in choice.models.items()}
    ranked = sorted(weights, key=lambda name: -weights[name])
    weighty = [f"{t(f'method.{name}')} {percent(weights[name])}" for name in ranked if weights[name] >= 0.005]
    sentence = t(f"consensus.auto.{choice.reason}", models=", ".join(weighty), golden=choice.golden)
    excluded = [t(f"method.{name}") for name, model in choice.models.items() if model.excluded is not None]
    if not excluded:
        return sentence
    return f"{sentence} {t('consensus.auto.left_out', models=', '.join(excluded), n=len(excluded))}"


def _banded(key: str, value: Figure) -> str:
    strength = band(value.value)
    return t(key) if strength is None else f"{t(key)} · {t(f'band.{strength}')}"
