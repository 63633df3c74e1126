"""How long is kept what was kept of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Retention:
    """How many days each is kept.

    Attributes:
        ledger: who was told, or not, and why; who took care, answered, or changed something, and their words; what
            telling each person cost; the log of alerts, silences that are over. Who wants no text messages is known
            as long as that is so, and who takes care of an incident as long as it lasts.
        addresses: where a notice went, and its text; what replies were answered.
    """

    ledger: int = 400
    addresses: int = 90
