"""The noise stations: the loudest now first, with the day's line and yesterday's levels beside their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.portal.domain.answers import Indicator
from services.portal.domain.presenting.cards import Card, Cards, Line, Making, by_rank, cards_of
from services.portal.domain.severity import Tone
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Point

LIMITS: Final = {"lden": 68.0, "ln": 62.0}
"""dB(A) of roads and high-speed lines: decree of 4 April 2006, article 7. They hold for a year's mean at a façade."""

_SHOWN: Final = ("leq-24h", "ld", "le", "ln", "lden")
_LOW, _HIGH = 30.0, 90.0
_WHOLE: Final = 0.995


def present(snapshot: Snapshot, wording: Wording) -> Cards:
    """The noise section."""
    cards = by_rank(cards_of(snapshot, "noise", wording, _finished))
    lead = None
    if cards.cards and (loudest := cards.cards[0]).value is not None:
        lead = wording.say("noise-lead", loudest.point.title, loudest.value.text)
    return replace(cards, lead=lead, note=wording.say("noise-note"))


def _finished(making: Making, point: Point, card: Card) -> Card:
    figures = making.figures(point)
    found = [_line(making, figures[name]) for name in _SHOWN if name in figures]
    return replace(card, lines=tuple(line for line in found if line is not None), note=_note(figures, making.wording))


def _line(making: Making, item: Indicator) -> Line | None:
    if item.value is None:
        return None
    limit = LIMITS.get(item.name)
    return Line(
        name=making.wording.say(f"figure-{item.name}"),
        text=making.wording.quantity(item.value, item.unit or "dB", 0.1),
        tone=Tone.WARNING if limit is not None and item.value > limit else None,
        share=_share(item.value),
        limit=None if limit is None else _share(limit),
    )


def _note(figures: Mapping[str, Indicator], wording: Wording) -> str | None:
    """How much of the day before was measured, where that was not all."""
    complete = figures["lden"].completeness if "lden" in figures else None
    if complete is None or complete >= _WHOLE:
        return None
    return wording.say("measured-share", wording.percent(100 * complete))


def _share(level: float) -> float:
    return round(min(max((level - _LOW) / (_HIGH - _LOW) * 100, 0.0), 100.0), 1)
