"""Reads what a city wrote, as rows that can be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

# What a person could see or be told, and the state it follows from. Times of the machine (when a row was sent or
# parked), ids of deliveries and how often something was tried are left out: they differ between runs that did the same.
RESULT = (
    ("telemetry", "observation", "point, property, time, value, unit, quality"),
    ("telemetry", "latest", "*"),
    ("rules_engine", "transition", "alert, kind, rule, point, at, resolution"),
    ("rules_engine", "alert_state", "rule, point, fingerprint, phase, state, due_at"),
    ("rules_engine", "sample", "*"),
    ("notifier", "incident", "*"),
    ("notifier", "incident_alert", "*"),
    ("notifier", "notification", "id, kind, incident, team, person, medium, channel, state, subject, body, queued_at"),
    ("notifier", "outbox_message", "*"),
    ("lighting_controller", "override", "*"),
    ("lighting_controller", "luminaire", "id, target_source, target_level, target_by, changes"),
)


def result(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a run led to, by table; every table has rows."""
    return result_of(lambda service, table, columns: rows(folder, service, table, columns))


def result_of(read: Callable[[str, str, str], list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The same of a city wherever it keeps its rows: ``read`` gives those of a service's table, in order."""
    found = {table: read(service, table, columns) for service, table, columns in RESULT}
    assert all(found.values()), [table for table, content in found.items() if not content]
    found["alert_state"] = sorted((_without_schedule(row) for row in found["alert_state"]), key=repr)
    return found


def _without_schedule(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """An alert state without when it is looked at next, but for whether it is at all.

    One that is looked at too early is not put off until then (a write is saved), so whoever starts anew has it later.
    """
    *others, state, due_at = row
    known = json.loads(bytes(state))
    known.pop("due_at", None)
    return (*others, json.dumps(known), due_at is not None)


def rows(folder: Path, service: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    """All rows of a table, in order."""
    engine = create_engine(f"sqlite:///{folder / service}.sqlite")
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT {columns} FROM {table}")).all()  # noqa: S608 - names from this file
    engine.dispose()
    return sorted((tuple(row) for row in found), key=repr)


def plain(value: Any) -> Any:
    """A value of a PostgreSQL row as SQLite gives it: a time is a text without zone, in UTC; true is 1."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return int(value) if isinstance(value, bool) else value
