"""Colours of a scale, and what can be read on each of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

Colour = tuple[float, float, float]


def scale() -> list[str]:
    """The sequential colours of the theme that the reader has on screen, those of small values first."""
    theme = st.context.theme.type or "light"
    colours: list[str] = st.get_option(f"theme.{theme}.chartSequentialColors")
    return colours


def colour_at(share: float, colours: Sequence[str]) -> Colour:
    """Red, green and blue, 0 to 255, where a scale of ``colours`` from 0 to 1 has ``share``: as Plotly mixes them.

    >>> colour_at(0.25, ["#000000", "#c86400"])
    (50.0, 25.0, 0.0)
    """
    place = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    left = min(int(place), len(colours) - 2)
    low, high = (_of(colours[n]) for n in (left, left + 1))
    red, green, blue = (a + (b - a) * (place - left) for a, b in zip(low, high, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21.

    >>> contrast((0, 0, 0), (255, 255, 255))
    21.0
    """
    dark, light = sorted(_luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: Colour) -> str:
    """Black or white, whichever is read better: on any colour one of the two has a contrast of at least 4.5.

    >>> ink_on((11, 58, 58)), ink_on((184, 222, 219))
    ('#ffffff', '#000000')
    """
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(_of(ink), colour))


def _of(written: str) -> Colour:
    red, green, blue = (int(written[n : n + 2], 16) for n in (1, 3, 5))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [value / 255 for value in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
