"""A firing alert as the rules engine tells it, for tests that only care what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest

START = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)


def firing_alert(**said: Any) -> AlertChanged:
    """A valid one; a test says only what matters to it."""
    at = said.get("at", START)
    valid: dict[str, Any] = {
        "alert": "alert-1",
        "rule": "gemapi.garonne",
        "rule_title": "Garonne : vigilance orange",
        "owner": "gemapi",
        "criticality": Criticality.VITAL,
        "severity": "orange",
        "point": "toulouse",
        "point_title": "Toulouse",
        "zone": "Europe/Paris",
        "status": AlertStatus.FIRING,
        "at": at,
        "since": at,
        "notify": (NotifyRequest(team="astreinte", message="Toulouse : 2,02 m"),),
        "trace": "trace-1",
    }
    return AlertChanged(**(valid | said))
