"""The groups of luminaires: the level, who decided it, and each lamp as bright as it says it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import LampGroup, Luminaire, Override
from services.portal.domain.pages import page_of_point
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.civil_time import PARIS
from shared.model.registry import Point

_CALENDAR: Final = ("calendar", "default")
_DECIDED: Final = {"emergency": "by-emergency", "operator": "by-operator"}
_FAULTS: Final = {
    "communication": "fault-communication",
    "lamp": "fault-lamp",
    "stuck": "fault-stuck",
    "day-burner": "fault-day-burner",
}


@dataclass(frozen=True)
class Lamp:
    """A lamp. ``glow``: 0 to 1, of its reported level. ``differs``: what it reports where that is not its target."""

    address: str
    title: str
    label: str
    name: str
    glow: float
    radius: float
    differs: str | None
    fault: str | None


@dataclass(frozen=True)
class Waiting:
    """Overrides for one reason that do not decide now. ``times``: how many, where there are several."""

    reason: str
    level: str
    times: str | None = None


@dataclass(frozen=True)
class Group:
    """A group.

    Attributes:
        id: where a link to it leads on its page.
        level: in words, ``50 %``; share: the same, 0 to 100.
        held: how many the limits of the street keep from the group's level, in words.
        faulty: how many are to be repaired, in words.
        instead: the calendar's level, where an override displaced it; instead_share: the same, 0 to 100.
    """

    id: str
    title: str
    level: str
    share: float
    overridden: bool
    decided: str
    reason: str | None
    rule: str | None
    instead: str | None
    instead_share: float | None
    until: str | None
    used: str | None
    follow: str
    held: str | None
    faulty: str | None
    amiss: bool
    simulated: bool
    waiting: tuple[Waiting, ...]
    lamps: tuple[Lamp, ...]


def present(snapshot: Snapshot, wording: Wording) -> tuple[Group, ...] | None:
    """The groups: overridden ones first, then those with a lamp that is amiss; None: no answer."""
    if snapshot.lamps is None:
        return None
    points = {point.id: point for point in snapshot.inventory.points}
    rules = {rule.id: rule.title for rule in snapshot.rules or ()}
    titles = {group.id: wording.pick(group.title) for group in snapshot.inventory.groups}
    groups = [_group(group, titles.get(group.group, group.title), points, rules, wording) for group in snapshot.lamps]
    return tuple(sorted(groups, key=lambda group: (not group.overridden, not group.amiss, group.title)))


def _group(group: LampGroup, title: str, points: dict[str, Point], rules: dict[str, str], wording: Wording) -> Group:
    first = next((points[lamp.luminaire] for lamp in group.luminaires if lamp.luminaire in points), None)
    zone = ZoneInfo(first.zone) if first else PARIS
    acting = next((item for item in group.overrides if item.override == group.source), None)
    calendar = next((lost.level for lost in group.lost if lost.source in _CALENDAR and acting), None)
    calendar = None if calendar == group.level else calendar
    faulty = sum(1 for lamp in group.luminaires if lamp.fault)
    held = sum(1 for lamp in group.luminaires if lamp.cuts)
    following = sum(1 for lamp in group.luminaires if lamp.actual == lamp.target)
    return Group(
        id=group.group,
        title=title,
        level=_level(group.level, wording),
        share=group.level or 0.0,
        overridden=acting is not None,
        decided=wording.say(_DECIDED.get(acting.source, "by-rule") if acting else "by-calendar"),
        reason=wording.say("reason", acting.reason) if acting else group.calendar,
        rule=_rule(acting, rules, wording),
        instead=None if calendar is None else wording.say("instead-of", _level(calendar, wording)),
        instead_share=calendar,
        until=None if group.until is None else wording.say("until", wording.moment(group.until, zone)),
        used=_used(acting, wording),
        follow=wording.say("all-follow", str(following), str(len(group.luminaires))),
        held=wording.say("held", str(held)) if held else None,
        faulty=wording.say("faulty", str(faulty)) if faulty else None,
        amiss=following < len(group.luminaires) or faulty > 0,
        simulated=any(points[lamp.luminaire].simulated for lamp in group.luminaires if lamp.luminaire in points),
        waiting=_waiting([item for item in group.overrides if item != acting], wording),
        lamps=tuple(_lamp(lamp, points.get(lamp.luminaire), wording) for lamp in group.luminaires),
    )


def _waiting(overrides: Sequence[Override], wording: Wording) -> tuple[Waiting, ...]:
    counted = Counter((item.reason, _level(item.level, wording)) for item in overrides)
    return tuple(
        Waiting(reason, level, f"×\N{NO-BREAK SPACE}{times}" if times > 1 else None)
        for (reason, level), times in counted.items()
    )


def _rule(override: Override | None, rules: dict[str, str], wording: Wording) -> str | None:
    """The title of the rule behind an override; none behind an operator's."""
    if override is None or not override.rule:
        return None
    return rules.get(override.rule) or wording.say("rule", override.rule)


def _used(override: Override | None, wording: Wording) -> str | None:
    if override is None or override.at_most_s is None:
        return None
    lengths = (wording.duration(timedelta(seconds=seconds)) for seconds in (override.used_s, override.at_most_s))
    return wording.say("used", *lengths)


def _lamp(lamp: Luminaire, point: Point | None, wording: Wording) -> Lamp:
    title = point.title if point else lamp.luminaire
    target = _level(lamp.target, wording)
    actual = _level(lamp.actual, wording)
    glow = min(max((lamp.actual or 0.0) / 100, 0.0), 1.0)
    return Lamp(
        address=page_of_point(lamp.luminaire).address(wording.language),
        title=wording.say("lamp-title", title, target, actual),
        label=target,
        name=lamp.luminaire.rpartition("-")[2],
        glow=round(glow, 2),
        radius=round(9 + 19 * glow, 1),
        differs=None if lamp.actual == lamp.target else wording.say("differs", actual),
        fault=wording.say(_FAULTS[lamp.fault]) if lamp.fault in _FAULTS else lamp.fault,
    )


def _level(level: float | None, wording: Wording) -> str:
    return wording.say("not-heard") if level is None else wording.percent(level)
