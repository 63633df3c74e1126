"""How long is kept what was kept of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Retention:
    """How many days each is kept.

    Attributes:
        ledger: who was told, or not, and why; the log of alerts, silences that are over.
        addresses: where a notice went, and its text.
    """

    ledger: int = 400
    addresses: int = 90
