"""The city at one moment, as the portal could learn it: what every page and stream shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from services.portal.domain.answers import (
    Alert,
    Bucket,
    Burnt,
    Incident,
    Indicator,
    LampGroup,
    Latest,
    Notification,
    Rule,
    Sample,
    Sent,
    Tallies,
)
from services.portal.domain.ground import Ground
from shared.model.registry import Inventory, Theme

T = TypeVar("T")


@dataclass(frozen=True)
class Told(Generic[T]):
    """What telemetry worked out for the points of a theme.

    Attributes:
        asked_s: when it was asked, seconds of a clock that only grows; it is not asked again at each look.
        by_point: the answers; None: telemetry did not answer.
    """

    asked_s: float
    by_point: Mapping[str, tuple[T, ...]] | None

    def of(self, point: str) -> tuple[T, ...]:
        """What was told of a point."""
        return (self.by_point or {}).get(point, ())


@dataclass(frozen=True)
class Snapshot:
    """What is known at ``now``. A part that is None could not be learnt: the service that owns it did not answer.

    Parts that no page wanted just now are those of an earlier moment; see ``needs``.

    Attributes:
        now: UTC; of a running clock the whole minute, so that a city where nothing happens gives equal snapshots.
        replayed: the clock is that of a replay.
        demo: everything runs in one process and no message leaves it, so anybody may read them.
        ground: what the map is drawn on.
        series: the river's levels by point, oldest first.
        figures: the indicators of a theme's points.
        days: the last day or days of a theme's points, oldest first.
    """

    now: datetime
    replayed: bool
    inventory: Inventory = field(default_factory=Inventory)
    latest: tuple[Latest, ...] | None = None
    series: Mapping[str, tuple[Sample, ...]] | None = None
    tallies: Tallies | None = None
    rules: tuple[Rule, ...] | None = None
    alerts: tuple[Alert, ...] | None = None
    incidents: tuple[Incident, ...] | None = None
    notifications: tuple[Notification, ...] | None = None
    sent: Sent | None = None
    lamps: tuple[LampGroup, ...] | None = None
    burnt: Burnt | None = None
    figures: Mapping[Theme, Told[Indicator]] = field(default_factory=dict)
    days: Mapping[Theme, Told[Bucket]] = field(default_factory=dict)
    demo: bool = False
    ground: Ground = field(default_factory=Ground)
