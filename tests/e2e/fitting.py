"""What of a card a narrow window doesn't show whole."""

from __future__ import annotations

from playwright.sync_api import Page

NARROW = {"width": 390, "height": 844}
# Boxes of one pixel hold what is said to those who listen.
_UNSEEN = """() => {
    const card = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelector(".card");
    const wrong = [];
    for (const node of card.querySelectorAll("*")) {
        const box = node.getBoundingClientRect();
        if (box.width <= 1 || box.height === 0 || node.closest("svg > *")) continue;
        const name = `${node.tagName} .${node.getAttribute("class")} ${node.textContent.slice(0, 30)}`;
        if (box.left < 0 || box.right > innerWidth) wrong.push(`beyond the edge: ${name}`);
        if (node.matches(".choice, .tool, .title") && node.scrollWidth > node.clientWidth + 1) wrong.push(`cut: ${name}`);
        if (node.matches("kbd")) wrong.push(`a key: ${name}`);
    }
    return wrong;
}"""


def misfits(page: Page) -> list[str]:
    """Parts of the card beyond the window's edge or cut, and hints of keys that stand in the way."""
    found: list[str] = page.evaluate(_UNSEEN)
    return found
