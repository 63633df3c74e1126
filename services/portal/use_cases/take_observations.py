"""Asks telemetry for all observations of some days of a point, a portion at a time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.portal.domain.answers import Sample
from services.portal.domain.downloads import Days, Row
from services.portal.domain.questions import Ask, Question, read
from shared import bus

PORTION: Final = 2000
_TICK: Final = timedelta(microseconds=1)


class Unanswered(Exception):
    """Telemetry went away in the middle; what was told until then is not the whole."""


def amount(ask: Ask, point: str, properties: Mapping[str, str], days: Days, most: int) -> int | None:
    """How many observations there are, counted up to ``most`` of each property; None: telemetry does not answer."""
    within = {"point": point, "since": days.since.isoformat(), "until": days.until.isoformat(), "most": most}
    answers = ask([Question(bus.TELEMETRY, "amount", {**within, "property": name}) for name in properties])
    found = [read(answer, int) for answer in answers]
    return None if None in found else sum(number or 0 for number in found)


def take_observations(ask: Ask, point: str, properties: Mapping[str, str], days: Days) -> Iterator[Row]:
    """The observations by time, those of one moment by property. Only a portion of each property is held at a time.

    Args:
        properties: their units, by name.

    Raises:
        Unanswered: while it is iterated.
    """
    series = [_of(ask, point, name, unit, days) for name, unit in sorted(properties.items())]
    return heapq.merge(*series, key=lambda row: (row.sample.time, row.property))


def _of(ask: Ask, point: str, name: str, unit: str, days: Days) -> Iterator[Row]:
    since = days.since
    while samples := _portion(ask, point, name, since, days.until):
        yield from (Row(name, unit, sample) for sample in samples)
        if len(samples) < PORTION:
            return
        since = samples[-1].time + _TICK


def _portion(ask: Ask, point: str, name: str, since: datetime, until: datetime) -> tuple[Sample, ...]:
    within = {"point": point, "property": name, "since": since.isoformat(), "until": until.isoformat()}
    (answer,) = ask([Question(bus.TELEMETRY, "history", {**within, "limit": PORTION, "oldest": True})])
    samples = read(answer, tuple[Sample, ...])
    if samples is None:
        raise Unanswered(point)
    return samples
