"""Gauges that publish their level over MQTT, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from services.telemetry.domain.claim import Outcome
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases.take_uplinks import take_uplinks
from shared import bus
from shared.model.message import decode
from shared.model.observations import Observation, Observations
from shared.model.registry import (
    Device,
    Directorate,
    Inventory,
    Kind,
    Model,
    Mount,
    Point,
    Property,
    Text,
    UplinkField,
)
from shared.model.uplinks import Uplink
from shared.runtime.database import Database
from shared.runtime.message_store import MessageStore

NOW: Final = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LIMIT: Final = 1024 * 1024
GAUGES: Final = 100
WORDS: Final = Text("x", "x")
LEVEL: Final = Property(title=WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)


def inventory() -> Inventory:
    """Two directorates; the gauges belong to the first, and have been there for ever."""
    field = UplinkField(path="hauteur", unit="mm")
    kind = Kind(
        id="water-level", title=WORDS, period_s=60, max_delay_s=3600, stale_after_s=180, properties={"level": LEVEL}
    )
    return Inventory(
        directorates=tuple(Directorate(id=name, title=WORDS) for name in ("gemapi", "dechets")),
        kinds=(kind,),
        models=(Model(id="gauge", title=WORDS, kind=kind.id, observes={"level": field}),),
        points=tuple(_point(number) for number in range(GAUGES)),
        devices=tuple(Device(id=f"d{number}", model="gauge") for number in range(GAUGES)),
        mounts=tuple(_mount(number) for number in range(GAUGES)),
    )


def _point(number: int) -> Point:
    return Point(id=f"p{number}", title="x", kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6)


def _mount(number: int) -> Mount:
    return Mount(id=f"m{number}", device=f"d{number}", point=f"p{number}", since=datetime(1900, 1, 1, tzinfo=UTC))


def level(millimetres: int, gauge: int = 0, time: datetime = NOW, topic: str = "vigie.gemapi.observations") -> Uplink:
    """What a gauge publishes."""
    said = {"device": f"d{gauge}", "time": time.isoformat(), "values": {"hauteur": millimetres}}
    return Uplink(topic, json.dumps(said).encode())


def minutes(count: int) -> list[list[Uplink]]:
    """A level of every gauge, for that many minutes."""
    return [
        [level(1000 + gauge, gauge, NOW - timedelta(minutes=minute)) for gauge in range(GAUGES)]
        for minute in range(count)
    ]


def take(database: Database, uplinks: Sequence[Uplink], partitions: Partitions | None = None) -> Outcome:
    """What a replica of telemetry makes of them; ``partitions`` is what it remembers, by default nothing."""
    return take_uplinks(database, partitions or Partitions(), Directory(inventory()), uplinks, LIMIT, NOW)


def published(database: Database) -> list[Observation]:
    """The observations that the rules engine will be told."""
    rows = (row for row in MessageStore(database).unsent(1_000_000) if row.event == bus.OBSERVATIONS.name)
    return list(_observations(row.body for row in rows))


def _observations(bodies: Iterable[bytes]) -> Iterable[Observation]:
    for body in bodies:
        yield from decode(body, Observations).observations
