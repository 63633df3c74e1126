"""Answers what was observed: latest values, a series, and how much was taken and refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.telemetry.storage.observations import Observations
from shared.civil_time import require_aware
from shared.runtime.database import Database

MOST: Final = 10_000


def latest(database: Database, points: Sequence[str] | None) -> list[dict[str, Any]]:
    """The newest observation of each series, of some points or of all."""
    with database.transaction() as transaction:
        return Observations(transaction).latest(points)


def history(
    database: Database, point: str, name: str, since: datetime, until: datetime, limit: int
) -> list[dict[str, Any]]:
    """Observations of a series in [since, until], oldest first; the newest ``limit`` of them, at most ``MOST``."""
    with database.transaction() as transaction:
        return Observations(transaction).history(
            point, name, require_aware(since), require_aware(until), max(1, min(limit, MOST))
        )


def summary(database: Database) -> dict[str, Any]:
    """How many observations were stored, repeated, put aside and refused, by reason."""
    with database.transaction() as transaction:
        tallies = Observations(transaction).tallies()
    prefix = "rejected:"
    rejected = {
        name.removeprefix(prefix): count for name, count in tallies.items() if name.startswith(prefix) and count
    }
    counted = {name: tallies.get(name, 0) for name in ("observations", "duplicates", "quarantined")}
    return {**counted, "rejected": rejected}


def recent_rejections(database: Database, limit: int) -> list[dict[str, Any]]:
    """The newest refusals with their reasons."""
    with database.transaction() as transaction:
        return Observations(transaction).recent_rejections(max(1, min(limit, MOST)))
