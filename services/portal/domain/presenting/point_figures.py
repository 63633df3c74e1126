"""What telemetry worked out of a point's observations, each figure with its name and the time that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Indicator
from services.portal.domain.presenting.cards import Line
from services.portal.domain.presenting.noise import LIMITS
from services.portal.domain.presenting.point_told import DAY_S
from services.portal.domain.presenting.pointing import Pointing
from services.portal.domain.severity import Tone
from services.portal.domain.wording import Wording
from shared.model.registry import Kind, Point

_WHOLE: Final = 0.995
_WITHIN_A_DAY: Final = frozenset({"today", "busiest-hour"})
"""What a point that is counted once a day can't tell."""


def lines(pointing: Pointing, point: Point, kind: Kind, told: Sequence[Indicator]) -> tuple[Line, ...]:
    """The figures that have something to say, by property; with its name where they are of several."""
    figuring = _Figuring(pointing, point, kind)
    return tuple(figuring.lines([item for item in told if item.property in kind.properties]))


@dataclass(frozen=True)
class _Figuring:
    """What all figures of a point share."""

    pointing: Pointing
    point: Point
    kind: Kind

    @property
    def wording(self) -> Wording:
        return self.pointing.wording

    def lines(self, told: Sequence[Indicator]) -> Iterator[Line]:
        several = len({item.property for item in told}) > 1
        for item in told:
            line = _WAYS[item.name](self, item) if item.name in _WAYS else None
            if line is not None:
                title = self.wording.pick(self.kind.properties[item.property].title)
                name = f"{title}, {line.name}" if several else line.name
                yield Line(name, line.text, line.note, line.tone)

    def level(self, item: Indicator) -> Line | None:
        if item.value is None:
            return None
        limit = LIMITS.get(item.name)
        tone = Tone.WARNING if limit is not None and item.value > limit else None
        text = self.wording.quantity(item.value, item.unit or "dB", 0.1)
        return Line(self.wording.say(f"figure-{item.name}"), text, self._of_day(item), tone)

    def _of_day(self, item: Indicator) -> str | None:
        """Which day it is of, and how much of it was measured where that was not all."""
        told = []
        if item.since is not None and item.name != "leq-24h":
            told.append(self.wording.day(item.since, ZoneInfo(self.point.zone)))
        if item.completeness is not None and item.completeness < _WHOLE:
            told.append(self.wording.say("point-measured", self.wording.percent(100 * item.completeness)))
        return ", ".join(told) or None

    def count(self, item: Indicator) -> Line | None:
        if self.kind.period_s >= DAY_S and item.name in _WITHIN_A_DAY:
            return None
        wording, name = self.wording, self.wording.say(f"figure-{item.name}")
        if item.value is None:
            return Line(name, wording.say("not-measured"))
        hour = item.since if item.name == "busiest-hour" else None
        note = None if hour is None else wording.say("from-clock", wording.clock(hour, ZoneInfo(self.point.zone)))
        return Line(name, self._written(item, item.value), note)

    def rise(self, item: Indicator) -> Line | None:
        if item.value is None:
            return None
        least = self.kind.properties[item.property].accuracy / 2
        shown = item.value if abs(item.value) > least else 0.0  # no minus before a zero
        sign = "+" if shown > 0 else ""
        return Line(self.wording.say("point-rise"), f"{sign}{self._written(item, shown)}/h")

    def days_over(self, item: Indicator) -> Line | None:
        if item.value is None:
            return None
        return Line(self.wording.say("days-over", self._threshold(item)), self.wording.number(item.value))

    def over_since(self, item: Indicator) -> Line | None:
        if item.since is None or item.value is None:
            return None
        name = self.wording.say("over-since", self._threshold(item))
        return Line(name, self.wording.moment(item.since, ZoneInfo(self.point.zone)), tone=Tone.WARNING)

    def _threshold(self, item: Indicator) -> str:
        known = (each for each in self.kind.indicators if each.name == "days-over" and each.property == item.property)
        threshold = next((each.threshold for each in known if each.threshold is not None), None)
        return "" if threshold is None else self._written(item, threshold)

    def _written(self, item: Indicator, value: float) -> str:
        return self.pointing.written(value, self.kind.properties[item.property])


_WAYS: Final[Mapping[str, Callable[[_Figuring, Indicator], Line | None]]] = MappingProxyType(
    {
        **dict.fromkeys(("leq-24h", "ld", "le", "ln", "lden"), _Figuring.level),
        **dict.fromkeys(("today", "yesterday", "last-7-days", "busiest-hour"), _Figuring.count),
        "rise": _Figuring.rise,
        "days-over": _Figuring.days_over,
        "over-since": _Figuring.over_since,
    }
)
