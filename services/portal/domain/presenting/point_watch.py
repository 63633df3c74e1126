"""Which rules watch a point, and which of them fire there."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Alert, Rule, Threshold
from services.portal.domain.presenting.pointing import Pointing
from services.portal.domain.severity import Tone, severity_word, tone_of
from shared.model.registry import Kind, Point, Property
from shared.units import convert, convertible


@dataclass(frozen=True)
class Firing:
    """An alert that fires here. ``about``: what it is about, if that is more than this point."""

    title: str
    about: str | None
    severity: str
    tone: Tone
    since: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Watching:
    """A rule that watches the point, with the values that it compares with."""

    title: str
    thresholds: str


def alerts(pointing: Pointing, point: Point) -> tuple[Firing, ...] | None:
    """Those that fire at the point, the most urgent first; None: the rules engine did not answer."""
    if pointing.snapshot.alerts is None:
        return None
    return tuple(_firing(pointing, point, alert) for alert in pointing.alerts.get(point.id, ()))


def rules(pointing: Pointing, point: Point, kind: Kind) -> tuple[Watching, ...] | None:
    """Those that watch the point; None: the rules engine did not answer."""
    if pointing.snapshot.rules is None:
        return None
    watching = (rule for rule in pointing.snapshot.rules if point.id in (rule.points or ()))
    return tuple(Watching(rule.title, _thresholds(pointing, kind, rule)) for rule in watching)


def _firing(pointing: Pointing, point: Point, alert: Alert) -> Firing:
    return Firing(
        title=alert.rule_title,
        about=None if alert.point == point.id else alert.point_title,
        severity=severity_word(alert.severity, pointing.wording.language),
        tone=tone_of(alert.severity, alert.criticality),
        since=pointing.wording.moment(alert.since, ZoneInfo(point.zone)),
        readings=tuple(reading.text for reading in alert.readings),
    )


def _thresholds(pointing: Pointing, kind: Kind, rule: Rule) -> str:
    """The values that it compares what is observed here with, each once."""
    known = [(item, kind.properties.get(item.property)) for item in rule.thresholds]
    words = (_threshold(pointing, item, seen) for item, seen in known if seen is not None)
    return ", ".join(dict.fromkeys(words))


def _threshold(pointing: Pointing, item: Threshold, seen: Property) -> str:
    same = convertible(item.unit, seen.unit)
    value = pointing.written(convert(item.value, item.unit, seen.unit), seen) if same else ""
    return f"{pointing.wording.pick(seen.title)}{pointing.wording.say('colon')} {value}".strip()
