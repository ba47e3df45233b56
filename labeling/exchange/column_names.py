"""What columns are called, in English and Russian and by other tools, and what each such name says."""

from __future__ import annotations

import re

NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "content", "sentence", "message", "body", "utterance", "query", "question", "review", "comment_text"),
        *("tweet", "post", "email", "transcript", "document", "headline", "prompt", "displayed_text"),
        *("dialogue", "dialog", "phrase", "текст", "обращение", "сообщение", "реплика", "вопрос", "отзыв", "диалог"),
        *("фраза", "запрос", "содержание", "предложение", "messages", "conversations", "conversation", "chat"),
        *("переписка", "чат", "реплики"),
    ),
    # A list of turns says it better than the text that a file may have of it as well.
    "turns": ("turns",),
    "id": (
        *("item", "id", "external_id", "item_id", "uid", "uuid", "guid", "key", "doc_id", "text_id", "row_id"),
        *("task", "task_id", "hitid", "hit_id", "example_id"),
        *("ид", "айди", "идентификатор", "номер", "код", "объект", "задание"),
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
    "status": ("assignment_status",),
}

# Of tables with the results of crowdsourcing: ``INPUT:text``, ``Answer.sentiment``.
_PREFIXED = re.compile(r"(input|output|answer|golden|assignment)\s*[:.]\s*(.+)", re.IGNORECASE | re.DOTALL)
_OF_ASSIGNMENTS = {
    "worker_id": "annotator",
    "submitted": "created_at",
    "started": "created_at",
    "task_id": "id",
    "status": "status",
}
_WITHIN = ("text", "label", "annotator")
# A column with one of these in its name says something about the text or the label, and is neither.
_ABOUT = frozenset(
    "confidence score probability prob count length len n id date time lang language url link source type "
    "уверенность вероятность дата длина число язык ссылка тип".split()
)
_SURE_LABELS = frozenset(("label", "labels", "метка"))
# "label2" speaks of labels, too.
_WORD = re.compile(r"[^\W\d_]+")


def role_of(name: str) -> str | None:
    """What a column of this name says, as a key of NAMES; None for a name that nobody knows.

    >>> [role_of(name) for name in ("Текст обращения", "OUTPUT:result", "WorkerId", "label_confidence", "channel")]
    ['text', 'label', 'annotator', None, None]
    """
    role = named_role(name)
    if role is not None or _PREFIXED.match(name.strip()):
        return role
    words = _WORD.findall(plain_name(name))
    if _ABOUT.intersection(words):
        return None
    return next((role for role in _WITHIN if any(_ROLES.get(word) == role for word in words)), None)


def named_role(name: str) -> str | None:
    """What a column says that is called just so, or by the prefixes of crowdsourcing; None where its name only speaks of it.

    >>> named_role("label"), named_role("Answer.intent"), named_role("OUTPUT:comment"), named_role("label_anna")
    ('label', 'label', 'comment', None)
    """
    if (plain := plain_name(name)) in _ROLES:
        return _ROLES[plain]
    if (prefixed := _PREFIXED.match(name.strip())) is None:
        return None
    kind, of = prefixed[1].casefold(), plain_name(prefixed[2])
    if kind == "assignment":
        return _OF_ASSIGNMENTS.get(of)
    if kind == "golden":
        return "golden"
    role = _ROLES.get(of)
    return role if kind == "input" or role == "comment" else "label"


def label_rank(name: str) -> int | None:
    """How surely a column of this name has the labels, from 0, surest; None for other columns.

    >>> [label_rank(name) for name in ("labels", "OUTPUT:label", "topic", "OUTPUT:result", "label2", "text")]
    [0, 0, 1, 1, 2, None]
    """
    if role_of(name) != "label":
        return None
    prefixed = _PREFIXED.match(name.strip())
    plain = plain_name(prefixed[2] if prefixed else name)
    if plain in _SURE_LABELS:
        return 0
    return 1 if prefixed or plain in _ROLES else 2


def plain_name(name: str) -> str:
    """A column's name in small letters, its words joined by ``_``.

    >>> plain_name(" Worker-Id "), plain_name("workerId"), plain_name("HITId")
    ('worker_id', 'worker_id', 'hitid')
    """
    spaced = re.sub(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ])", " ", name.strip())
    return re.sub(r"[\s\-.]+", "_", spaced.casefold())


_ROLES = {alias: role for role, aliases in reversed(NAMES.items()) for alias in aliases}
