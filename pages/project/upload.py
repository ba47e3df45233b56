"""A place to drop a file, in the reader's language: Streamlit's own words there are English and can't be set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.words import t

_STYLE = """<style>
.stFileUploader section button p, [data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0; }}
.stFileUploader section button p::after {{ content: "{choose}"; font-size: .875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span {{ white-space: normal; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{formats}"; font-size: .875rem; }}
</style>"""


def upload(label: str, endings: Sequence[str], *, about: str, key: str) -> Any:
    """The file that was chosen, or None."""
    formats = ", ".join(ending.upper() for ending in endings)
    st.html(_STYLE.format(choose=t("upload.choose"), formats=t("upload.formats", formats=formats)))
    return st.file_uploader(label, type=list(endings), help=about, key=key)
