"""Answers with the daily values that are kept of a series."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import msgspec

from services.telemetry.domain.directory import Directory
from services.telemetry.storage.daily import Days
from shared.errors import InputError, NotFound
from shared.runtime.database import Database

_LONGEST: Final = timedelta(days=3700)


def daily(
    database: Database, directory: Directory, point: str, name: str, since: date, until: date
) -> list[dict[str, Any]]:
    """The closed civil days of the point's zone from ``since`` until the one before ``until`` that have values.

    Raises:
        NotFound: no such point.
        InputError: too long a time.
    """
    if point not in directory.points:
        raise NotFound("point", point)
    if until - since > _LONGEST:
        raise InputError(f"at most {_LONGEST.days} days at once")
    with database.transaction() as transaction:
        kept = Days(transaction).values([point], name, since, until)[point]
    return [{"day": day, **msgspec.structs.asdict(value)} for day, value in kept.items()]
