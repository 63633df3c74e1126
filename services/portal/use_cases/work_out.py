"""Asks telemetry for what it must work out, indicators and days, now and then only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Bucket, Indicator
from services.portal.domain.days import drawn_property, drawn_span
from services.portal.domain.needs import Needs
from services.portal.domain.presenting.pointing import points_of
from services.portal.domain.questions import Ask, Question, read
from services.portal.domain.snapshot import Snapshot, Told
from shared import bus
from shared.model.registry import Kind, Point

EVERY_S: Final = 30.0
EVERY_REPLAYED_S: Final = 5.0
"""A replay's hours pass in seconds."""

_MOST: Final = 80


def worked_out(taken: Snapshot, needs: Needs, ask: Ask, previous: Snapshot | None, at_s: float) -> Snapshot:
    """The snapshot with what is wanted of each theme: asked now where that is due, else what is known already."""
    figures = dict(previous.figures) if previous is not None else {}
    days = dict(previous.days) if previous is not None else {}
    for theme in sorted(needs.figures):
        if _due(figures.get(theme), at_s, replayed=taken.replayed):
            figures[theme] = Told(at_s, _figures(points_of(taken, theme)[:_MOST], ask))
    for theme in sorted(needs.days):
        if _due(days.get(theme), at_s, replayed=taken.replayed):
            days[theme] = Told(at_s, _days(taken, points_of(taken, theme)[:_MOST], ask))
    return replace(taken, figures=figures, days=days)


def _due(known: Told[Any] | None, at_s: float, *, replayed: bool) -> bool:
    """Whether to ask: never asked, or so long ago; sooner where there was no answer, and in a replay."""
    if known is None:
        return True
    every_s = EVERY_REPLAYED_S if replayed or known.by_point is None else EVERY_S
    return at_s - known.asked_s >= every_s


def _figures(points: Sequence[Point], ask: Ask) -> Mapping[str, tuple[Indicator, ...]] | None:
    (answer,) = ask([Question(bus.TELEMETRY, "indicators", {"points": [point.id for point in points]})])
    told = read(answer, tuple[Indicator, ...])
    if told is None:
        return None
    found: dict[str, list[Indicator]] = defaultdict(list)
    for item in told:
        found[item.point].append(item)
    return {point: tuple(items) for point, items in found.items()}


def _days(taken: Snapshot, points: Sequence[Point], ask: Ask) -> Mapping[str, tuple[Bucket, ...]] | None:
    kinds = {kind.id: kind for kind in taken.inventory.kinds}
    asked = {point.id: _day(point, kinds[point.kind], taken.now) for point in points if point.kind in kinds}
    questions = {point: question for point, question in asked.items() if question is not None}
    answers = ask(list(questions.values()))
    told = {point: read(answer, tuple[Bucket, ...]) for point, answer in zip(questions, answers, strict=True)}
    known = {point: buckets for point, buckets in told.items() if buckets is not None}
    return known if known or not questions else None


def _day(point: Point, kind: Kind, now: datetime) -> Question | None:
    name = drawn_property(kind)
    if name is None:
        return None
    span = drawn_span(kind, name, now, ZoneInfo(point.zone))
    bounds = {"since": span.since.isoformat(), "until": span.until.isoformat(), "by": span.by}
    return Question(bus.TELEMETRY, "series", {"point": point.id, "property": name, **bounds})
