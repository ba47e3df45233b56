"""The demo's model behind HTTP, asked by the product's own client; and who may ask it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from labeling import config
from labeling.demo import llm
from labeling.demo.llm import served_if_wanted, serving
from labeling.demo.model import NAME
from labeling.demo.simulate import guidelines, load_items
from labeling.errors import LabelingError
from labeling.junior.client import Junior
from labeling.junior.completion import Labeled
from labeling.junior.reply import read_reply
from labeling.junior.request import ClassNote, Request, Settings, build
from tests.labeling.demo.loaded import CODES
from tests.labeling.junior.asking import QUICK, Tin

# One that the model reads rightly.
ITEM = load_items()[3]


@pytest.fixture
def url() -> Iterator[str]:
    with serving() as address:
        yield address


def request(text: str = ITEM.text, **settings: Any) -> Request:
    classes = [ClassNote(code, code.title()) for code in CODES]
    return build(text, model=NAME, classes=classes, guide=guidelines("en"), settings=Settings(**settings))


def label(url: str, asked: Request, tin: Tin) -> Labeled:
    async def run() -> Labeled:
        async with Junior(url, "", QUICK) as junior:
            return await junior.label(asked, tin)

    return asyncio.run(run())


def test_the_client_reads_a_label_its_probability_its_reason_and_what_it_took(url: str) -> None:
    tin = Tin()
    said = label(url, request(reasoning=True), tin)
    assert (said.label, said.source, said.flags) == (ITEM.label, "logprobs", ())
    assert said.confidence is not None and 0.5 < said.confidence < 1 and said.reason
    (bill,) = tin.bills
    read, written = tin.reserved[0][1:]
    assert bill.outcome == "ok" and 500 < bill.tokens_in <= read and 5 < bill.tokens_out <= written


def test_samples_and_one_class_alone_are_answered_as_well(url: str) -> None:
    assert label(url, request(samples=3), Tin()).label == ITEM.label
    assert label(url, request(target=ITEM.label), Tin()).label == "yes"


def test_a_stream_comes_in_pieces_and_says_what_it_took(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "_PAUSE", 0.0)
    asked, tin = request(reasoning=True), Tin()

    async def run() -> list[str]:
        async with Junior(url, "", QUICK) as junior:
            return [piece async for piece in junior.stream(asked, tin)]

    pieces = asyncio.run(run())
    assert len(pieces) > 3 and read_reply("".join(pieces), asked).label == ITEM.label
    assert tin.outcomes == ["ok"] and tin.bills[0].tokens_out > 5 and len(tin.answers) == 1


def test_many_at_once_are_answered_by_one_connection_each(url: str) -> None:
    items = load_items()[:120]

    async def run() -> list[Labeled]:
        async with Junior(url, "", QUICK) as junior:
            return await asyncio.gather(*(junior.label(request(item.text), Tin()) for item in items))

    said = asyncio.run(run())
    assert sum(one.label == item.label for one, item in zip(said, items, strict=True)) > 0.7 * len(items)


def test_it_names_itself_simulated_and_refuses_what_it_cannot_read(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [model["id"] for model in httpx.get(f"{url}/models").json()["data"]] == [NAME]
    assert "simulated" in NAME
    posted = {
        path: httpx.post(f"{url}/{path}", content=sent).status_code
        for path, sent in {"chat/completions": b"{}", "embeddings": b"{}"}.items()
    }
    assert posted == {"chat/completions": 400, "embeddings": 404}
    monkeypatch.setattr(llm, "_MOST_BYTES", 10)
    assert httpx.post(f"{url}/chat/completions", content=b"{}" + 10 * b" ").status_code == 413


def test_it_listens_on_the_loopback_address_and_texts_may_go_there_while_it_does() -> None:
    with serving() as url:
        assert url.startswith("http://127.0.0.1:")
        assert config.is_junior_address(url) and config.is_junior_address(config.DEMO_LLM_URL)
        assert config.junior_key(url) == ""
    assert not config.is_junior_address(url) and not config.is_junior_address(config.DEMO_LLM_URL)
    with pytest.raises(LabelingError, match="junior_unreachable"):
        label(url, request(), Tin())


def test_several_processes_serve_one_port_and_the_last_of_them_still_does(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as url:
        port = int(url.split(":")[2].split("/")[0])
        code = f"from labeling.demo.llm import serving\nwith serving({port}) as url: print(url, flush=True); input()"
        other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline().strip() == url
    assert label(url, request(), Tin()).label == ITEM.label
    other.communicate("\n", timeout=30)
    assert other.returncode == 0


def test_nothing_is_served_unless_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as taken:
        monkeypatch.setattr(config, "DEMO_LLM_PORT", int(taken.split(":")[2].split("/")[0]))
    address = f"http://127.0.0.1:{config.DEMO_LLM_PORT}/v1/models"
    monkeypatch.setattr(config, "DEMO_LLM", False)
    with served_if_wanted(), pytest.raises(httpx.ConnectError):
        httpx.get(address)
    monkeypatch.setattr(config, "DEMO_LLM", True)
    with served_if_wanted():
        assert httpx.get(address).status_code == 200


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [({}, False), ({"SVERKA_DEMO_LLM": "on"}, True), ({"SVERKA_DEMO_LLM": "on", "SVERKA_PRODUCTION": "on"}, False)],
)
def test_only_its_setting_switches_it_on_and_never_beside_real_work(environment: dict[str, str], wanted: bool) -> None:
    code = "from labeling import config; print(config.DEMO_LLM, config.is_junior_address(config.DEMO_LLM_URL))"
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(wanted)] * 2
