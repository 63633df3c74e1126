"""The section of alerts that fire: by rule, each with the point, or what else and which points, it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Alert
from services.portal.domain.pages import page_of_point
from services.portal.domain.severity import Tone, severity_word, tone_of, urgency
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.civil_time import PARIS
from shared.model.registry import Kind, Point, Theme


@dataclass(frozen=True)
class Place:
    """Somewhere that an alert is about. ``address``: of its page; None: it is no point, and has none."""

    title: str
    address: str | None


@dataclass(frozen=True)
class Firing:
    """An alert of a rule that fires.

    Attributes:
        id: of the alert.
        place: what it is about.
        severity: in words, where the alerts of its rule differ in it; tone: of it.
        members: of several points together, those for which it holds; count: how many, in words.
    """

    id: str
    place: Place
    severity: str | None
    tone: Tone
    since: str
    readings: tuple[str, ...]
    members: tuple[Place, ...]
    count: str


@dataclass(frozen=True)
class FiringRule:
    """A rule that fires, once or often. ``severity``: the worst of its alerts; ``count``: how many, in words."""

    rule: str
    title: str
    severity: str
    tone: Tone
    vital: bool
    since: str
    count: str
    alerts: tuple[Firing, ...]


def present(snapshot: Snapshot, wording: Wording, theme: Theme | None = None) -> tuple[FiringRule, ...] | None:
    """The rules that fire, everywhere or at a theme's points, the most urgent first; None: no answer."""
    if snapshot.alerts is None:
        return None
    telling = _Telling(snapshot, wording)
    by_rule: dict[str, list[Alert]] = defaultdict(list)
    for alert in sorted(snapshot.alerts, key=lambda alert: (_urgency(alert), alert.since, alert.point)):
        if theme is None or telling.is_of(alert, theme):
            by_rule[alert.rule].append(alert)
    ordered = sorted(by_rule.values(), key=lambda alerts: (_urgency(alerts[0]), alerts[0].rule))
    return tuple(telling.rule(alerts) for alerts in ordered)


def _urgency(alert: Alert) -> tuple[int, int]:
    return urgency(alert.severity, alert.criticality)


@dataclass(frozen=True)
class _Telling:
    """What all rules share."""

    snapshot: Snapshot
    wording: Wording

    @cached_property
    def _kinds(self) -> Mapping[str, Kind]:
        return {kind.id: kind for kind in self.snapshot.inventory.kinds}

    @cached_property
    def _points(self) -> Mapping[str, Point]:
        """Those that have a page."""
        return {point.id: point for point in self.snapshot.inventory.points if point.kind in self._kinds}

    @cached_property
    def _watched(self) -> Mapping[str, tuple[str, ...]]:
        return {rule.id: rule.points or () for rule in self.snapshot.rules or ()}

    def is_of(self, alert: Alert, theme: Theme) -> bool:
        """Whether one of its points is of a theme."""
        return any(self._kinds[point.kind].theme == theme for point in self._about(alert))

    def rule(self, alerts: Sequence[Alert]) -> FiringRule:
        """A rule with its alerts, the worst first."""
        worst, oldest = alerts[0], min(alerts, key=lambda alert: alert.since)
        language, differ = self.wording.language, len({alert.severity for alert in alerts}) > 1
        return FiringRule(
            rule=worst.rule,
            title=worst.rule_title,
            severity=severity_word(worst.severity, language),
            tone=tone_of(worst.severity, worst.criticality),
            vital=worst.criticality == "vital",
            since=self.wording.say("since" if len(alerts) == 1 else "first-since", self._moment(oldest)),
            count=self._count(alerts),
            alerts=tuple(self._firing(alert, differ=differ) for alert in alerts),
        )

    def _count(self, alerts: Sequence[Alert]) -> str:
        """How many points; of alerts about several points together, how many alerts."""
        single = all(alert.point in self._points for alert in alerts)
        return self.wording.say(
            "points-concerned" if single else "firing-in-incident", self.wording.number(len(alerts))
        )

    def _firing(self, alert: Alert, *, differ: bool) -> Firing:
        names = alert.places if alert.points else ()
        members = tuple(self._place(name) for name in names if name in self._points)
        return Firing(
            id=alert.alert,
            place=self._place(alert.point, alert.point_title),
            severity=severity_word(alert.severity, self.wording.language) if differ else None,
            tone=tone_of(alert.severity, alert.criticality),
            since=self.wording.say("since", self._moment(alert)),
            readings=tuple(reading.text for reading in alert.readings),
            members=members,
            count=self.wording.count("points-concerned", len(members)),
        )

    def _place(self, name: str, title: str | None = None) -> Place:
        point = self._points.get(name)
        address = None if point is None else page_of_point(name).address(self.wording.language)
        return Place(title or (name if point is None else point.title), address)

    def _moment(self, alert: Alert) -> str:
        """Since when, in the zone of its points; in Paris's where they have several, or none."""
        zones = {point.zone for point in self._about(alert)}
        zone = ZoneInfo(*zones) if len(zones) == 1 else PARIS
        return self.wording.moment_there(alert.since, zone)

    def _about(self, alert: Alert) -> list[Point]:
        """Its points; of an alert that names none, those that its rule watches."""
        known = [name for name in alert.places if name in self._points]
        names = known or [name for name in self._watched.get(alert.rule, ()) if name in self._points]
        return [self._points[name] for name in names]
