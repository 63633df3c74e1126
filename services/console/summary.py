"""What a city has done so far, in the numbers that people ask for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Summary:
    """Counts since the city's data folder was made.

    Attributes:
        alerts: alerts that began to fire.
        sms, emails: sent, whatever carried them.
        lamp_changes: luminaires that reported another level.
    """

    observations: int
    alerts: int
    resolved: int
    sms: int
    emails: int
    lamp_changes: int

    @classmethod
    def ask(cls, rpc: Any) -> Summary:
        """Ask the services."""
        told = rpc.notifier.summary()
        decided = rpc.rules_engine.summary()
        return cls(
            observations=rpc.telemetry.summary()["observations"],
            alerts=decided["fired"],
            resolved=decided["resolved"],
            sms=told["sms"],
            emails=told["emails"],
            lamp_changes=rpc.lighting_controller.summary()["changes"],
        )

    def figures(self) -> dict[str, int]:
        """By name."""
        return asdict(self)

    def in_french(self) -> str:
        """One line for people."""
        return (
            f"{self.observations} observations · {self.alerts} alertes ({self.resolved} terminées) · "
            f"{self.sms} SMS · {self.emails} courriels · {self.lamp_changes} changements de lampes"
        )
