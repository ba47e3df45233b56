"""What passes between junior and those who ask: limits, bills, the budget, an answer as it came and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from labeling.errors import LabelingError
from labeling.junior.reply import Token, storable
from labeling.junior.request import Request

# What a chat's frame takes beside its texts: roles, separators.
_FRAME = 16


@dataclass(frozen=True)
class Limits:
    """How a server is asked: so many at once, so much a minute (None: no limit), so long, so often."""

    in_flight: int = 16
    requests_a_minute: float | None = None
    tokens_a_minute: float | None = None
    seconds: float = 60.0
    tries: int = 5


@dataclass(frozen=True)
class Bill:
    """What became of a call. ``outcome`` is "ok" or the code of what went wrong.

    ``is_known`` False: it was sent and no answer came back, so it may have been paid.
    """

    call_id: int
    tokens_in: int
    tokens_out: int
    outcome: str = "ok"
    seconds: float | None = None
    is_known: bool = True


class Budget(Protocol):
    """Where money is reserved before a request and settled after it, and answers are kept."""

    async def remembered(self, request: str) -> Mapping[str, Any] | None: ...

    def remember(self, request: str, body: Mapping[str, Any]) -> None: ...

    async def reserve(self, purpose: str, tokens_in: int, tokens_out: int) -> int: ...

    def sending(self, call_id: int) -> None: ...

    def settle(self, bill: Bill) -> None: ...


@dataclass(frozen=True)
class Completion:
    """An answer as it came. ``tokens`` are empty where the server tells no log-probabilities."""

    content: str
    tokens: tuple[Token, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0

    def as_body(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "content": self.content,
            "tokens": [[token.text, token.logprob] for token in self.tokens],
            "usage": [self.tokens_in, self.tokens_out],
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Completion:
        """From what was kept."""
        tokens = tuple(Token(text, logprob) for text, logprob in body["tokens"])
        return cls(body["content"], tokens, *body["usage"])


@dataclass(frozen=True)
class Labeled:
    """What junior makes of a text. A label of None: it refused, or nothing could be read; ``flags`` say which.

    ``source``: where the confidence comes from, "logprobs", "samples" or "stated"; None where nothing is known.
    """

    label: str | None
    confidence: float | None = None
    source: str | None = None
    reason: str = ""
    flags: tuple[str, ...] = ()


def read_completion(body: Mapping[str, Any], spent: tuple[int, int]) -> Completion:
    """The answer of a body of the protocol; ``spent`` is what its usage told.

    Raises LabelingError ``reply_refused`` or ``reply_truncated``, and KeyError and the like for a body that is none.
    """
    choice = body["choices"][0] if body["choices"] else None
    if choice is None or choice["message"].get("refusal") or choice.get("finish_reason") == "content_filter":
        raise LabelingError("reply_refused")
    if choice.get("finish_reason") == "length":
        raise LabelingError("reply_truncated")
    content = choice["message"].get("content") or ""
    if not isinstance(content, str):
        raise TypeError("content")
    logprobs = (choice.get("logprobs") or {}).get("content") or ()
    is_usable = all(isinstance(entry["logprob"], int | float) for entry in logprobs)
    tokens = (
        tuple(Token(storable(entry["token"]), min(0.0, entry["logprob"])) for entry in logprobs) if is_usable else ()
    )
    return Completion(storable(content), tokens, *spent)


def tokens_spent(usage: Mapping[str, Any] | None, request: Request) -> tuple[int, int]:
    """What a server says that it read and wrote; the most that it can be where it says nothing, or nothing sensible."""
    if usage:
        counts = int(usage["prompt_tokens"]), int(usage["completion_tokens"])
        if all(0 <= count < 2**31 for count in counts):
            return counts
    return most_tokens(request)


def most_tokens(request: Request) -> tuple[int, int]:
    """What a request can cost at most: no tokeniser makes more tokens of a text than it has bytes."""
    sent = sum(len(message["content"].encode()) + _FRAME for message in request.messages)
    return sent + len(str(request.schema).encode()), request.settings.most_tokens
