"""Tells the other services what became of an alert: the messages on the bus, with their texts in French."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from services.rules_engine.domain.advancing import LEASE
from services.rules_engine.domain.alert import Change, Transition, Used
from services.rules_engine.domain.freshness import Row, used
from services.rules_engine.domain.placeholders import filled
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rule import LightAction, NotifyAction
from shared.civil_time import short_local
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest, Reading
from shared.model.lighting import LightingAct, LightingRequested
from shared.model.registry import Point, Property
from shared.units import display_unit, french

UNKNOWN_VALUE: Final = "valeur inconnue"
UNKNOWN_TIME: Final = "date inconnue"

_ALERTS: Final = uuid5(NAMESPACE_URL, "urn:vigie:alert")
_OVERRIDES: Final = uuid5(NAMESPACE_URL, "urn:vigie:override")


def alert_id(rule: str, point: str, since: datetime) -> str:
    """The id of an episode: the same however often, and wherever, it is worked out."""
    return str(uuid5(_ALERTS, f"{rule}|{point}|{since.isoformat()}"))


def override_id(alert: str, action: int) -> str:
    """The id of what one action of a firing alert asks of the lights; ``action`` counts all actions from 0."""
    return str(uuid5(_OVERRIDES, f"{alert}|{action}"))


def alert_changed(
    rule: CompiledRule, transition: Transition, point: Point, row: Row, *, trace: str = ""
) -> AlertChanged | None:
    """What the notifier is told; None for a renewal, which is between the engine and the lights.

    Args:
        row: fills the placeholders of properties, those that the condition doesn't read too.
        trace: the id that the deciding observation brought along.
    """
    if transition.kind is Change.RENEWED:
        return None
    own = rule.rule
    texts = _Texts(rule, transition, point, row)
    return AlertChanged(
        alert=alert_id(own.id, point.id, transition.since),
        rule=own.id,
        rule_title=own.title,
        owner=own.owner,
        criticality=own.criticality,
        severity=own.severity.value,
        point=point.id,
        point_title=point.title,
        zone=point.zone,
        status=AlertStatus.FIRING if transition.kind is Change.FIRED else AlertStatus.RESOLVED,
        at=transition.at,
        since=transition.since,
        resolution=None if transition.resolution is None else transition.resolution.value,
        readings=readings(rule, transition.values),
        notify=tuple(
            NotifyRequest(team=action.team, message=filled(action.message, texts.value), digest=action.digest)
            for action in own.then
            if isinstance(action, NotifyAction)
        ),
        trace=trace,
    )


def lighting_requests(
    rule: CompiledRule, transition: Transition, point: Point, *, trace: str = ""
) -> tuple[LightingRequested, ...]:
    """What the lighting controller is asked: a lease begun or renewed for each lighting action, or let go."""
    alert = alert_id(rule.rule.id, point.id, transition.since)
    return tuple(_request(rule, transition, alert, index, action, trace) for index, action in rule.rule.lights)


def readings(rule: CompiledRule, values: Iterable[Used]) -> tuple[Reading, ...]:
    """The values of a decision as messages carry them."""
    return tuple(_reading(each, rule.kind.properties[each.property]) for each in values)


def _request(
    rule: CompiledRule, transition: Transition, alert: str, index: int, action: LightAction, trace: str
) -> LightingRequested:
    holds = transition.kind is not Change.RESOLVED
    return LightingRequested(
        override=override_id(alert, index),
        act=LightingAct.HOLD if holds else LightingAct.RELEASE,
        alert=alert,
        rule=rule.rule.id,
        owner=rule.rule.owner,
        criticality=rule.rule.criticality,
        group=action.group,
        level=action.level,
        reason=action.reason,
        at=transition.at,
        lease_until=transition.decided_at + LEASE if holds else None,
        at_most_s=None if action.at_most is None else action.at_most.total_seconds(),
        ramp_s=action.ramp.total_seconds(),
        day=action.day,
        trace=trace,
    )


def _reading(seen: Used, known: Property) -> Reading:
    text = UNKNOWN_VALUE if seen.value is None else french(seen.value, known.unit, known.accuracy)
    return Reading(property=seen.property, value=seen.value, unit=known.unit, time=seen.time, text=text)


@dataclass(frozen=True)
class _Texts:
    """What fills the braces of a message."""

    rule: CompiledRule
    transition: Transition
    point: Point
    row: Row

    def value(self, name: str) -> str:
        """The text for a name; a name that nothing fills stays in its braces, so that nobody reads a gap."""
        general = self._general().get(name)
        if general is not None:
            return general()
        own, _, attribute = name.partition(".")
        if own not in self.rule.kind.properties:
            return f"{{{name}}}"
        return self._of_property(own, attribute)

    def _general(self) -> dict[str, Callable[[], str]]:
        rule, point = self.rule.rule, self.point
        return {
            "point": lambda: point.title,
            "point.id": lambda: point.id,
            "rule": lambda: rule.title,
            "rule.id": lambda: rule.id,
            "severity": lambda: rule.severity.value,
            "time": lambda: self._local(self.transition.at),
            "since": lambda: self._local(self.transition.since),
        }

    def _of_property(self, name: str, attribute: str) -> str:
        known = self.rule.kind.properties[name]
        (seen,) = used([name], self.row, self.transition.decided_at, self.rule.stale_after)
        text = _reading(seen, known).text
        shown = display_unit(known.unit)
        attributes = {
            "": text,
            "number": text.removesuffix(f" {shown}") if shown else text,
            "unit": shown,
            "title": known.title.fr,
            "time": UNKNOWN_TIME if seen.time is None else self._local(seen.time),
        }
        return attributes.get(attribute, f"{{{name}.{attribute}}}")

    def _local(self, moment: datetime) -> str:
        return short_local(moment, ZoneInfo(self.point.zone))
