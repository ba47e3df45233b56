"""How far an analysis can be believed: what its classifier is worth, and what each estimate of wrong labels is of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.review.estimates import estimates, part
from pages.ui.audit_data import newest_audit
from pages.ui.figures import figure_of, percent, rough_of, share_of
from pages.ui.items import class_title
from pages.ui.widgets import plain
from pages.ui.words import t


def classifier_speaks(report: Mapping[str, Any]) -> bool:
    """Whether anything can be said from the classifier; an analysis that didn't check it can't tell."""
    return bool((report.get("worth") or {}).get("speaks"))


def classifier_sentence(report: Mapping[str, Any], titled: Mapping[str, LabelClass]) -> str:
    """How often the classifier is right beside always saying the most frequent class, and what to do where it is no better."""
    worth = report.get("worth")
    if not worth:
        return t("review.classifier.unknown")
    right = figure_of(worth["accuracy"])
    if worth.get("near"):
        # What is near earns nearly all, so that the two differ in their decimals.
        tenths = partial(percent, digits=1)
        sentence = t("review.classifier.near", right=rough_of(right, tenths), always=tenths(worth["always"]))
    else:
        frequent, always = class_title(worth["frequent"], titled), percent(worth["always"])
        sentence = t("review.classifier", right=share_of(right), frequent=frequent, always=always)
    return sentence if worth["speaks"] else f"{sentence} {t('review.classifier.silent')}"


def draw_classifier(report: Mapping[str, Any], titled: Mapping[str, LabelClass]) -> None:
    """The same above what rests on it; a warning where nothing does."""
    sentence = plain(classifier_sentence(report, titled))
    if classifier_speaks(report):
        st.caption(sentence)
    else:
        st.warning(sentence, icon=":material/voice_over_off:")


def draw_estimates(project: Project, report: Mapping[str, Any], still_open: pl.DataFrame, items: int) -> None:
    """Where the estimates of wrong labels part: each with what it is of, and the way to the one measurement."""
    health = report.get("overall_health")
    found = estimates(still_open, items, speaks=classifier_speaks(report), health=health)
    if not part(found):
        return
    told = [t(f"review.estimate.{each.source.value}", share=percent(each.share), n=each.n) for each in found]
    audit = newest_audit(project)
    measured = None if audit is None or audit.overall.before.value is None else audit.overall.before
    said = t("review.measured", share=share_of(measured)) if measured else t("review.unmeasured")
    with st.container(border=True):
        st.info(plain(t("review.part", estimates="; ".join(told)) + " " + said), icon=":material/balance:")
        st.page_link("audit/audit.py", label=t("page.audit"), icon=":material/arrow_forward:")
