"""What a server of a model says goes to a lead, and what it quotes doesn't."""

from __future__ import annotations

import json

from labeling.junior.rejection import reason_of
from labeling.junior.request import ClassNote, build

MARKER = "Мария Ыжова +7 912 345-67-89"


def test_what_a_server_of_a_model_quotes_is_not_kept() -> None:
    request = build(f"Я {MARKER}, где карта?", model="m", classes=[ClassNote("a", "A")])
    for echoed in (json.dumps(list(request.messages)), str(list(request.messages)), f"can't read {MARKER}!"):
        said = reason_of(f"Incorrect key sk-12345: {echoed}", request, "sk-12345")
        assert "Ыжова" not in said and "345-67-89" not in said and "042b" not in said
        assert said.startswith("Incorrect key …: ")
