"""Bank, phone company, marketplace and insurer: sentences written before the rules that are to find what they hold."""

from __future__ import annotations

from tests.labeling.privacy.support.english import ENGLISH
from tests.labeling.privacy.support.plain import PLAIN
from tests.labeling.privacy.support.pool import POOL
from tests.labeling.privacy.support.russian import RUSSIAN

TEMPLATES = [line.replace("~", "\n") for line in (*RUSSIAN, *ENGLISH, *PLAIN)]

__all__ = ["POOL", "TEMPLATES"]
