"""Asks the other services what the wanted pages show, and puts their answers together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from services.portal.domain.answers import (
    Alert,
    Burnt,
    Incident,
    LampGroup,
    Latest,
    Notification,
    Rule,
    Sample,
    Sent,
    Tallies,
)
from services.portal.domain.ground import Ground
from services.portal.domain.needs import needs_of
from services.portal.domain.presenting.flood import KIND, LONGEST, PROPERTY
from services.portal.domain.questions import Ask, Question, read
from services.portal.domain.snapshot import Snapshot
from services.portal.use_cases.work_out import worked_out
from shared import bus
from shared.model.registry import Inventory
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy

OVERLAP: Final = timedelta(hours=6)
"""Of a series that is known already only its newest part of this length is asked again, for values that came late."""

_TICK: Final = timedelta(microseconds=1)
_MOST_SAMPLES: Final = 5000
_MOST_LISTED: Final = 200

_PARTS: Final[Mapping[str, tuple[Question, Any]]] = MappingProxyType(
    {
        "latest": (Question(bus.TELEMETRY, "latest"), tuple[Latest, ...]),
        "tallies": (Question(bus.TELEMETRY, "summary"), Tallies),
        "rules": (Question(bus.RULES_ENGINE, "rules"), tuple[Rule, ...]),
        "alerts": (Question(bus.RULES_ENGINE, "alerts"), tuple[Alert, ...]),
        "incidents": (Question(bus.NOTIFIER, "incidents", {"limit": _MOST_LISTED}), tuple[Incident, ...]),
        "notifications": (Question(bus.NOTIFIER, "notifications", {"limit": _MOST_LISTED}), tuple[Notification, ...]),
        "sent": (Question(bus.NOTIFIER, "summary"), Sent),
        "lamps": (Question(bus.LIGHTING_CONTROLLER, "state"), tuple[LampGroup, ...]),
        "burnt": (Question(bus.LIGHTING_CONTROLLER, "last_night"), Burnt),
    }
)


def take_snapshot(
    database: Database,
    ask: Ask,
    now: datetime,
    pages: Iterable[str],
    previous: Snapshot | None = None,
    *,
    at_s: float = 0.0,
    replayed: bool = False,
    demo: bool = False,
    ground: Ground | None = None,
) -> Snapshot:
    """The city now, as far as some pages show it; the other parts are those of the previous snapshot.

    Parts whose service gave no answer, or one that can't be read, are None.

    Args:
        at_s: seconds of a clock that only grows: what is expensive is not asked again before its time.
    """
    with database.transaction() as transaction:
        inventory = RegistryCopy(transaction).inventory()
    needs = needs_of(pages)
    told = _parts(ask, [name for name in _PARTS if name in needs.parts])
    parts = {name: getattr(previous, name) for name in _PARTS} if previous is not None else {}
    parts |= told
    if "series" in needs.parts:
        parts["series"] = _series(ask, inventory, parts["latest"], now, previous)
    elif previous is not None:
        parts["series"] = previous.series
    shown = now if replayed else now.replace(second=0, microsecond=0)
    taken = Snapshot(now=shown, replayed=replayed, demo=demo, ground=ground or Ground(), inventory=inventory, **parts)
    return worked_out(taken, needs, ask, previous, at_s)


def _parts(ask: Ask, names: Sequence[str]) -> dict[str, Any]:
    answers = ask([_PARTS[name][0] for name in names])
    return {name: read(_plain(answer), _PARTS[name][1]) for name, answer in zip(names, answers, strict=True)}


def _plain(answer: Any) -> Any:
    """The lighting controller wraps its groups."""
    return answer.get("groups", answer) if isinstance(answer, dict) else answer


def _series(
    ask: Ask, inventory: Inventory, latest: Sequence[Latest] | None, now: datetime, previous: Snapshot | None
) -> dict[str, tuple[Sample, ...]] | None:
    """The levels of all gauges that have any; None if telemetry does not answer."""
    if latest is None:
        return None
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
