"""No model's server but those that the tests start themselves."""

from __future__ import annotations

import pytest

from labeling import config


@pytest.fixture(autouse=True)
def _no_address_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "JUNIOR_URL", "")
