"""What an audit found, in words: divergence as percent, what it means, and what to do next."""

from __future__ import annotations

from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from pages.ui.audit_data import Audited
from pages.ui.figures import in_words, share, share_of
from pages.ui.widgets import Card
from pages.ui.words import t


def target_of(project: Project) -> float:
    """How much divergence the project bears: what its accuracy floor leaves."""
    return 1 - project.accuracy_floor


def audit_answer(audit: Audited | None, is_analysed: bool) -> str:
    """What the page of audits opens with."""
    if audit is None:
        return t("audit.answer.no_audit" if is_analysed else "audit.answer.no_analysis")
    overall = audit.overall
    if overall.before.value is None:
        return t("audit.answer.no_rulings", n=audit.size)
    return t("audit.answer", before=share(overall.before), after=share(overall.after), n=overall.before.n)


def next_step(project: Project, audit: Audited | None, is_analysed: bool) -> tuple[str, str | None]:
    """What to do next, as the last part of a catalog key, and the page where it is done (None: this one)."""
    if audit is None:
        return ("draw", None) if is_analysed else ("analyse", "review/suspicions.py")
    after, target = audit.overall.after, target_of(project)
    if after.high is not None and after.high <= target:
        return "export", "project/export_page.py"
    if audit.ruled < audit.size:
        return "rule", "adjudication/adjudicate.py"
    if after.low is not None and after.low > target:
        return "carry_on", "adjudication/adjudicate.py"
    return "more", None


def audit_cards(audit: Audited, settled: int) -> list[Card]:
    """Before, after, how far the sample is ruled, and all labels with the ``settled`` ones outside of the audit."""
    overall = audit.overall
    about = {"items": overall.items, "found": overall.found}
    cards: list[Card] = [
        (t("audit.before"), share_of(overall.before), t("audit.before_about", **about)),
        (t("audit.after"), share_of(overall.after), t("audit.after_about", **about)),
        (t("audit.ruled"), t("audit.ruled_value", done=audit.ruled, n=audit.size), t("audit.ruled_about")),
    ]
    if settled:
        whole = scaled(overall.after, overall.items / (overall.items + settled))
        cards.insert(2, (t("audit.whole"), share_of(whole), t("audit.whole_about", n=settled)))
    return cards


def scaled(value: Figure, by: float) -> Figure:
    """A share of a part as a share of the whole in which nothing else counts."""
    point, low, high = (None if each is None else each * by for each in (value.value, value.low, value.high))
    return Figure(point, low, high, value.n)


def kappa_card(value: Figure, least: int) -> Card:
    """The experts' kappa, or from how many items on it will be told."""
    known = value.value is not None
    return (t("audit.kappa"), in_words(value), t("audit.kappa_about") if known else t("audit.kappa_few", n=least))
