"""Asks the other services what a page shows, and puts their answers together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from services.portal.domain.answers import (
    Alert,
    Incident,
    LampGroup,
    Latest,
    Notification,
    Rule,
    Sample,
    Sent,
    Tallies,
)
from services.portal.domain.presenting.flood import KIND, LONGEST, PROPERTY
from services.portal.domain.snapshot import Snapshot
from shared import bus
from shared.model.registry import Inventory
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy

T = TypeVar("T")

OVERLAP: Final = timedelta(hours=6)
"""Of a series that is known already only its newest part of this length is asked again, for values that came late."""

_TICK: Final = timedelta(microseconds=1)

_MOST_SAMPLES: Final = 5000
_MOST_LISTED: Final = 50


@dataclass(frozen=True)
class Question:
    """A call of another service."""

    service: str
    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


Ask = Callable[[Sequence[Question]], Sequence[Any]]
"""Puts questions at the same time and gives the answers as builtins in their order; None for each that got none."""


def take_snapshot(
    database: Database, ask: Ask, now: datetime, previous: Snapshot | None = None, *, replayed: bool = False
) -> Snapshot:
    """The city now. Parts whose service gave no answer, or one that can't be read, are None."""
    with database.transaction() as transaction:
        inventory = RegistryCopy(transaction).inventory()
    latest, tallies, rules, alerts, incidents, notifications, sent, lamps = ask(
        (
            Question(bus.TELEMETRY, "latest"),
            Question(bus.TELEMETRY, "summary"),
            Question(bus.RULES_ENGINE, "rules"),
            Question(bus.RULES_ENGINE, "alerts"),
            Question(bus.NOTIFIER, "incidents", {"limit": _MOST_LISTED}),
            Question(bus.NOTIFIER, "notifications", {"limit": _MOST_LISTED}),
            Question(bus.NOTIFIER, "summary"),
            Question(bus.LIGHTING_CONTROLLER, "state"),
        )
    )
    known = read(latest, tuple[Latest, ...])
    return Snapshot(
        now=now if replayed else now.replace(second=0, microsecond=0),
        replayed=replayed,
        inventory=inventory,
        latest=known,
        series=None if known is None else _series(ask, inventory, known, now, previous),
        tallies=read(tallies, Tallies),
        rules=read(rules, tuple[Rule, ...]),
        alerts=read(alerts, tuple[Alert, ...]),
        incidents=read(incidents, tuple[Incident, ...]),
        notifications=read(notifications, tuple[Notification, ...]),
        sent=read(sent, Sent),
        lamps=read(lamps if not isinstance(lamps, dict) else lamps.get("groups"), tuple[LampGroup, ...]),
    )


def read(answer: Any, kind: type[T]) -> T | None:
    """The answer as a value; None where there is none or it is not of that shape."""
    if answer is None:
        return None
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError:
        return None


def _series(
    ask: Ask, inventory: Inventory, latest: Sequence[Latest], now: datetime, previous: Snapshot | None
) -> dict[str, tuple[Sample, ...]] | None:
    """The levels of all gauges that have any; None if telemetry stopped answering."""
    gauges = {point.id for point in inventory.points if point.kind == KIND}
    newest = {item.point: item.time for item in latest if item.point in gauges and item.property == PROPERTY}
    before = (previous.series if previous is not None else None) or {}
    kept = {point: _settled(before.get(point, ()), time) for point, time in newest.items()}
    told = ask([_history(point, kept[point], time, now) for point, time in newest.items()])
    fresh = [read(answer, tuple[Sample, ...]) for answer in told]
    if any(samples is None for samples in fresh):
        return None
    return {point: kept[point] + (samples or ()) for point, samples in zip(newest, fresh, strict=True)}


def _settled(samples: Sequence[Sample], newest: datetime) -> tuple[Sample, ...]:
    """Those of the previous snapshot that need not be asked again and are still shown."""
    if not samples:
        return ()
    return tuple(item for item in samples if newest - LONGEST <= item.time < samples[-1].time - OVERLAP)


def _history(point: str, kept: Sequence[Sample], newest: datetime, now: datetime) -> Question:
    since = kept[-1].time + _TICK if kept else newest - LONGEST
    bounds = {"since": since.isoformat(), "until": max(now, newest).isoformat()}
    return Question(bus.TELEMETRY, "history", {"point": point, "property": PROPERTY, **bounds, "limit": _MOST_SAMPLES})
