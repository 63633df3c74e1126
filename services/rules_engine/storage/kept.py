"""An alert state as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from services.rules_engine.domain.alert import AlertState
from shared.model.alerts import AlertChanged

Key = tuple[str, str]
"""Rule and point: there is one alert state for each."""


@dataclass(frozen=True)
class Kept:
    """A state with what is remembered beside it.

    Attributes:
        fingerprint: of the rule which made it.
        trace: of the observation which was decided last.
        told: what the notifier was told when it fired; None while it doesn't fire. An alert whose rule is gone is
            resolved with these words.
    """

    state: AlertState
    fingerprint: str
    trace: str = ""
    told: AlertChanged | None = None
