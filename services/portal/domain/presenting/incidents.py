"""The sections of alerts that fire, and of incidents open and lately resolved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Alert, Incident
from services.portal.domain.pages import INCIDENTS, page_of_point
from services.portal.domain.severity import Tone, severity_word, tone_of, urgency
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.civil_time import PARIS
from shared.model.registry import Theme

_MOST_RESOLVED: Final = 3
_MOST_OPEN: Final = 5


@dataclass(frozen=True)
class FiringPoint:
    """A point of a rule that fires there."""

    title: str
    address: str
    since: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class FiringRule:
    """A rule that fires, at one point or many."""

    rule: str
    title: str
    severity: str
    tone: Tone
    vital: bool
    since: str
    count: str
    points: tuple[FiringPoint, ...]


@dataclass(frozen=True)
class IncidentLine:
    """An incident as it is shown."""

    code: str
    address: str
    title: str
    severity: str
    tone: Tone
    owner: str
    when: str
    firing: str | None


@dataclass(frozen=True)
class Incidents:
    """The section of incidents. ``more``: how many open ones are not shown, in words."""

    known: bool
    open: tuple[IncidentLine, ...] = ()
    resolved: tuple[IncidentLine, ...] = ()
    more: str | None = None


def present_alerts(snapshot: Snapshot, wording: Wording, theme: Theme | None = None) -> tuple[FiringRule, ...] | None:
    """The rules that fire, everywhere or at a theme's points, the most urgent first; None: no answer."""
    if snapshot.alerts is None:
        return None
    kinds = {kind.id for kind in snapshot.inventory.kinds if theme in (None, kind.theme)}
    about = {point.id for point in snapshot.inventory.points if point.kind in kinds}
    zones = {point.id: ZoneInfo(point.zone) for point in snapshot.inventory.points}
    by_rule: dict[str, list[Alert]] = defaultdict(list)
    for alert in sorted(snapshot.alerts, key=lambda alert: (alert.since, alert.point)):
        if theme is None or alert.point in about:
            by_rule[alert.rule].append(alert)
    ordered = sorted(by_rule.values(), key=lambda some: (*urgency(some[0].severity, some[0].criticality), some[0].rule))
    return tuple(_firing(alerts, zones, wording) for alerts in ordered)


def _firing(alerts: list[Alert], zones: dict[str, ZoneInfo], wording: Wording) -> FiringRule:
    points = tuple(
        FiringPoint(
            alert.point_title,
            page_of_point(alert.point).address(wording.language),
            wording.say("since", wording.moment_there(alert.since, zones.get(alert.point, PARIS))),
            tuple(reading.text for reading in alert.readings),
        )
        for alert in alerts
    )
    first = alerts[0]
    since = wording.moment_there(first.since, zones.get(first.point, PARIS))
    return FiringRule(
        rule=first.rule,
        title=first.rule_title,
        severity=severity_word(first.severity, wording.language),
        tone=tone_of(first.severity, first.criticality),
        vital=first.criticality == "vital",
        since=wording.say("since" if len(alerts) == 1 else "first-since", since),
        count=wording.say("points-concerned", wording.number(len(alerts))),
        points=points,
    )


def present_incidents(snapshot: Snapshot, wording: Wording) -> Incidents:
    """Open incidents, the worst first, then the newest, and those resolved last."""
    if snapshot.incidents is None:
        return Incidents(known=False)
    owners = {item.id: wording.pick(item.title) for item in snapshot.inventory.directorates}
    newest = sorted(snapshot.incidents, key=lambda incident: incident.opened_at, reverse=True)
    opened = [item for item in newest if item.resolved_at is None]
    opened.sort(key=lambda incident: -list(Tone).index(tone_of(incident.severity)))
    closed = [item for item in newest if item.resolved_at is not None]
    closed.sort(key=lambda incident: incident.resolved_at or incident.opened_at, reverse=True)
    hidden = len(opened) - _MOST_OPEN
    return Incidents(
        known=True,
        open=tuple(_line(item, owners, wording) for item in opened[:_MOST_OPEN]),
        resolved=tuple(_line(item, owners, wording) for item in closed[:_MOST_RESOLVED]),
        more=wording.say("more", wording.number(hidden)) if hidden > 0 else None,
    )


def _line(incident: Incident, owners: dict[str, str], wording: Wording) -> IncidentLine:
    if incident.resolved_at is None:
        when = wording.say("opened", wording.moment(incident.opened_at))
    else:
        length = wording.duration(incident.resolved_at - incident.opened_at)
        when = f"{wording.say('resolved', wording.moment(incident.resolved_at))}, {wording.say('lasted', length)}"
    return IncidentLine(
        code=incident.code,
        address=f"{INCIDENTS.address(wording.language)}#{incident.code}",
        title=incident.title,
        severity=severity_word(incident.severity, wording.language),
        tone=tone_of(incident.severity),
        owner=owners.get(incident.owner, incident.owner),
        when=when,
        firing=wording.say("firing-in-incident", wording.number(incident.firing)) if incident.firing > 1 else None,
    )
