"""Asks what the page of one point shows beside the snapshot: all at once, a few questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from services.portal.domain.answers import Bucket, Indicator, Sample
from services.portal.domain.presenting.point_day import Bounds, ShownDay
from services.portal.domain.presenting.point_told import MOST_SAMPLES, DeviceState, Manner, PointTold, Series, manner_of
from services.portal.domain.questions import Ask, Question, read
from shared import bus
from shared.model.registry import Kind, Point

_TICK: Final = timedelta(microseconds=1)
_MOST_ASKED: Final = 3 * MOST_SAMPLES
"""Of one day: devices that speak more often than their kind says are drawn too, up to here."""


def take_point(ask: Ask, point: Point, kind: Kind, names: Sequence[str], shown: ShownDay, now: datetime) -> PointTold:
    """What telemetry and the registry know of a point on a day and in the week that ends with it.

    Args:
        names: the properties that were ever observed there.
    """
    manners = {name: manner_of(kind, name) for name in names}
    asked = [_series(point, name, manner, shown, now) for name, manner in manners.items()]
    others = [
        Question(bus.TELEMETRY, "indicators", {"points": [point.id]}),
        Question(bus.DEVICE_REGISTRY, "heard", {"points": [point.id]}),
    ]
    answers = list(ask([question for questions in asked for question in questions.values()] + others))
    *told, figures, devices = answers
    series = {}
    for name, questions in zip(manners, asked, strict=True):
        mine, told = told[: len(questions)], told[len(questions) :]
        series[name] = _told(dict(zip(questions, mine, strict=True)))
    return PointTold(series, read(figures, tuple[Indicator, ...]), read(devices, tuple[DeviceState, ...]))


def _series(point: Point, name: str, manner: Manner, shown: ShownDay, now: datetime) -> dict[str, Question]:
    bounds = shown.week if "week" in manner.drawn else shown.bounds
    found = {"week": _summed(point, name, bounds, manner.week, now)}
    if manner.day == "samples":
        found["samples"] = _history(point, name, shown.bounds, ends=manner.ends)
    elif manner.day == "quarter-hour":
        found["quarters"] = _summed(point, name, shown.bounds, "quarter-hour", now)
    return found


def _summed(point: Point, name: str, bounds: Bounds, by: str, now: datetime) -> Question:
    since, until = bounds[0], min(bounds[1], max(now, bounds[0] + _TICK))
    times = {"since": since.isoformat(), "until": until.isoformat(), "by": by}
    return Question(bus.TELEMETRY, "series", {"point": point.id, "property": name, **times})


def _history(point: Point, name: str, bounds: Bounds, *, ends: bool) -> Question:
    """Both bounds of a history are in it: that which is not of the day is left out."""
    since, until = (bounds[0] + _TICK, bounds[1]) if ends else (bounds[0], bounds[1] - _TICK)
    times = {"since": since.isoformat(), "until": until.isoformat(), "limit": _MOST_ASKED}
    return Question(bus.TELEMETRY, "history", {"point": point.id, "property": name, **times})


def _told(answers: Mapping[str, Any]) -> Series:
    quarters, week = (read(answers.get(name), tuple[Bucket, ...]) for name in ("quarters", "week"))
    return Series(read(answers.get("samples"), tuple[Sample, ...]), quarters, week)
