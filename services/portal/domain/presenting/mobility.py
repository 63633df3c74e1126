"""The counters: the busiest of today first, with its hours and those of yesterday."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Indicator
from services.portal.domain.presenting.cards import Card, Cards, Line, Making, cards_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Point

_SHOWN: Final = ("today", "yesterday", "last-7-days", "busiest-hour")
_DAILY: Final = ("yesterday", "last-7-days")
_DAY_S: Final = 86_400


def present(snapshot: Snapshot, wording: Wording) -> Cards:
    """The mobility section."""
    cards = cards_of(snapshot, "mobility", wording, counted)
    total = passages_today(snapshot)
    lead = None if total is None else wording.say("mobility-lead", wording.number(total))
    return replace(cards, lead=lead, note=wording.say("hours-note"))


def passages_today(snapshot: Snapshot) -> float | None:
    """All passages counted today so far; None where that is not worked out."""
    told = snapshot.figures.get("mobility")
    if told is None or told.by_point is None:
        return None
    found = (item for items in told.by_point.values() for item in items)
    return sum(item.value for item in found if item.name == "today" and item.value is not None)


def counted(making: Making, point: Point, card: Card) -> Card:
    """A card with what was summed up for the point: of counts as of rain."""
    figures = making.figures(point)
    is_daily = making.pointing.kinds[point.kind].period_s >= _DAY_S
    shown = _DAILY if is_daily else _SHOWN
    lines = tuple(_line(making, point, figures[name]) for name in shown if name in figures)
    today = figures.get("yesterday" if is_daily else "today")
    rank = today.value if today is not None and today.value is not None else card.rank
    return replace(card, lines=lines, rank=rank)


def _line(making: Making, point: Point, item: Indicator) -> Line:
    wording = making.wording
    if item.value is None:
        return Line(wording.say(f"figure-{item.name}"), wording.say("not-measured"))
    text = making.written(point, item.property, item.value)
    at = wording.clock(item.since, ZoneInfo(point.zone)) if item.name == "busiest-hour" and item.since else None
    return Line(wording.say(f"figure-{item.name}"), text, None if at is None else wording.say("from-clock", at))
