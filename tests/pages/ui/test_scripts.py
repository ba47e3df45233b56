"""The components' scripts as the browser gets them: joined into one module each."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pages.ui.card import joined
from tests.js.parts import COMPONENTS


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
@pytest.mark.parametrize("name", COMPONENTS)
def test_the_joined_parts_are_one_valid_module(name: str, tmp_path: Path) -> None:
    """Each part may be sound and the whole not: a name declared twice, a second default export."""
    module = tmp_path / f"{name}.mjs"
    module.write_text(joined(COMPONENTS[name]), encoding="utf-8")
    checked = subprocess.run(["node", "--check", module], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
