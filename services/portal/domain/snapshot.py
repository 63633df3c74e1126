"""The city at one moment, as the portal could learn it: what every page and stream shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

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
from shared.model.registry import Inventory


@dataclass(frozen=True)
class Snapshot:
    """What is known at ``now``. A part that is None could not be learnt: the service that owns it did not answer.

    Attributes:
        now: UTC; of a running clock the whole minute, so that a city where nothing happens gives equal snapshots.
        replayed: the clock is that of a replay.
        series: the river's levels by point, oldest first.
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
