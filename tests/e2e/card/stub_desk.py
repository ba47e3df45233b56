"""A desk without a database: speaks the card's protocol, and can be slow, fail, cut replies and be killed.

What it has stored lies in a journal, one line per answer, so a killed and restarted server knows it again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEXTS = (
    "Добрый день! Платёж поставщику ушёл вчера, а денег у них до сих пор нет. Проверьте, пожалуйста.",
    "Спасибо, всё получилось с первого раза. Отдельное спасибо за то, что перезвонили.",
    "I have asked three times already. Can somebody tell me when the card terminal will be replaced?",
    "Не понимаю, почему комиссия за перевод другая. В тарифе написано одно, а списали другое.",
)
LONG_TEXT = "\n".join(
    f"{who}: {line}"
    for turn in range(1, 13)
    for who, line in (
        (
            "Клиент",
            f"Это уже {turn}-е обращение по одному и тому же счёту. Акт сверки мы отправили на прошлой неделе, "
            "отдел продаж подтвердил получение, а в личном кабинете всё ещё висит задолженность.",
        ),
        (
            "Оператор",
            "Понимаю. Вижу ваш акт, он на проверке у бухгалтерии. Обычно это занимает до трёх рабочих дней, "
            "я попрошу посмотреть его сегодня и вернусь с ответом.",
        ),
    )
)
# Turns as the route tells them; those of the third speaker don't count.
TURNS = [
    {"speaker": who, "text": words} | ({"muted": True} if who == "Бот" else {"time": f"10:{at:02}"})
    for at, (who, words) in enumerate(
        [("Бот", "Здравствуйте! Опишите вопрос."), *(line.split(": ", 1) for line in LONG_TEXT.split("\n"))]
    )
]
PAIR = [
    {"speaker": "user", "text": "Почему комиссия другая?"},
    {"speaker": "first", "text": "Комиссия выросла с 1 марта: так записано в новом тарифе.\n\nПроверьте договор."},
    {"speaker": "second", "text": "Комиссия выросла с 1 апреля: так записано в вашем тарифе.\n\nПроверьте договор."},
]
HOSTILE_TEXT = '<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script> **bold** &amp; {{n}}'

DEFAULTS: dict[str, Any] = {
    "delay": 0.0,
    "hold": False,
    "status": 200,
    "message": "",
    "poison": None,
    "cut": None,
    "chunk_size": 20,
    "items": 200,
    "texts": "short",
    "others_until": 0.0,
    "state": None,
    "notice": None,
    "state_after_closing": None,
    "kind": "work",
    # What junior proposes: before the answer by slot ("*" for every other), and after it wherever they differ.
    "before": {},
    "after": None,
}


class StubProject:
    """The items of one project, what came in for them, and how the server is to behave."""

    def __init__(self, slug: str, folder: Path) -> None:
        self.slug = slug
        self.folder = folder
        self.settings = DEFAULTS | self._read_settings()
        self.stored: dict[tuple[str, int], dict[str, Any]] = {}
        self.order: list[tuple[str, int]] = []
        self.closed: list[str] = []
        self.requests: list[dict[str, Any]] = []
        for line in self._lines():
            self._replay(json.loads(line))

    def configure(self, changes: Mapping[str, Any]) -> None:
        self.settings |= changes
        (self.folder / f"{self.slug}.settings.json").write_text(json.dumps(self.settings))

    def token(self, n: int) -> str:
        return hashlib.sha256(f"{self.slug}/{n}".encode()).hexdigest()[:24]

    def item(self, n: int) -> dict[str, Any]:
        kind = self.settings["texts"]
        text = {"long": LONG_TEXT, "hostile": HOSTILE_TEXT}.get(kind, TEXTS[n % len(TEXTS)])
        if kind == "plain":
            text = f"Item number {n}"
        context = "Обращение из личного кабинета, второе за неделю." if n % 2 == 0 else None
        metadata = {"Канал": "чат", "Дата": "2026-03-0" + str(n % 9 + 1), "Реплик": n} if n % 2 == 0 else None
        item = {"token": self.token(n), "text": text, "context": context, "metadata": metadata, "slot": n}
        if kind in ("turns", "pair"):
            item |= {"text": "", "form": kind, "turns": TURNS if kind == "turns" else PAIR}
        before = self.settings["before"]
        suggestion = before.get(str(n), before.get("*"))
        return item | ({"suggestion": suggestion} if suggestion else {})

    def take(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Stores the answers and says where the work stands."""
        acknowledged = [self.store(answer) for answer in body["answers"]]
        result = None
        if body["close_chunk"]:
            if body["close_chunk"] not in self.closed:
                self._journal({"closed": body["close_chunk"]})
            self.settings["state"] = self.settings["state_after_closing"]
            stops = self.settings["state"] == "paused"
            said = {"title": "Пачка закрыта", "message": "18 из 20 ответов совпали с ответом эксперта."}
            result = said | {"mistakes": stops, "stops": stops}
        return {"acknowledged": acknowledged, "result": result} | self._standing(body["want"])

    def answers(self) -> list[dict[str, Any]]:
        """All that is stored, oldest first."""
        return [self.stored[key] for key in self.order]

    def store(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Keeps the first answer of its token and revision; a repeat is acknowledged like the first."""
        key = (answer["token"], answer["revision"])
        status = "stored"
        if key not in self.stored:
            self._journal({"answer": answer})
        elif self.stored[key] != answer:
            status = "kept_first"
        after = self.settings["after"]
        differs = after and answer["revision"] == 1 and answer["kind"] != "skip" and answer["label"] != after["label"]
        told = {"suggestion": after} if differs else {}
        return {"token": key[0], "revision": key[1], "status": status} | told

    def _standing(self, want: int) -> dict[str, Any]:
        size = self.settings["chunk_size"]
        ordinal = len(self.closed)
        numbers = range(ordinal * size, min((ordinal + 1) * size, self.settings["items"]))
        answered = {token for token, _ in self.stored}
        left = [n for n in numbers if self.token(n) not in answered]
        wait = self.settings["others_until"] - time.time()
        if not numbers:
            state = "done"
        elif not left:
            state = "chunk_done"
        else:
            state = "waiting" if wait > 0 else "working"
        state = self.settings["state"] or state
        chunk = {
            "id": f"{self.slug}-{ordinal}",
            "ordinal": ordinal + 1,
            "size": len(numbers),
            "answered": len(numbers) - len(left),
            "kind": self.settings["kind"],
        }
        return {
            "items": [self.item(n) for n in left[:want]] if state == "working" else [],
            "chunk": chunk if numbers else None,
            "day": len(answered),
            "state": state,
            "notice": self.settings["notice"],
            "next_free_seconds": wait if state == "waiting" else None,
        }

    def _journal(self, line: dict[str, Any]) -> None:
        with (self.folder / f"{self.slug}.journal").open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")
        self._replay(line)

    def _replay(self, line: dict[str, Any]) -> None:
        if "closed" in line:
            self.closed.append(line["closed"])
            return
        answer = line["answer"]
        key = (answer["token"], answer["revision"])
        self.stored[key] = answer
        self.order.append(key)

    def _lines(self) -> list[str]:
        path = self.folder / f"{self.slug}.journal"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def _read_settings(self) -> dict[str, Any]:
        path = self.folder / f"{self.slug}.settings.json"
        return json.loads(path.read_text()) if path.exists() else {}
