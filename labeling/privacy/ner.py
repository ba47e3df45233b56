"""People as natasha's network finds them: Slovnet's NER with Navec's vectors, both inside the wheel of natasha."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)


def people(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Start and end of each person's name, text by text; the network was trained on Russian news.

    >>> people(["Меня зовут Анна Ивановна"])
    [[(11, 24)]]
    """
    spans: list[list[tuple[int, int]]] = [[] for _ in texts]
    russian = [at for at, text in enumerate(texts) if _RUSSIAN.search(text)]
    for at, markup in zip(russian, _network().map([texts[at] for at in russian]), strict=True):
        spans[at] = [(span.start, span.stop) for span in markup.spans if span.type == "PER"]
    return spans


def data() -> Path:
    """Where the wheel of natasha keeps models and lists of names."""
    # The package itself is not imported: its morphology wants setuptools, which we don't need.
    spec = importlib.util.find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name="natasha")
    return Path(spec.submodule_search_locations[0]) / "data"


@cache
def _network() -> Any:
    from navec import Navec
    from slovnet import NER

    network = NER.load(str(data() / "model" / "slovnet_ner_news_v1.tar"))
    network.navec(Navec.load(str(data() / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")))
    return network
