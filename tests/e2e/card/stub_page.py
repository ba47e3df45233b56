"""The page of the stub: the card and, where a test asks, an input and a button of Streamlit's own above it."""

from __future__ import annotations

import streamlit as st

from pages.desk.label_card import label_card
from pages.ui.card import CardClass, CardConfig, card_words

EMOTIONS = (
    ("gratitude", "Благодарность", "#2a9d8f", "Клиент благодарит искренне, без иронии."),
    ("neutral", "Нейтрально", "#8d99ae", "Спокойный вопрос или факт, чувства не видны."),
    ("satisfaction", "Удовлетворение", "#e9c46a", "Клиент доволен тем, как решился вопрос."),
    ("impatience", "Нетерпение", "#f4a261", "Клиент торопит, напоминает, спрашивает о сроках."),
    ("disappointment", "Разочарование", "#e63946", "Ожидание не сбылось, клиент об этом говорит."),
    ("confusion", "Непонимание", "#7b5ea7", "Клиент не понимает, что произошло или что делать."),
)
TOPICS = ("Карты", "Переводы", "Счета и документы", "Эквайринг", "Вход и доступ", "Кредиты", "Прочее")
MATTERS = (
    "вопрос о сроке",
    "списали дважды",
    "деньги не пришли",
    "отказ без объяснения причины",
    "как подключить",
    "как отключить",
    "изменить данные организации",
    "комиссия больше ожидаемой",
    "нужен документ",
    "не работает на телефоне",
    "просьба вернуть средства",
)
HOTKEYS = "123456789qwertyuiopasdfghjklzxcvbnm"


def emotions() -> list[CardClass]:
    return [
        {
            "code": code,
            "title": title,
            "hotkey": str(n),
            "color": color,
            "description": about,
            "group": None,
            "parent": None,
        }
        for n, (code, title, color, about) in enumerate(EMOTIONS, start=1)
    ]


def many_classes(count: int) -> list[CardClass]:
    names = [(topic, f"{topic}: {matter}") for topic in TOPICS for matter in MATTERS]
    return [
        {
            "code": f"class_{n}",
            "title": title,
            "hotkey": HOTKEYS[n] if n < len(HOTKEYS) else None,
            "color": f"hsl({TOPICS.index(topic) * 51} 55% 50%)",
            "description": f"Обращения вида «{title.lower()}».",
            "group": topic,
            "parent": None,
        }
        for n, (topic, title) in enumerate(names[:count])
    ]


def config() -> CardConfig:
    asked = st.query_params
    lang = asked.get("lang", "ru")
    count = int(asked.get("classes", "6"))
    return {
        "url": "/desk/answers",
        "project": asked.get("project", "demo"),
        "person": 17,
        "lang": lang,
        "classes": emotions()[:count] if count <= len(EMOTIONS) else many_classes(count),
        "kind": asked.get("kind", "single"),
        "allows_none": "demanding" not in asked,
        "allows_inner": "leaves" not in asked,
        "look_ahead": 6,
        "skip_reasons": [
            {"code": "unreadable", "title": "Не читается"},
            {"code": "language", "title": "Другой язык"},
            {"code": "personal", "title": "Личные данные"},
        ],
        "guidelines_version": 3,
        "guidelines_html_url": "/desk/guidelines",
        "remaining": 240 - 100 * st.session_state.get("reruns", 0),
        "words": card_words(lang),
        "results_url": "/results",
    }


st.set_page_config(layout="wide")
st.html("<style>.stMainBlockContainer { padding: 3.75rem 1.5rem 0 }</style>")
if "beside" in st.query_params:
    st.text_input("Заметка", key="note")
    if st.button("Rerun"):
        st.session_state["reruns"] = st.session_state.get("reruns", 0) + 1
label_card(config=config(), key="card")
