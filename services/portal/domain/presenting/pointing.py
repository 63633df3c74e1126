"""A point as every page words it: whether it is shown, its latest values, their age and quality, their origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Alert, Latest
from services.portal.domain.pages import page_of_point
from services.portal.domain.severity import Tone, tone_of, urgency
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.observations import Quality
from shared.model.registry import Area, Kind, Point, Property, Theme

_QUALITIES: Final = frozenset(quality.value for quality in Quality)
COUNT: Final = "{count}"
"""The unit of passages, which are numbers without a unit."""

_NOW: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Value:
    """A value of a point in words.

    Attributes:
        text: with its unit; number: without words, for sorting and bars.
        when: in the point's zone; machine: the same for machines; age: how long ago.
        quality: its quality in words; doubt: why it should not be taken at its word, if so.
    """

    title: str
    text: str
    number: float
    when: str
    machine: str
    age: str
    quality: str
    doubt: str | None


@dataclass(frozen=True)
class Pointed:
    """A point as a card, a row or a mark begins.

    Attributes:
        origin: where its data were recorded, or that they are made up; None: they are the city's own of this moment.
        area: the smallest area that it lies in.
        alerts: titles of the rules that fire there, the most urgent first; tone: of that one.
    """

    id: str
    address: str
    title: str
    kind: str
    area: str | None
    origin: str | None
    simulated: bool
    alerts: tuple[str, ...]
    tone: Tone | None


def points_of(snapshot: Snapshot, theme: Theme | None = None) -> tuple[Point, ...]:
    """The points that are shown, of a theme or of all themes, in the registry's order.

    Hidden are retired ones and those whose recording is not being played: nothing was ever observed there.
    """
    themes = {kind.id: kind.theme for kind in snapshot.inventory.kinds if kind.theme is not None}
    heard = {item.point for item in snapshot.latest or ()}
    return tuple(
        point
        for point in snapshot.inventory.points
        if point.kind in themes
        and (theme is None or themes[point.kind] == theme)
        and point.retired is None
        and (point.recording is None or point.id in heard)
    )


def observed(snapshot: Snapshot, point: Point, kind: Kind) -> list[str]:
    """The properties of the kind of which there are observations at the point; all while telemetry does not say."""
    if snapshot.latest is None:
        return list(kind.properties)
    seen = {item.property for item in snapshot.latest if item.point == point.id}
    return [name for name in kind.properties if name in seen]


class Pointing:
    """Words the points of a snapshot in a language."""

    def __init__(self, snapshot: Snapshot, wording: Wording) -> None:
        self.snapshot = snapshot
        self.wording = wording

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds by id."""
        return {kind.id: kind for kind in self.snapshot.inventory.kinds}

    @cached_property
    def latest(self) -> Mapping[str, Mapping[str, Latest]]:
        """The newest observations, by point and property."""
        found: dict[str, dict[str, Latest]] = defaultdict(dict)
        for item in self.snapshot.latest or ():
            found[item.point][item.property] = item
        return found

    @cached_property
    def alerts(self) -> Mapping[str, list[Alert]]:
        """The alerts that fire, by point, the most urgent first; one about several points is at each of them."""
        found: dict[str, list[Alert]] = defaultdict(list)
        for alert in sorted(self.snapshot.alerts or (), key=lambda item: urgency(item.severity, item.criticality)):
            for name in alert.places:
                found[name].append(alert)
        return found

    def at(self, points: Iterable[Point]) -> list[Alert]:
        """The alerts at any of some points, each once, the most urgent first."""
        found = {alert.alert: alert for point in points for alert in self.alerts.get(point.id, ())}
        return sorted(found.values(), key=lambda item: urgency(item.severity, item.criticality))

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {area.id: area for area in self.snapshot.inventory.areas}

    def point(self, point: Point) -> Pointed:
        """What is said of a point wherever it is shown."""
        alerts = self.alerts.get(point.id, [])
        return Pointed(
            id=point.id,
            address=page_of_point(point.id).address(self.wording.language),
            title=point.title,
            kind=self.wording.pick(self.kinds[point.kind].title),
            area=self._area(point),
            origin=origin_of(point, self.wording),
            simulated=point.simulated,
            alerts=tuple(alert.rule_title for alert in alerts),
            tone=tone_at(alerts),
        )

    def _area(self, point: Point) -> str | None:
        known = [self._areas[name] for name in point.areas if name in self._areas]
        communes = [area for area in known if area.id.startswith("commune")]
        return next((self.wording.pick(area.title) for area in (*communes, *known)), None)

    def value(self, point: Point, name: str) -> Value | None:
        """The newest value of a property; None where there is none."""
        item, known = self.latest.get(point.id, {}).get(name), self.kinds[point.kind].properties.get(name)
        if item is None or known is None:
            return None
        return Value(
            title=self.wording.pick(known.title),
            text=self.written(item.value, known),
            number=item.value,
            when=self.wording.moment(item.time, ZoneInfo(point.zone)),
            machine=item.time.isoformat(),
            age=self.age(item.time),
            quality=quality_word(item.quality, self.wording),
            doubt=self.doubt(point, item),
        )

    def written(self, value: float, known: Property) -> str:
        """A value of a property in words: a number of passages without decimals, a state as yes or no."""
        if known.unit == COUNT:
            return self.wording.number(value)
        if known.unit == "1" and (known.minimum, known.maximum, known.accuracy) == (0, 1, 1):
            return self.wording.say("yes" if value else "no")
        return self.wording.quantity(value, known.unit, known.accuracy)

    def age(self, moment: datetime) -> str:
        """How long ago a moment is."""
        length = self.snapshot.now - moment
        if length < _NOW:
            return self.wording.say("just-now")
        return self.wording.say("ago", self.wording.duration(length))

    def doubt(self, point: Point, item: Latest) -> str | None:
        """Why a value should not be taken at its word: its quality, its age."""
        if item.quality != Quality.GOOD:
            return quality_word(item.quality, self.wording)
        old = (self.snapshot.now - item.time).total_seconds() > self.kinds[point.kind].stale_after_s
        return self.wording.say("stale") if old else None


def tone_at(alerts: Sequence[Alert]) -> Tone | None:
    """The tone of a place at which these fire, the most urgent first; None where none does."""
    return tone_of(alerts[0].severity, alerts[0].criticality) if alerts else None


def quality_word(quality: str, wording: Wording) -> str:
    """A quality in words; one that is not known as it is."""
    return wording.say(f"quality-{quality}") if quality in _QUALITIES else quality


def origin_of(point: Point, wording: Wording) -> str | None:
    """Where a point's data were recorded, or that they are made up."""
    if point.recording is not None:
        return wording.say("recorded", point.recording.place, wording.pick(point.recording.period))
    return wording.say("simulated") if point.simulated else None
