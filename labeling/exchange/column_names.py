"""What columns are called, in English and Russian and by other tools, and what each such name says."""

from __future__ import annotations

import re

NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "content", "sentence", "message", "body", "utterance", "query", "question", "review", "comment_text"),
        *("tweet", "post", "email", "transcript", "document", "headline", "prompt", "displayed_text"),
        *("dialogue", "dialog", "phrase", "текст", "обращение", "сообщение", "реплика", "вопрос", "отзыв", "диалог"),
        *("фраза", "запрос", "содержание", "предложение"),
    ),
    "id": (
        *("item", "id", "external_id", "item_id", "uid", "uuid", "guid", "key", "doc_id", "text_id", "row_id"),
        *("task", "task_id", "hitid", "hit_id", "example_id"),
        *("ид", "айди", "идентификатор", "номер", "код", "объект"),
    ),
    "label": (
        *("label", "class", "category", "intent", "target", "tag", "topic", "emotion", "sentiment", "gold_label"),
        *("labels", "choice", "choices"),
        *("метка", "класс", "категория", "интент", "тег", "тема", "тематика", "эмоция", "тональность", "разметка"),
    ),
    "annotator": (
        *("annotator", "worker", "worker_id", "annotator_id", "assessor", "labeler", "labeller", "rater"),
        *("performer", "coder", "аннотатор", "оценщик"),
        *("разметчик", "асессор", "исполнитель", "источник_меток"),
    ),
    "context": ("context", "history", "контекст", "история"),
    "priority": ("priority", "приоритет"),
    "reference": ("reference", "эталон"),
    "golden": ("golden", "gold", "контрольная_метка"),
    "explanation": ("explanation", "rationale", "пояснение", "объяснение", "обоснование"),
    "metadata_json": ("metadata", "метаданные"),
    "created_at": ("created_at", "timestamp", "annotated_at", "submit_time", "submitted_at", "время"),
    "seconds": ("seconds", "lead_time", "work_time_in_seconds", "секунды"),
    "unsure": ("unsure",),
    "comment": ("comment", "комментарий"),
    "flagged": ("flagged",),
    "surplus": ("surplus",),
    "revision": ("revision",),
}

# Of tables with the results of crowdsourcing: ``INPUT:text``, ``Answer.sentiment``.
_PREFIXED = re.compile(r"(input|output|answer|golden|assignment)\s*[:.]\s*(.+)", re.IGNORECASE | re.DOTALL)
_OF_ASSIGNMENTS = {"worker_id": "annotator", "submitted": "created_at", "started": "created_at", "task_id": "id"}
_WITHIN = ("text", "label", "annotator")
# A column with one of these in its name says something about the text or the label, and is neither.
_ABOUT = frozenset(
    "confidence score probability prob count length len n id date time lang language url link source type "
    "уверенность вероятность дата длина число язык ссылка тип".split()
)


def role_of(name: str) -> str | None:
    """What a column of this name says, as a key of NAMES; None for a name that nobody knows.

    >>> [role_of(name) for name in ("Текст обращения", "OUTPUT:result", "WorkerId", "label_confidence", "channel")]
    ['text', 'label', 'annotator', None, None]
    """
    plain = plain_name(name)
    if plain in _ROLES:
        return _ROLES[plain]
    if prefixed := _PREFIXED.match(name.strip()):
        kind, of = prefixed[1].casefold(), plain_name(prefixed[2])
        if kind == "assignment":
            return _OF_ASSIGNMENTS.get(of)
        return {"input": _ROLES.get(of), "golden": "golden"}.get(kind, "label")
    words = plain.split("_")
    if _ABOUT.intersection(words):
        return None
    return next((role for role in _WITHIN if any(_ROLES.get(word) == role for word in words)), None)


def plain_name(name: str) -> str:
    """A column's name in small letters, its words joined by ``_``.

    >>> plain_name(" Worker-Id "), plain_name("workerId"), plain_name("HITId")
    ('worker_id', 'worker_id', 'hitid')
    """
    spaced = re.sub(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ])", " ", name.strip())
    return re.sub(r"[\s\-.]+", "_", spaced.casefold())


_ROLES = {alias: role for role, aliases in reversed(NAMES.items()) for alias in aliases}
