"""How a night went for a group, put together from what was noted of each of its luminaires."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.energy.course import Course, Light, Meter
from services.lighting_controller.domain.energy.level_change import LevelChange, What
from services.lighting_controller.domain.energy.luminaire_model import Curve
from services.lighting_controller.domain.stepping import side_by_side

_PLANNED: Final = (Source.CALENDAR.value, Source.DEFAULT.value)
_GRAIN: Final = timedelta(minutes=1)
"""What is drawn is told no finer than this."""


class Doing(NamedTuple):
    """What one luminaire does: target and known level in percent, watts known and watts estimated."""

    target: int | None
    level: int | None
    known_w: float
    estimated_w: float


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What a group does from a moment on.

    Attributes:
        target: percent, the mean of those that have one; level, least, most: of those whose light is known.
        unknown: of how many it isn't.
        power_w: of all; estimated_w: the part of it that is guessed by targets.
    """

    at: datetime
    target: float | None
    level: float | None
    least: int | None
    most: int | None
    unknown: int
    power_w: float
    estimated_w: float


@dataclass(frozen=True, order=True)
class Span:
    """From ``since`` until ``until`` an override decided for luminaires of the group, or a luminaire was faulty."""

    since: datetime
    until: datetime
    name: str
    detail: str
    level: int | None = None


def meter_at(luminaire: str, moment: datetime, last: Iterable[LevelChange]) -> Meter:
    """What held of a luminaire at a moment, from the last change of each sort before it."""
    by = {change.what: change for change in last}
    light, target, fault = by.get(What.LIGHT), by.get(What.TARGET), by.get(What.FAULT)
    return Meter(
        luminaire=luminaire,
        counted_until=moment,
        light=Light() if light is None else Light(light.level, light.power_w),
        target=None if target is None else target.level,
        fault=None if fault is None else fault.fault,
    )


def doings(course: Course, curve: Curve, since: datetime, until: datetime) -> Iterator[tuple[datetime, Doing]]:
    """What one luminaire does, change by change."""
    for begin, _, (light, target) in side_by_side(since, until, course.light, course.target):
        if light is None:
            yield begin, Doing(target, None, 0.0, 0.0 if target is None else curve.watts(target))
        else:
            watts = light.power_w if light.power_w is not None else curve.watts(light.level or 0)
            yield begin, Doing(target, light.level, watts, 0.0)


def moments(each: Sequence[Iterable[tuple[datetime, Doing]]]) -> list[Moment]:
    """What they do together, at the end of each minute in which something changed."""
    changes = sorted((at, number, doing) for number, own in enumerate(each) for at, doing in own)
    present: dict[int, Doing] = {}
    sums = _Sums()
    found: list[Moment] = []
    for minute, some in groupby(changes, key=lambda change: _minute(change[0])):
        for _, number, doing in some:
            if number in present:
                sums.add(present[number], -1)
            sums.add(doing, 1)
            present[number] = doing
        found.append(sums.at(minute))
    return found


def _minute(moment: datetime) -> datetime:
    """The nearest whole minute."""
    return (moment + _GRAIN / 2).replace(second=0, microsecond=0)


class _Sums:
    """What all do together, kept up as one after the other changes: a group may have thousands."""

    def __init__(self) -> None:
        self._targets, self._levels = Counter[int | None](), Counter[int | None]()
        self._known_w = self._estimated_w = 0.0

    def add(self, doing: Doing, number: int) -> None:
        """Add what one does, or with -1 take it away."""
        self._targets[doing.target] += number
        self._levels[doing.level] += number
        self._known_w += number * doing.known_w
        self._estimated_w += number * doing.estimated_w

    def at(self, moment: datetime) -> Moment:
        """The sums as they are."""
        levels = sorted(level for level, number in self._levels.items() if number and level is not None)
        return Moment(
            at=moment,
            target=_mean(self._targets),
            level=_mean(self._levels),
            least=levels[0] if levels else None,
            most=levels[-1] if levels else None,
            unknown=self._levels[None],
            power_w=round(abs(self._known_w) + abs(self._estimated_w), 2),
            estimated_w=round(abs(self._estimated_w), 2),
        )


def _mean(counted: Counter[int | None]) -> float | None:
    number = sum(count for level, count in counted.items() if level is not None)
    whole = sum(level * count for level, count in counted.items() if level is not None)
    return round(whole / number, 2) if number else None


def overrides_in(
    before: Mapping[str, Sequence[LevelChange]],
    changes: Mapping[str, Sequence[LevelChange]],
    since: datetime,
    until: datetime,
) -> list[Span]:
    """When which override decided for at least one luminaire: ``name`` is its id, ``detail`` the source's."""
    found: dict[tuple[str, str, int | None], list[tuple[datetime, datetime]]] = defaultdict(list)
    for luminaire in {*before, *changes}:
        targets = [change for change in (*before.get(luminaire, ()), *changes.get(luminaire, ())) if change.by]
        ends = (*(change.at for change in targets[1:]), until)
        for change, next_at in zip(targets, ends, strict=True):
            begin, end = max(change.at, since), min(next_at, until)
            if change.source not in _PLANNED and begin < end:
                found[change.by or "", change.source or "", change.level].append((begin, end))
    return sorted(
        Span(begin, end, by, source, level)
        for (by, source, level), times in found.items()
        for begin, end in _joined(times)
    )


def faults_in(courses: Mapping[str, Course], until: datetime) -> list[Span]:
    """Which luminaire was faulty when: ``name`` is the luminaire's id, ``detail`` the fault."""
    found = []
    for luminaire, course in courses.items():
        ends = (*(at for at, _ in course.fault[1:]), until)
        for (begin, fault), end in zip(course.fault, ends, strict=True):
            if fault is not None and begin < end:
                found.append(Span(begin, end, luminaire, fault.value))
    return sorted(found)


def _joined(times: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(times):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined
