"""Reads what a city wrote, as rows that can be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

# What a person could see or be told, and the state it follows from. Times of the machine (when a row was received,
# sent or parked) and the ids of deliveries are left out: they differ between two runs that did the same.
RESULT = {
    "telemetry": {"observation": "point, property, time, value, unit, quality", "latest": "*"},
    "rules_engine": {
        "transition": "alert, kind, rule, point, at, resolution",
        "alert_state": "rule, point, fingerprint, phase, state, due_at",
        "sample": "*",
    },
}


def rows(folder: Path, service: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    """All rows of a table, in order."""
    engine = create_engine(f"sqlite:///{folder / service}.sqlite")
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT {columns} FROM {table}")).all()  # noqa: S608 - names from this file
    engine.dispose()
    return sorted((tuple(row) for row in found), key=repr)
