"""What an export of pairs to train on has, what it leaves out and why, and whether a model could win by a short cut."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import LabelKind
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import TRAINING, ExportFormat, ExportOptions
from labeling.projects.projects import Project
from labeling.quality.preferences.chosen import Format, training_rows
from pages.ui.figures import number
from pages.ui.preferences import Asked, draw_check, kept_of, left_out
from pages.ui.words import t


def draw_training(
    project: Project, what: ExportContent, format: ExportFormat, options: ExportOptions, *, of_now: bool
) -> None:
    """Of final labels of pairs; nothing of other exports. ``of_now``: the consensus is of the newest votes."""
    if project.kind is not LabelKind.PAIR or what is not ExportContent.FINAL:
        return
    sure = options.min_probability or 0.0
    asked = Asked(project, sure, of_now)
    found = asked.found
    if found is None:
        asked.wait()
        return
    if format in TRAINING:
        said = [t("export.training", n=kept_of(found), pairs=number(len(found.found)))]
        said += [t("export.training_left", left=left) for left in [left_out(found)] if left]
        if format is ExportFormat.KTO:
            labels = training_rows(found.found, Format.KTO, sure=sure)["label"]
            good = int(labels.sum())
            said.append(t("export.training_labels", good=number(good), bad=number(len(labels) - good)))
        if options.only_adjudicated or options.split is not None:
            said.append(t("export.training_all"))
        st.text(" ".join(said))
    draw_check(found)
