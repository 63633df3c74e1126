"""Lamps that are dead, mute, stuck or burn by day, in a whole city: what telemetry, rules and people hear of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.console.city import City
from services.lighting_controller import providers
from services.lighting_controller.drivers import WAYS, Reached
from services.lighting_controller.drivers.simulated import SimulatedDriver
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings
from tests.component.reading import rows

PARIS = ZoneInfo("Europe/Paris")
AFTERNOON, EVENING = (datetime(2022, 3, 2, hour, 15, tzinfo=PARIS) for hour in (16, 20))
DEAD, MUTE = {"vieux-port-01"}, {"vieux-port-02", "vieux-port-03"}
BURNING = {"cours-mirabeau-01", "cours-mirabeau-02", "cours-mirabeau-03", "cours-mirabeau-04", "cours-mirabeau-05"}
STUCK = {"la-plaine-01"}


@dataclass(frozen=True)
class Evening:
    """What a city knew at the end."""

    folder: Path
    faults: list[dict[str, Any]]
    summary: dict[str, Any]

    def fired(self) -> dict[str, set[str]]:
        """What each rule of lamps fired about."""
        found: dict[str, set[str]] = {}
        for rule, kind, point in rows(self.folder, "rules_engine", "transition", "rule, kind, point"):
            if kind == "fired":
                found.setdefault(rule, set()).add(point)
        return found

    def values(self, point: str, name: str) -> list[float]:
        """The observations of a series, in order."""
        found = rows(self.folder, "telemetry", "observation", "point, property, time, value")
        return [value for at, prop, _, value in found if (at, prop) == (point, name)]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """Four hours of the metropolis, from the afternoon into the night."""
    folder = tmp_path_factory.mktemp("city")
    simulated = WAYS["simulated"]
    lamps = lambda around: Reached(  # noqa: E731
        SimulatedDriver(around.lamps, dead=DEAD, mute=MUTE, stuck=BURNING | STUCK, watts=around.watts)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "WAYS", {"simulated": replace(simulated, reach=lamps)})
        settings = replace(Settings(), listen="127.0.0.1:0", replayed_lamps="speak")
        city = City(settings, folder, VirtualClock(AFTERNOON))
        with city.running() as rpc:
            assert city.timeline is not None
            city.timeline.advance(EVENING)
            city.timeline.settle()
            yield Evening(folder, rpc.lighting_controller.faults(), rpc.telemetry.summary())


def test_each_fault_is_found_with_its_cabinet_and_what_was_tried(evening: Evening) -> None:
    found = {(fault["luminaire"], fault["fault"]) for fault in evening.faults}
    assert found == {
        *((lamp, "lamp") for lamp in DEAD),
        *((lamp, "communication") for lamp in MUTE),
        *((lamp, fault) for lamp in BURNING | STUCK for fault in ("stuck", "day-burner")),
    }
    mute = next(fault for fault in evening.faults if fault["luminaire"] == "vieux-port-02")
    assert (mute["cabinet"], mute["groups"], mute["reported_at"]) == ("armoire-quai-du-port", ["vieux-port"], None)
    # Five at once, and one each quarter of an hour: four hours, and what is wanted changed once.
    assert 21 <= mute["tries"] <= 26
    stuck = next(item for item in evening.faults if (item["luminaire"], item["fault"]) == ("la-plaine-01", "stuck"))
    # Twice as late each time, after 15, 30, 60, 120 minutes, and anew when what is wanted changes.
    assert 7 <= stuck["tries"] <= 14


def test_dark_zone_fires_for_a_dead_lamp_and_two_that_do_not_answer_and_wakes_the_duty(evening: Evening) -> None:
    assert evening.fired()["eclairage.zone-noire"] == {"site:armoire-quai-du-port"}
    told = [body for (body,) in rows(evening.folder, "notifier", "outbox_message", "body") if "ZONE NOIRE" in body]
    assert told
    assert "3 lampes voisines" in told[0]


def test_cabinet_that_burns_by_day_is_told_as_one_and_a_single_lamp_by_itself(evening: Evening) -> None:
    fired = evening.fired()
    assert fired["eclairage.armoire.allumee-le-jour"] == {"site:armoire-cours-mirabeau"}
    assert "la-plaine-01" in fired["eclairage.lampe.allumee-le-jour"]
    assert not BURNING & fired["eclairage.lampe.allumee-le-jour"]


def test_stuck_and_unreachable_lamps_become_tickets(evening: Evening) -> None:
    fired = evening.fired()
    assert "la-plaine-01" in fired["eclairage.lampe.bloquee"]
    assert fired["eclairage.lampe.injoignable"] == MUTE


def test_silence_stays_silence_and_what_is_heard_is_told_each_period(evening: Evening) -> None:
    assert evening.values("vieux-port-02", "level") == []
    assert set(evening.values("vieux-port-02", "communication_fault")) == {1.0}
    assert 16 <= len(evening.values("vieux-port-04", "level")) <= 20
    assert set(evening.values("vieux-port-04", "stuck")) == {0.0}
    assert {evening.values("vieux-port-01", "failure")[-1], evening.values("la-plaine-01", "day_burner")[-1]} == {1.0}


def test_simulated_lamps_draw_what_their_models_say(evening: Evening) -> None:
    levels, watts = evening.values("vieux-port-04", "level"), evening.values("vieux-port-04", "power")
    assert dict(zip(levels, watts, strict=True)) == {0.0: 0.5, 100.0: 70.0}
    assert max(evening.values("berges-huveaune-01", "power")) == 30.0


def test_nothing_contradicts_anything_and_nothing_is_refused(evening: Evening) -> None:
    assert evening.summary["quarantined"] == 0
    assert rows(evening.folder, "telemetry", "rejection", "reason") == []


def test_an_instant_of_all_lamps_is_one_message(evening: Evening) -> None:
    messages = rows(evening.folder, "lighting_controller", "outbox", "event")
    # Sixteen quarters of an hour, the changes of dusk, and the faults.
    assert 16 < messages.count(("luminaires_observed",)) < 120
