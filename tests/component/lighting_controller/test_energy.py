"""What luminaires use: counted from their reports, and held against the lamps' own light, looked at each second."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
from services.lighting_controller.domain.energy.energy import Use, total
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.energy.luminaire_model import Curve
from services.lighting_controller.domain.network.cabinet import Cabinet, Cabinets
from services.lighting_controller.domain.orders.order_wanted import WantedEmergency
from services.lighting_controller.drivers.simulated import SimulatedDriver
from services.lighting_controller.storage.cuts_told import CutsTold
from services.lighting_controller.storage.emergencies import Emergencies
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.level_changes import LevelChanges
from services.lighting_controller.storage.meters import Meters
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.storage.tables import ENERGY_NIGHT, LEVEL_CHANGE
from services.lighting_controller.use_cases.call_emergency import call_emergency
from services.lighting_controller.use_cases.count_energy import EnergyBasis, count_energy
from services.lighting_controller.use_cases.forget import forget_daily
from services.lighting_controller.use_cases.hear_reports import hear_reports
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.show_energy import show_energy
from services.lighting_controller.use_cases.show_night import show_night
from services.lighting_controller.use_cases.show_upkeep import show_upkeep
from shared.actor import Actor
from shared.errors import InputError, NotFound
from shared.model.registry import RegistryChanged
from shared.runtime.database import Received
from shared.runtime.settings import shipped_rules
from tests.component.lighting_controller.conftest import WIDE, inventory

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NOON = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
DUSK = datetime(2022, 1, 9, 17, 8, 39, tzinfo=UTC)
FIRES = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
BRIGADE = Actor("emergency:marins-pompiers", "", emergency=True)
LAMPS = ["lamp-1", "lamp-2", "lamp-3"]
BANK = Curve(((0, 0.5), (10, 5.0), (50, 15.5), (100, 30.0)))
"""What ``models.yaml`` says of the lamps of the bank."""


def basis(controller: Any, silent_after: timedelta | None = None) -> EnergyBasis:
    text = (shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8")
    return EnergyBasis(load_models(text, "models.yaml"), controller.calendars, silent_after)


class Watched:
    """The lamps' memory, and all that the lamps ever were: from when, and how they burn from then on."""

    def __init__(self, memory: StoredLamps) -> None:
        self._memory = memory
        self.now = NOON
        self.history: dict[str, list[tuple[datetime, SimulatedLamp]]] = defaultdict(list)

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        return self._memory.load(ids)

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        for lamp in lamps:
            self.history[lamp.id].append((self.now, lamp))
        self._memory.save(lamps)

    def watt_hours(self, luminaire: str, since: datetime, until: datetime) -> float:
        """Its own light, looked at in the middle of each second."""
        states, watts, place = self.history[luminaire], 0.0, 0
        for second in range(int((until - since) / SECOND)):
            moment = since + (second + 0.5) * SECOND
            while place + 1 < len(states) and states[place + 1][0] <= moment:
                place += 1
            watts += naive_watts(states[place][1].report(moment).actual or 0)
        return watts / 3600


def naive_watts(level: int) -> float:
    """Written out by hand from the file, as somebody with a pencil reads the curve."""
    if level <= 10:
        return 0.5 + level * 0.45
    if level <= 50:
        return 5.0 + (level - 10) * 10.5 / 40
    return 15.5 + (level - 50) * 14.5 / 50


def count_all(controller: Any, by: EnergyBasis, now: datetime) -> None:
    while (due := count_energy(controller.database, by, now).next_due) <= now:
        assert due == now


def used(controller: Any) -> Use:
    with controller.database.transaction() as transaction:
        return total(EnergyNights(transaction).of_city(date(2000, 1, 1), date(2100, 1, 1)).values())


def rows(controller: Any) -> list[Any]:
    with controller.database.transaction() as transaction:
        return [
            tuple(row)
            for row in transaction.connection.execute(select(ENERGY_NIGHT).order_by("luminaire", "night", "tariff"))
        ]


def flood_night(
    controller_of: Callable[..., Any], hold: Callable[..., Any], *, ramp_s: float = 0.0, speaks: bool = False
) -> tuple[Any, Watched]:
    """From noon to noon, with the flood rule from 02:45 for 42 minutes; ``speaks``: lamps tell each change at once."""
    controller = controller_of(now=NOON, watts=None)
    watched = Watched(StoredLamps(controller.database))
    controller.driver = SimulatedDriver(watched, watts=None)
    for lamp in LAMPS:
        watched.history[lamp].append((NOON, StoredLamps(controller.database).load([lamp])[lamp]))
    step = timedelta(seconds=5) if speaks else 5 * MINUTE
    moment = NOON
    while moment < NOON + 24 * HOUR:
        if FIRES <= moment < FIRES + 40 * MINUTE and (moment - FIRES) % (5 * MINUTE) == timedelta():
            controller.take(hold(moment, ramp_s=ramp_s))
        moment += step
        while controller.due is not None and controller.due <= moment:
            controller.now = watched.now = max(controller.due, controller.now)
            controller.tick()
        controller.now = watched.now = moment
        if speaks and FIRES <= moment < FIRES + HOUR:
            reports = controller.driver.reports(LAMPS, moment)
            with controller.database.transaction() as transaction:
                hear_reports(transaction, reports, moment)
    return controller, watched


@pytest.mark.parametrize(("ramp_s", "speaks"), [(0.0, False), (120.0, True)])
def test_a_simulated_night_comes_to_what_its_lamps_burn_second_by_second(
    controller_of: Callable[..., Any], hold: Callable[..., Any], ramp_s: float, speaks: bool
) -> None:
    controller, watched = flood_night(controller_of, hold, ramp_s=ramp_s, speaks=speaks)
    until = NOON + 24 * HOUR
    count_all(controller, basis(controller), until + 20 * MINUTE)
    whole = used(controller)
    burnt = sum(watched.watt_hours(lamp, NOON, until) for lamp in LAMPS)
    assert whole.reported_wh == pytest.approx(burnt, rel=0.001)
    assert (whole.estimated_wh, whole.unknown_s) == (0.0, 0.0)
    assert whole.calendar_wh < whole.reported_wh < whole.full_wh


def hear(controller: Any, *reports: Report) -> None:
    with controller.database.transaction() as transaction:
        hear_reports(transaction, reports, controller.now)


def test_more_luminaires_than_are_counted_at_once_are_all_counted(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=NOON)
    now = NOON + HOUR
    controller.run_until(now)
    while count_energy(controller.database, basis(controller), now, most=1).next_due <= now:
        pass
    with controller.database.transaction() as transaction:
        assert [meter.luminaire for meter in Meters(transaction).behind(now, most=9)] == LAMPS


def test_counted_each_quarter_and_killed_now_and_then_it_is_the_same_as_counted_once(
    controller_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill shows as a transaction that is never committed; another process then begins from what is stored."""
    controller = controller_of(now=NOON, watts=None)
    controller.run_until(NOON + 24 * HOUR)
    by, kill = basis(controller), iter([False, True, False, False, True] * 100)
    add = EnergyNights.add

    def killed(self: EnergyNights, uses: Any) -> None:
        add(self, uses)
        if next(kill):
            raise KeyboardInterrupt

    monkeypatch.setattr(EnergyNights, "add", killed)
    moment = NOON
    while moment < NOON + 24 * HOUR + 20 * MINUTE:
        moment += 5 * MINUTE
        with suppress(KeyboardInterrupt):
            count_energy(controller.database, by, moment, most=2)
    monkeypatch.undo()
    count_all(controller, basis(controller), moment)
    pieces = used(controller)
    with controller.database.transaction() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM energy_night")
        transaction.connection.exec_driver_sql("DELETE FROM meter")
    count_all(controller, basis(controller), moment)
    whole = used(controller)
    assert pieces.reported_wh == pytest.approx(whole.reported_wh, abs=1e-6)
    assert pieces.lit_s == pytest.approx(whole.lit_s, abs=1e-3)
    assert (pieces.switchings, whole.switchings) == (9, 9)


@pytest.mark.parametrize(
    ("night", "hours"), [(date(2026, 10, 24), 25), (date(2026, 3, 28), 23), (date(2024, 2, 29), 24)]
)
def test_a_night_is_as_long_as_the_clocks_make_it(controller_of: Callable[..., Any], night: date, hours: int) -> None:
    paris = ZoneInfo("Europe/Paris")
    since = datetime.combine(night, time(12), paris).astimezone(UTC)
    controller = controller_of(now=since, watts=None)
    controller.run_until(since + (hours + 1) * HOUR)
    count_all(controller, basis(controller), since + (hours + 1) * HOUR)
    answer = show_energy(
        controller.database, basis(controller).models.prices, controller.now, "berges-garonne", night, night
    )
    (shown,) = answer.of[0].nights
    # Dark is half a watt, by day and where the calendar has it dark: all the rest is lit.
    plan = controller.calendars.plan_of("berges-garonne", next(iter(groups(controller).values())).site)
    lit = plan.lit_time(since, since + hours * HOUR)
    assert shown.lit_h == pytest.approx(3 * lit / HOUR, abs=0.01)
    with controller.database.transaction() as transaction:
        cheap = sum(
            use.reported_wh
            for slot, use in EnergyNights(transaction).of_city(night, night).items()
            if slot.tariff != "base"
        )
    # 22:00 to 06:00 are 9, 7 or 8 hours; at 100 % until 22:30 and from 05:30 on.
    assert cheap == pytest.approx(3 * (30.0 + 15.5 * (hours - 24 + 7)), rel=1e-6)


def groups(controller: Any) -> Any:
    from services.lighting_controller.storage.groups import Groups

    with controller.database.transaction() as transaction:
        return Groups(transaction).all()


def test_reports_out_of_order_and_twice_count_once(controller_of: Callable[..., Any]) -> None:
    controller = controller_of({"berges-garonne": ("lamp-1",)}, now=NOON, watts=None)
    controller.run_until(NOON + 8 * HOUR)
    late = NOON + 7 * HOUR + 50 * MINUTE
    hear(
        controller,
        Report("lamp-1", 100, 100, late),
        Report("lamp-1", 100, 60, late - MINUTE),
        Report("lamp-1", 100, 100, late),
    )
    count_all(controller, basis(controller), controller.now)
    before = used(controller)
    # Of a time that is counted: it holds from there on, and nothing is counted again.
    controller.now = NOON + 9 * HOUR
    hear(controller, Report("lamp-1", 100, 40, NOON + 7 * HOUR + 55 * MINUTE))
    hear(controller, Report("lamp-1", 100, 40, NOON + 7 * HOUR + 55 * MINUTE))
    count_all(controller, basis(controller), controller.now)
    after = used(controller)
    with controller.database.transaction() as transaction:
        (meter,) = Meters(transaction).get(["lamp-1"])
    assert meter.counted_until == NOON + 8 * HOUR + 45 * MINUTE
    dim = NOON + 7 * HOUR + 55 * MINUTE
    assert after.reported_wh - before.reported_wh == pytest.approx(
        ((dim - (NOON + 7 * HOUR + 45 * MINUTE)) / HOUR) * 30 + ((meter.counted_until - dim) / HOUR) * naive_watts(40)
    )


def test_a_luminaire_of_several_groups_counts_once_in_the_city(controller_of: Callable[..., Any]) -> None:
    controller = controller_of({"a": ("lamp-1", "lamp-2"), "b": ("lamp-2", "lamp-3")}, now=NOON, watts=None)
    controller.run_until(NOON + 25 * HOUR)
    by = basis(controller)
    count_all(controller, by, controller.now)
    answer = show_energy(controller.database, by.models.prices, controller.now)
    city, a, b = answer.of
    assert [city.group, a.group, b.group] == [None, "a", "b"]
    each = city.total.energy_kwh / 3
    assert a.total.energy_kwh == b.total.energy_kwh == pytest.approx(2 * each, abs=0.0002)
    assert city.total.cost_eur is not None
    with pytest.raises(NotFound):
        show_energy(controller.database, by.models.prices, controller.now, "nobody")
    with pytest.raises(InputError):
        show_energy(controller.database, by.models.prices, controller.now, "a", date(2022, 2, 1), date(2022, 1, 1))
    with pytest.raises(InputError):
        show_energy(controller.database, by.models.prices, controller.now, "a", date(2020, 1, 1), date(2022, 1, 1))


def test_a_lamp_that_falls_silent_is_unknown_and_estimated(controller_of: Callable[..., Any]) -> None:
    controller = controller_of({"berges-garonne": ("lamp-1",)}, now=NOON, watts=None)
    controller.run_until(NOON + 8 * HOUR)
    hear(controller, Report("lamp-1", 100, 100, controller.now))
    count_all(controller, basis(controller, 2 * HOUR), NOON + 10 * HOUR + 30 * MINUTE)
    night = used(controller)
    # Told at noon, at dusk when it was asked, and at 20:00: unknown from two hours after noon, and after 20:00, on.
    assert night.unknown_s == (DUSK - NOON - 2 * HOUR + 15 * MINUTE).total_seconds()
    assert night.estimated_wh == pytest.approx(0.5 * ((DUSK - NOON) / HOUR - 2) + 30 / 4)
    assert night.reported_wh + night.estimated_wh == pytest.approx(night.calendar_wh)


def test_silence_of_a_cabinet_without_power_by_day_is_known_darkness(controller_of: Callable[..., Any]) -> None:
    controller = controller_of({"berges-garonne": ("lamp-1",)}, now=NOON, watts=None)
    known = inventory({"berges-garonne": ("lamp-1",)})
    fed = tuple(replace(point, site="quay") for point in known.points)
    changed = RegistryChanged(revision=2, at=NOON, inventory=replace(known, points=fed))
    keep_registry(controller.database, [Received("r2", changed)], NOON)
    controller.run_until(NOON + 8 * HOUR)
    hear(controller, Report("lamp-1", 100, 100, controller.now))
    quay = Cabinets(by_site={"quay": Cabinet("quay", "g", off_by_day=True)})
    by = dataclasses.replace(basis(controller, 2 * HOUR), cabinets=quay)
    count_all(controller, by, NOON + 10 * HOUR + 15 * MINUTE)
    used_by_day = used(controller)
    sunset = datetime(2022, 1, 9, 16, 35, 48, tzinfo=UTC)
    # From sunset to civil dusk, when it is asked, nobody knows; it was dark for hours before, at no watt.
    assert timedelta(seconds=used_by_day.unknown_s) == DUSK - sunset
    assert used_by_day.reported_wh == pytest.approx(30 * ((NOON + 10 * HOUR - DUSK) / HOUR))
    night = show_night(controller.database, by, "berges-garonne", date(2022, 1, 9), NOON + 10 * HOUR)
    by_day = [(moment.power_w, moment.unknown) for moment in night.moments if moment.at <= DUSK]
    assert (set(by_day[:-1]), by_day[-1]) == ({(0.0, 0)}, (0.5, 1))


def test_measured_watts_count_and_are_forgotten_once_counted(controller_of: Callable[..., Any]) -> None:
    controller = controller_of({"berges-garonne": ("lamp-1",)}, now=NOON, watts=None)
    controller.run_until(NOON + 8 * HOUR)
    for minute in range(60):
        controller.now = NOON + 8 * HOUR + minute * MINUTE
        hear(controller, Report("lamp-1", 100, 100, controller.now, None, 28.0 + minute % 2))
    count_all(controller, basis(controller), NOON + 9 * HOUR + 15 * MINUTE)
    hour = used(controller)
    dark = (DUSK - NOON) / HOUR
    assert hour.reported_wh == pytest.approx(0.5 * dark + 30 * (8 - dark) + 28.5)
    with controller.database.transaction() as transaction:
        left = transaction.connection.scalar(select(func.count()).where(LEVEL_CHANGE.c.power_only))
    assert left == 0


def test_reports_that_say_the_same_write_nothing_but_the_luminaire(
    controller_of: Callable[..., Any], statements: Any
) -> None:
    controller = controller_of({"berges-garonne": ("lamp-1",)}, now=NOON, watts=None)
    controller.run_until(NOON + 8 * HOUR)
    hear(controller, Report("lamp-1", 100, 100, controller.now))
    seen = statements(controller.database)
    controller.now += MINUTE
    hear(controller, Report("lamp-1", 100, 100, controller.now))
    assert [text.split()[0] for text in seen.texts] == ["SELECT", "SELECT", "UPDATE"]


def test_upkeep_tells_who_burnt_longest(controller_of: Callable[..., Any]) -> None:
    controller = controller_of({"berges-garonne": ("lamp-1", "lamp-2")}, now=NOON, stuck=("lamp-2",), watts=None)
    controller.run_until(NOON + 25 * HOUR)
    by = basis(controller)
    count_all(controller, by, controller.now)
    first, second = show_upkeep(controller.database, by, None, 10)
    # A lamp that is stuck by day and by night has one fault.
    assert (first.luminaire, first.faults, second.faults) == ("lamp-2", 1, 0)
    assert first.burning_h == pytest.approx(24.75, abs=0.01)
    assert first.life_share == pytest.approx(first.burning_h / 100_000, abs=1e-4)
    assert [view.luminaire for view in show_upkeep(controller.database, by, "berges-garonne", 1)] == ["lamp-2"]


def test_changes_and_orders_are_kept_for_some_weeks(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(
        {"berges-garonne": ("lamp-1",)}, now=NOON, limits=WIDE.replace("floor: 0 %", "floor: 40 %"), watts=None
    )
    # An evening of an order that the floor cuts, and one that still stands at the end.
    lasting = NOON + 60 * 24 * HOUR
    controller.take(hold(NOON, override="old", level=30, day=True, lease_until=NOON + 9 * HOUR, at_most_s=None))
    controller.take(hold(NOON, override="new", level=20, day=True, lease_until=lasting, at_most_s=None))
    called = call_emergency(
        controller.database, WantedEmergency(groups=("berges-garonne",), reason="feu"), BRIGADE, NOON
    )
    controller.run_until(NOON + 12 * HOUR)
    with controller.database.transaction() as transaction:
        assert {override for override, _, _ in CutsTold(transaction).of(["old", "new"])} == {"old", "new"}
    controller.run_until(NOON + 50 * 24 * HOUR)
    count_all(controller, basis(controller), controller.now)
    assert forget_daily(controller.database, controller.now)
    with controller.database.transaction() as transaction:
        first = transaction.connection.scalar(select(func.min(LEVEL_CHANGE.c.at)))
        assert LevelChanges(transaction).uncounted(["lamp-1"]) == {}
        kept = set(Overrides(transaction).get(["old", "new"]))
        told = {override for override, _, _ in CutsTold(transaction).of(["old", "new"])}
        assert Emergencies(transaction).find(called.emergency) is None
        assert Overrides(transaction).of_emergency(called.emergency) == []
    assert first >= controller.now - 40 * 24 * HOUR
    assert (kept, told) == ({"new"}, {"new"})
