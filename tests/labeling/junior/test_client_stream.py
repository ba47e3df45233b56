"""An answer that comes piece by piece: billed at its end, when it is cut, and when its reader leaves."""

from __future__ import annotations

import asyncio
import time

import pytest

from labeling.errors import LabelingError
from labeling.junior.client import Junior
from tests.junior_server import Act, JuniorServer, served
from tests.labeling.junior.asking import QUICK, Tin, always, request


def stream(server: JuniorServer, tin: Tin, stop_after: int | None = None) -> str:
    async def run() -> str:
        said = ""
        async with Junior(server.url, "", QUICK) as junior:
            pieces = junior.stream(request(), tin)
            async for piece in pieces:
                said += piece
                if stop_after is not None and len(said) >= stop_after:
                    break
            await pieces.aclose()  # type: ignore[attr-defined]
        return said

    return asyncio.run(run())


def test_streamed_piece_by_piece_and_billed() -> None:
    tin = Tin()
    with served(always(Act("b", pieces=5))) as server:
        assert stream(server, tin) == '{"label": "b", "confidence": 0.9}'
    assert [(bill.outcome, bill.tokens_in) for bill in tin.bills] == [("ok", 50)]


def test_a_stream_that_is_cut_may_have_been_paid() -> None:
    tin = Tin()
    with served(always(Act("b", pieces=6, cut="midway"))) as server, pytest.raises(LabelingError, match="unreachable"):
        stream(server, tin)
    assert [(bill.outcome, bill.is_known) for bill in tin.bills] == [("connection_lost", False)]


def test_a_reader_who_leaves_closes_the_stream() -> None:
    tin = Tin()
    with served(always(Act("b", pieces=30, headers={"pause": "0.2"}))) as server:
        assert stream(server, tin, stop_after=2).startswith("{")
        left = time.monotonic()
        while not server.left and time.monotonic() < left + 2:
            time.sleep(0.01)
        assert server.left
        assert server.sent_pieces < 30
    assert [bill.is_known for bill in tin.bills] == [False]
