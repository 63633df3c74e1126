"""What the city's lights used last night, and what dimming spared against lights that nobody dims."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording


@dataclass(frozen=True)
class Burnt:
    """The last night. ``spared``: None where nothing was, or nothing could be."""

    used: str
    spared: str | None
    estimated: str | None


def present(snapshot: Snapshot, wording: Wording) -> Burnt | None:
    """The last night that is over; None: nothing was counted, or there is no answer."""
    night = snapshot.burnt
    if night is None:
        return None
    share = 100 * night.saved_full_kwh / night.full_kwh if night.full_kwh > 0 else 0.0
    saved = round(share) > 0
    return Burnt(
        used=wording.say("burnt", _kwh(night.energy_kwh, wording)),
        spared=wording.say("spared", wording.percent(round(share))) if saved else None,
        estimated=wording.say("estimated", _kwh(night.estimated_kwh, wording)) if night.estimated_kwh >= 0.1 else None,
    )


def _kwh(energy: float, wording: Wording) -> str:
    return f"{wording.number(energy, 0 if energy >= 100 else 1)}\N{NO-BREAK SPACE}kWh"
