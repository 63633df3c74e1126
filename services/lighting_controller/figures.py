"""The figures of energy that Prometheus reads."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

from services.lighting_controller.use_cases.count_energy import Tally

_ENERGY: Final = Counter(
    "vigie_lighting_controller_energy_watt_hours_total",
    "What luminaires used (reported, estimated), and would have by the calendar alone or at 100 % all night (full).",
    ["reckoned"],
)
_LIT: Final = Counter("vigie_lighting_controller_lit_seconds_total", "Burning time of all luminaires, as reported.")
_UNKNOWN: Final = Counter("vigie_lighting_controller_unknown_seconds_total", "Time in which a luminaire was unknown.")
_POWER: Final = Gauge("vigie_lighting_controller_power_watts", "What all luminaires draw together, when last counted.")


def note_energy(tally: Tally) -> None:
    """Add what was counted now."""
    use = tally.use
    amounts = {
        "reported": use.reported_wh, "estimated": use.estimated_wh, "calendar": use.calendar_wh, "full": use.full_wh,
    }  # fmt: skip
    for reckoned, amount in amounts.items():
        _ENERGY.labels(reckoned).inc(amount)
    _LIT.inc(use.lit_s)
    _UNKNOWN.inc(use.unknown_s)
    if tally.power_w is not None:
        _POWER.set(tally.power_w)
