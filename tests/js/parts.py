"""Prints, for the tests in JavaScript, which files each component is joined from and in which order."""

from __future__ import annotations

import json
from pathlib import Path

from pages.adjudication.ruling_card import PARTS as RULING
from pages.desk.label_card import PARTS as LABEL
from pages.junior import ask_live

COMPONENTS = {"label": LABEL, "ruling": RULING, "ask": (Path(ask_live.__file__).parent / "ask.js",)}

if __name__ == "__main__":
    print(json.dumps({name: [str(part) for part in parts] for name, parts in COMPONENTS.items()}))
