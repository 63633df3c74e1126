"""What was used in nights, in kilowatt-hours, euros and hours, and what was saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.lighting_controller.domain.energy.energy import Slot, Use, total
from services.lighting_controller.domain.energy.pricing import Prices


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Euros without VAT: of what was used, reported and estimated, of the calendar alone, of 100 % all night."""

    used: float
    calendar: float
    full: float


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What some luminaires used in a night, or in several together.

    Attributes:
        night: the date on which it begins; None: of several.
        use: energies in Wh, times in seconds.
        cost: None: no price is told.
        co2_g: grams of CO2 equivalent; None: not reckoned.
    """

    night: date | None
    use: Use
    cost: Cost | None
    co2_g: float | None

    @property
    def used_wh(self) -> float:
        """What was used, reported and estimated."""
        return self.use.reported_wh + self.use.estimated_wh

    @property
    def saved_on_calendar_wh(self) -> float:
        """Below 0: overrides lit more than the calendar would have."""
        return self.use.calendar_wh - self.used_wh

    @property
    def saved_on_full_wh(self) -> float:
        """Below 0: it used more than at 100 % all night, such as by day."""
        return self.use.full_wh - self.used_wh


def bills(uses: Mapping[Slot, Use], prices: Prices) -> list[Bill]:
    """A bill for each night, in order."""
    slots = sorted(uses)
    return [
        _bill(night, {slot: uses[slot] for slot in own}, prices)
        for night, own in groupby(slots, key=lambda slot: slot.night)
    ]


def together(nights: Iterable[Bill]) -> Bill:
    """One bill of several nights. A night without a price leaves it without one: a part would look like the whole."""
    every = list(nights)
    costs = [night.cost for night in every if night.cost is not None]
    grams = [night.co2_g for night in every if night.co2_g is not None]
    cost = Cost(
        used=sum(cost.used for cost in costs),
        calendar=sum(cost.calendar for cost in costs),
        full=sum(cost.full for cost in costs),
    )
    return Bill(
        night=None,
        use=total(night.use for night in every),
        cost=cost if every and len(costs) == len(every) else None,
        co2_g=sum(grams) if every and len(grams) == len(every) else None,
    )


def _bill(night: date, uses: Mapping[Slot, Use], prices: Prices) -> Bill:
    price, use = prices.of(night), total(uses.values())
    if price is None:
        return Bill(night=night, use=use, cost=None, co2_g=None)
    euros = [(price.of(slot.tariff) / 1000, used) for slot, used in uses.items()]
    cost = Cost(
        used=sum(per_wh * (used.reported_wh + used.estimated_wh) for per_wh, used in euros),
        calendar=sum(per_wh * used.calendar_wh for per_wh, used in euros),
        full=sum(per_wh * used.full_wh for per_wh, used in euros),
    )
    per_kwh = price.co2_g_per_kwh
    grams = None if per_kwh is None else per_kwh * (use.reported_wh + use.estimated_wh) / 1000
    return Bill(night=night, use=use, cost=cost, co2_g=grams)
