"""The containers: the fullest first, with the days on which they were full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.presenting.cards import Card, Cards, Line, Making, cards_of
from services.portal.domain.severity import Tone
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Kind, Point

FILL: Final = "fill"


def threshold_of(kind: Kind) -> float | None:
    """From which percentage on a kind's container counts as full; None: its fill level is not watched."""
    return next((item.threshold for item in kind.indicators if item.property == FILL), None)


def present(snapshot: Snapshot, wording: Wording) -> Cards:
    """The waste section."""
    cards = cards_of(snapshot, "waste", wording, _finished)
    full = sum(1 for card in cards.cards if any(line.tone for line in card.lines))
    watched = sum(1 for card in cards.cards if card.fill is not None)
    return replace(cards, lead=wording.count("waste-lead", full, wording.number(watched)) if watched else None)


def _finished(making: Making, point: Point, card: Card) -> Card:
    fill = making.pointing.latest.get(point.id, {}).get(FILL)
    if fill is None:
        return card
    threshold = threshold_of(making.pointing.kinds[point.kind])
    lines = [] if threshold is None else list(_lines(making, point, threshold, fill.value))
    return replace(card, fill=min(max(fill.value, 0.0), 100.0), lines=tuple(lines), rank=fill.value)


def _lines(making: Making, point: Point, threshold: float, fill: float) -> Iterator[Line]:
    wording, figures = making.wording, making.figures(point)
    since, days = figures.get("over-since"), figures.get("days-over")
    if fill >= threshold:
        told = wording.moment(since.since, ZoneInfo(point.zone)) if since and since.since else wording.say("just-now")
        yield Line(wording.say("over-since", wording.percent(threshold)), told, tone=Tone.WARNING)
    if days is not None and days.value is not None:
        yield Line(wording.say("days-over", wording.percent(threshold)), wording.number(days.value))
