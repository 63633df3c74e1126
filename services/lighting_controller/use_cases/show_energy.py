"""Show what groups, and the city, used night by night, what it cost, and what was saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from services.lighting_controller.domain.daylight import night_of
from services.lighting_controller.domain.energy.billing import Bill, bills, together
from services.lighting_controller.domain.energy.energy import Slot, Use
from services.lighting_controller.domain.energy.pricing import Prices
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.meters import Meters
from shared.civil_time import PARIS
from shared.errors import InputError
from shared.runtime.database import Database

MOST_NIGHTS: Final = 400
_USUAL: Final = timedelta(days=6)


class NightView(msgspec.Struct, frozen=True, kw_only=True):
    """What was used in a night, or in several together.

    Attributes:
        night: the date on which it begins, at noon of the place; None: all nights that were asked for.
        energy_kwh: reported and estimated together; estimated: while nothing was known of a luminaire, by its target.
        saved_calendar_kwh, saved_full_kwh: less than by the calendar alone, and than 100 % all night; below 0: more.
        cost_eur: without VAT; None: no price is told.
        lit_h: hours of all luminaires together; unknown_h: nothing was known of them.
    """

    night: date | None
    energy_kwh: float
    reported_kwh: float
    estimated_kwh: float
    calendar_kwh: float
    full_kwh: float
    saved_calendar_kwh: float
    saved_full_kwh: float
    cost_eur: float | None
    cost_calendar_eur: float | None
    cost_full_eur: float | None
    co2_g: float | None
    lit_h: float
    lit_estimated_h: float
    unknown_h: float
    switchings: int


class EnergyView(msgspec.Struct, frozen=True, kw_only=True):
    """A group, or with ``group`` None the city, in which a luminaire of several groups counts once."""

    group: str | None
    title: str
    nights: tuple[NightView, ...]
    total: NightView


class EnergyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Nights from ``first`` to ``last``. ``counted_until``: what is later is not counted yet; None: nothing is."""

    first: date
    last: date
    counted_until: datetime | None
    of: tuple[EnergyView, ...]


def show_energy(
    database: Database,
    prices: Prices,
    now: datetime,
    group: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> EnergyAnswer:
    """What one group used, or the city and then each group; without dates in the last seven nights.

    Raises:
        NotFound: no such group.
        InputError: the nights are in the wrong order, or too many.
    """
    with database.transaction() as transaction:
        groups = Groups(transaction).all() if group is None else {group: Groups(transaction).one(group)}
        zone = next((item.site.zone for item in groups.values()), PARIS)
        first, last = nights_asked(first, last, night_of(now, zone))
        nights = EnergyNights(transaction)
        used = nights.of_groups(first, last, group)
        city = nights.of_city(first, last) if group is None else {}
        counted_until = Meters(transaction).furthest_behind()
    views = [_view(item.id, item.title, used.get(item.id, {}), prices) for item in groups.values()]
    whole = [_view(None, "", city, prices)] if group is None else []
    return EnergyAnswer(first=first, last=last, counted_until=counted_until, of=(*whole, *views))


def show_last_night(database: Database, prices: Prices, now: datetime) -> NightView | None:
    """What the city used in the last night that is over; None: nothing was counted of it."""
    with database.transaction() as transaction:
        zone = next((item.site.zone for item in Groups(transaction).all().values()), PARIS)
        night = night_of(now, zone) - timedelta(days=1)
        nights = bills(EnergyNights(transaction).of_city(night, night), prices)
    return night_view(nights[0]) if nights else None


def nights_asked(first: date | None, last: date | None, present: date) -> tuple[date, date]:
    """The nights that are meant.

    Raises:
        InputError: they are in the wrong order, or too many.
    """
    last = last or (present if first is None else max(first, present))
    first = first or last - min(_USUAL, last - date.min)
    if first > last:
        raise InputError(f"la nuit du {first} vient après celle du {last} / the first night is after the last")
    if (last - first).days >= MOST_NIGHTS:
        raise InputError(f"{MOST_NIGHTS} nuits au plus / {MOST_NIGHTS} nights at most")
    return first, last


def _view(group: str | None, title: str, used: Mapping[Slot, Use], prices: Prices) -> EnergyView:
    nights = bills(used, prices)
    return EnergyView(group=group, title=title, nights=tuple(map(night_view, nights)), total=_total(nights))


def _total(nights: Iterable[Bill]) -> NightView:
    return night_view(together(nights))


def night_view(bill: Bill) -> NightView:
    """A bill, in the units that people pay and read."""
    use, cost = bill.use, bill.cost
    return NightView(
        night=bill.night,
        energy_kwh=_thousandth(bill.used_wh),
        reported_kwh=_thousandth(use.reported_wh),
        estimated_kwh=_thousandth(use.estimated_wh),
        calendar_kwh=_thousandth(use.calendar_wh),
        full_kwh=_thousandth(use.full_wh),
        saved_calendar_kwh=_thousandth(bill.saved_on_calendar_wh),
        saved_full_kwh=_thousandth(bill.saved_on_full_wh),
        cost_eur=None if cost is None else round(cost.used, 4),
        cost_calendar_eur=None if cost is None else round(cost.calendar, 4),
        cost_full_eur=None if cost is None else round(cost.full, 4),
        co2_g=None if bill.co2_g is None else round(bill.co2_g, 1),
        lit_h=round(use.lit_s / 3600, 3),
        lit_estimated_h=round(use.lit_estimated_s / 3600, 3),
        unknown_h=round(use.unknown_s / 3600, 3),
        switchings=use.switchings,
    )


def _thousandth(watt_hours: float) -> float:
    """kWh, to the tenth of a watt-hour."""
    return round(watt_hours / 1000, 4) + 0.0
