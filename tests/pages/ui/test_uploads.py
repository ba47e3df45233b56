"""What Streamlit does to an uploaded file at each run of a page."""

from __future__ import annotations

from copy import deepcopy

from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

import pages.ui.uploads  # noqa: F401


def test_a_file_is_not_copied_and_each_reader_has_a_place_of_its_own() -> None:
    content = b"id,text\n1,a\n" * 1_000
    given = UploadedFile(UploadedFileRec("f1", "texts.csv", "text/csv", content), FileURLs())
    given.seek(100)
    taken = deepcopy(given)
    assert taken.getvalue() is content and taken is not given
    assert (taken.tell(), taken.name, taken.size, taken) == (0, "texts.csv", len(content), given)
