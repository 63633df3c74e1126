"""Tells the other services what became of an alert: the messages on the bus, with their texts in French."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from services.rules_engine.domain.action import LightAction, NotifyAction
from services.rules_engine.domain.advancing import LEASE
from services.rules_engine.domain.alert import Change, Transition, Used
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.placeholders import filled
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rule import Severity
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.selecting import Subject
from services.rules_engine.domain.texts import UNKNOWN_VALUE, Texts, holding
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest, Reading
from shared.model.lighting import LightingAct, LightingRequested
from shared.model.registry import Property
from shared.units import french

_ALERTS: Final = uuid5(NAMESPACE_URL, "urn:vigie:alert")
_OVERRIDES: Final = uuid5(NAMESPACE_URL, "urn:vigie:override")


def alert_id(rule: str, subject: str, since: datetime) -> str:
    """The id of an episode: the same however often, and wherever, it is worked out."""
    return str(uuid5(_ALERTS, f"{rule}|{subject}|{since.isoformat()}"))


def override_id(alert: str, action: int, group: str | None = None) -> str:
    """The id of what one action of a firing alert asks of the lights; ``action`` counts all actions from 0.

    Args:
        group: of an action for an area, which asks each of its groups.
    """
    return str(uuid5(_OVERRIDES, f"{alert}|{action}" if group is None else f"{alert}|{action}|{group}"))


def alert_changed(
    rule: CompiledRule, transition: Transition, subject: Subject, scene: Scene, book: RuleBook, *, trace: str = ""
) -> AlertChanged | None:
    """What the notifier is told; None for a renewal, which is between the engine and the lights.

    Args:
        scene: fills the placeholders of messages.
        trace: the id that the deciding observation brought along.
    """
    if transition.kind is Change.RENEWED:
        return None
    own = rule.rule
    fires = transition.kind is not Change.RESOLVED
    members = tuple(holding(rule, transition, scene)) if fires and own.grouping is not None else ()
    return AlertChanged(
        alert=alert_id(own.id, subject.id, transition.since),
        rule=own.id,
        rule_title=own.title,
        owner=own.owner,
        criticality=own.criticality,
        severity=_severity(rule, transition).value,
        was=_was(rule, transition),
        point=subject.id,
        point_title=subject.title,
        points=members,
        zone=subject.zone,
        status=AlertStatus.FIRING if fires else AlertStatus.RESOLVED,
        at=transition.at,
        since=transition.since,
        resolution=None if transition.resolution is None else transition.resolution.value,
        readings=readings(rule, transition.values),
        notify=notifications(rule, transition, subject, scene, book),
        labels=dict(own.labels),
        areas=_areas(subject, book),
        groups=_groups_with(subject, book),
        site=_site(subject, book),
        trace=trace,
    )


def _areas(subject: Subject, book: RuleBook) -> tuple[str, ...]:
    """Those that contain the point; of an alert about an area that one."""
    point = book.points.get(subject.id)
    return point.areas if point is not None else _about("area:", subject)


def _groups_with(subject: Subject, book: RuleBook) -> tuple[str, ...]:
    """Those that the point is in; of an alert about a group that one."""
    if subject.id in book.points:
        return tuple(group.id for group in book.inventory.groups if subject.id in group.points)
    return _about("group:", subject)


def _site(subject: Subject, book: RuleBook) -> str | None:
    point = book.points.get(subject.id)
    return point.site if point is not None else next(iter(_about("site:", subject)), None)


def _about(sort: str, subject: Subject) -> tuple[str, ...]:
    return (subject.id.removeprefix(sort),) if subject.id.startswith(sort) else ()


def notifications(
    rule: CompiledRule, transition: Transition, subject: Subject, scene: Scene, book: RuleBook
) -> tuple[NotifyRequest, ...]:
    """Who is asked to be told: on the way up whom the levels that begin name, on the way down whom those left named.

    A team that several levels name at once is told once, in the words of the worst.
    """
    texts = Texts(rule, transition, subject, scene, book)
    chosen = transition.begun if transition.kind in (Change.FIRED, Change.WORSENED) else transition.left
    if transition.kind is Change.RESOLVED:
        chosen = transition.before
    found: dict[tuple[str, str | None], NotifyRequest] = {}
    for level in sorted(chosen):
        for action in rule.levels[level].level.then:
            if isinstance(action, NotifyAction):
                message = texts.eased() if transition.kind is Change.EASED else filled(action.message, texts.value)
                request = NotifyRequest(team=action.team, message=message, digest=action.digest)
                # Within a level a team may be told two things; of several levels the worst speaks.
                found[action.team, action.digest] = request
    return tuple(found.values())


def lighting_requests(
    rule: CompiledRule, transition: Transition, subject: Subject, book: RuleBook, *, trace: str = ""
) -> tuple[LightingRequested, ...]:
    """What the lighting controller is asked: a lease begun or renewed for each lighting action, or let go."""
    alert = alert_id(rule.rule.id, subject.id, transition.since)
    held = transition.after if transition.kind is Change.RENEWED else transition.begun
    return tuple(
        _request(rule, transition, alert, index, action, group, holds=level in held, trace=trace)
        for level, index, action, _ in rule.rule.lights
        if level in held or level in transition.left
        for group in _groups(action, book)
    )


def _groups(action: LightAction, book: RuleBook) -> tuple[str, ...]:
    """The group of the action, or every group that has a luminaire in its area."""
    if action.area is None:
        return (action.group,)
    return tuple(
        group.id
        for group in book.inventory.groups
        if any(action.area in book.points[point].areas for point in group.points if point in book.points)
    )


def readings(rule: CompiledRule, values: Iterable[Used]) -> tuple[Reading, ...]:
    """The values of a decision as messages carry them."""
    return tuple(_reading(each, rule.kind.properties[each.property]) for each in values)


def _severity(rule: CompiledRule, transition: Transition) -> Severity:
    level = (transition.after or transition.before or (0,))[-1]
    return rule.levels[level].level.severity


def _was(rule: CompiledRule, transition: Transition) -> str | None:
    if transition.kind not in (Change.WORSENED, Change.EASED):
        return None
    return rule.levels[transition.before[-1]].level.severity.value


def _request(
    rule: CompiledRule,
    transition: Transition,
    alert: str,
    index: int,
    action: LightAction,
    group: str,
    *,
    holds: bool,
    trace: str,
) -> LightingRequested:
    return LightingRequested(
        override=override_id(alert, index, None if action.area is None else group),
        act=LightingAct.HOLD if holds else LightingAct.RELEASE,
        alert=alert,
        rule=rule.rule.id,
        owner=rule.rule.owner,
        criticality=rule.rule.criticality,
        group=group,
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
