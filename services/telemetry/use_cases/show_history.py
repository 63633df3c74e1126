"""Answers what was observed: latest values, a series, and how much was taken and refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.telemetry.storage.observations import Observations
from shared.civil_time import require_aware
from shared.runtime.database import Database

MOST: Final = 10_000
_MOST_COUNTED: Final = 1_000_000


def latest(database: Database, points: Sequence[str] | None) -> list[dict[str, Any]]:
    """The newest observation of each series, of some points or of all."""
    with database.transaction() as transaction:
        return Observations(transaction).latest(points)


def history(
    database: Database, point: str, name: str, since: datetime, until: datetime, limit: int, oldest: bool = False
) -> list[dict[str, Any]]:
    """Observations of a series in [since, until], oldest first.

    Of too many the newest ``limit``, or the oldest for who asks on from there; at most ``MOST``.
    """
    bounds = (require_aware(since), require_aware(until))
    with database.transaction() as transaction:
        return Observations(transaction).history(point, name, *bounds, max(1, min(limit, MOST)), oldest)


def amount(database: Database, point: str, name: str, since: datetime, until: datetime, most: int) -> int:
    """How many observations of a series lie in [since, until], or ``most`` if there are more; it is at most a million.

    Of any quality, unlike the counts of ``series``, which are of what may be believed.
    """
    bounds = (require_aware(since), require_aware(until))
    with database.transaction() as transaction:
        return Observations(transaction).amount(point, name, *bounds, max(0, min(most, _MOST_COUNTED)))


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
