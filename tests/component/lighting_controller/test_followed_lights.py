"""The files of ``rules/lighting/`` are followed by a running controller: what they say takes effect by the usual way,
and a wrong one changes nothing and is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory
from prometheus_client import REGISTRY

from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
from services.lighting_controller.energy_book import EnergyBook
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.providers import FollowedLightsProvider, LightsProvider
from services.lighting_controller.service import LightingControllerService
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from shared.errors import NotFound, ProblemsFound
from shared.model.files import FilesRefused
from shared.model.lighting import LightingRequested, OverrideChanged, OverrideState
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Received
from shared.runtime.leases import AllHeld
from shared.runtime.settings import Settings
from tests.component.lighting_controller.conftest import WIDE

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
"""02:45 in Toulouse: the bank is dimmed to 50 % since 22:30."""

SECONDS = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
BANK = "berges-garonne"
LAMPS = ("lamp-1", "lamp-2", "lamp-3")
CALENDARS = """\
default: nuit
calendars:
  - id: nuit
    title: Nuit
    steps: {dusk: 100 %, dawn: 0 %}
  - id: berges
    title: Berges
    groups: [berges-garonne]
    steps: {dusk: 100 %, 22:30: 50 %, 05:30: 100 %, dawn: 0 %}
"""
BRIGHTER = CALENDARS.replace("50 %", "80 %")
DARK = (
    CALENDARS.replace("22:30: 50 %, 05:30", "22:30: 0 %, 05:30")
    + """\
extinctions:
  - {id: zone, bylaw: Arrêté, since: 2020-01-01, from: 22:30, to: 05:30, groups: [berges-garonne]}
"""
)
STRICT = """\
classes:
  P4: {floor: 70 %, step: 10 %, ramp: 5 s, dwell: 10 min, share: 34 %}
default: P4
"""
MODELS = """\
default: led
models:
  - {id: led, title: LED, watts: {0 %: 0 W, 100 %: 60 W}, life: 100000 h}
prices:
  - {since: 2020-01-01, eur_per_kwh: 0.20}
"""


class Followed:
    """A worker of the service at a time, over a folder of rules that is edited."""

    def __init__(self, controller: Any, folder: Path, *, timeline: object | None = None) -> None:
        self.controller = controller
        self.folder = folder
        self.clock = VirtualClock(AT)
        self.lamps = Lamps(controller.driver)
        self.leases: Any = AllHeld(1)
        self.book = EnergyBook()
        self._saved = 1_700_000_000
        self._lights, self._follower = LightsProvider(), FollowedLightsProvider()
        for provider in (self._lights, self._follower):
            provider.container = SimpleNamespace(
                config={"settings": Settings(rules_dir=folder), "timeline": timeline}, dependencies=[self._lights]
            )
        self._lights.setup()

    def worker(self) -> Any:
        return worker_factory(
            LightingControllerService,
            database=self.controller.database,
            clock=self.clock,
            lights=self._lights.get_dependency(None),
            followed=self._follower.get_dependency(None),
            lamps=self.lamps,
            energy_book=self.book,
            leases=self.leases,
            operator_key=None,
        )

    def write(self, name: str, text: str) -> None:
        """As an editor does, at a time of its own."""
        file = self.folder / "lighting" / name
        file.write_text(text, encoding="utf-8")
        self._saved += 1
        os.utime(file, (self._saved, self._saved))

    def remove(self, name: str) -> None:
        (self.folder / "lighting" / name).unlink()

    def look(self, times: int = 2) -> None:
        for _ in range(times):
            self.worker().follow_files()

    def run_until(self, moment: datetime) -> None:
        """Tick at every due time up to and including the moment, as the runtime does."""
        due = self.worker().tick()
        while due is not None and due <= moment:
            self.clock.set(max(due, self.clock.now()))
            due = self.worker().tick()
        self.clock.set(moment)

    def tick(self) -> list[int]:
        """The levels that the lamps report afterwards."""
        self.run_until(self.clock.now())
        return self.levels()

    def levels(self) -> list[int]:
        (bank,) = (group for group in self.worker().state()["groups"] if group["group"] == BANK)
        return [lamp["actual"] for lamp in bank["luminaires"]]

    def kept(self) -> set[int]:
        """What the lamps would do by themselves at this moment."""
        known: dict[str, SimulatedLamp] = StoredLamps(self.controller.database).load(LAMPS)
        programmes = [lamp.programme for lamp in known.values()]
        return {-1 if programme is None else programme.level_at(self.clock.now()) for programme in programmes}

    def refusals(self) -> list[FilesRefused]:
        told: list[FilesRefused] = self.controller.published(FilesRefused, "files_refused")
        return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "rules"
    (found / "lighting").mkdir(parents=True)
    for name, text in (("calendars.yaml", CALENDARS), ("limits.yaml", WIDE), ("models.yaml", MODELS)):
        (found / "lighting" / name).write_text(text, encoding="utf-8")
    return found


@pytest.fixture
def city(controller_of: Callable[..., Any], folder: Path) -> Followed:
    made = Followed(controller_of(now=AT, text=CALENDARS, watts=None), folder)
    assert made.tick() == [50, 50, 50]
    assert made.kept() == {50}
    return made


def problems() -> float:
    return REGISTRY.get_sample_value("vigie_lighting_controller_file_problems") or 0.0


def test_a_step_that_was_changed_holds_once_it_is_settled_and_is_kept_by_the_lamps(city: Followed) -> None:
    city.write("calendars.yaml", BRIGHTER)
    city.look(1)
    assert city.tick() == [50, 50, 50]
    city.look(1)
    assert city.tick() == [80, 80, 80]
    assert (city.kept(), city.refusals()) == ({80}, [])


def test_a_worker_that_began_before_the_change_does_not_swallow_it(city: Followed) -> None:
    late = city.worker()
    city.write("calendars.yaml", BRIGHTER)
    city.look()
    late.tick()
    assert city.levels() == [50, 50, 50]
    assert city.tick() == [80, 80, 80]


def test_what_is_unchanged_costs_no_second_look_at_the_lamps(city: Followed, statements: Any) -> None:
    city.write("calendars.yaml", CALENDARS)
    city.look()
    city.tick()
    seen = statements(city.controller.database)
    city.look(3)
    assert seen.texts == []


def test_a_lower_floor_is_reached_in_steps_with_the_dwell_and_share_of_the_new_limits(city: Followed) -> None:
    city.write("limits.yaml", STRICT)
    city.look()
    city.tick()
    city.run_until(AT + SECONDS)
    assert city.levels() == [70, 70, 70], "what is below its floor is lifted at once, within its ramp"
    city.clock.set(AT + timedelta(minutes=20))
    city.tick()
    city.write("limits.yaml", STRICT.replace("70 %", "20 %"))
    city.look()
    # One of three in a minute, ten points at a time, and the next ten no sooner than ten minutes later.
    begun = city.clock.now()
    city.run_until(begun + SECONDS)
    assert sorted(city.levels()) == [60, 70, 70]
    city.run_until(begun + MINUTE + SECONDS)
    assert sorted(city.levels()) == [60, 60, 70]
    city.run_until(begun + 2 * MINUTE + SECONDS)
    assert city.levels() == [60, 60, 60]
    city.run_until(begun + timedelta(minutes=9, seconds=50))
    assert city.levels() == [60, 60, 60]
    city.run_until(begun + timedelta(minutes=20))
    assert city.levels() == [50, 50, 50]


def test_a_wrong_file_leaves_all_of_them_as_they_were_and_is_told_with_its_place(city: Followed) -> None:
    city.write("calendars.yaml", BRIGHTER)
    city.write("limits.yaml", WIDE.replace("default: P6", "default: P7"))
    city.look(4)
    assert (city.tick(), city.kept()) == ([50, 50, 50], {50})
    (told,) = city.refusals()
    (problem,) = told.problems
    assert problem.startswith("limits.yaml:4:10 ")
    assert "P7" in problem
    assert (told.more, told.at, problems()) == (0, AT, 1)
    city.write("limits.yaml", WIDE)
    city.look()
    assert city.tick() == [80, 80, 80]
    assert (problems(), len(city.refusals())) == (0, 1)


def test_faults_of_several_files_are_told_together(city: Followed) -> None:
    city.write("calendars.yaml", CALENDARS.replace("default: nuit", "default: jour"))
    city.write("models.yaml", MODELS.replace("default: led", "default: sodium"))
    city.look()
    (told,) = city.refusals()
    assert [problem.partition(" ")[0] for problem in told.problems] == ["calendars.yaml:1:10", "models.yaml:1:10"]
    assert problems() == 2


def test_calendars_that_are_gone_or_no_text_change_nothing_and_are_told(city: Followed) -> None:
    city.remove("calendars.yaml")
    city.look()
    assert city.tick() == [50, 50, 50]
    (city.folder / "lighting" / "calendars.yaml").write_bytes(b"default: \xff")
    city.look()
    assert city.tick() == [50, 50, 50]
    assert [told.problems[0].partition(" ")[0] for told in city.refusals()] == ["calendars.yaml:1:1"] * 2


def test_files_that_a_city_need_not_have_may_go(city: Followed) -> None:
    city.write("limits.yaml", STRICT.replace("70 %", "90 %").replace("10 %", "100 %"))
    city.look()
    city.tick()
    city.run_until(AT + SECONDS)
    assert city.levels() == [90, 90, 90]
    city.remove("limits.yaml")
    city.remove("models.yaml")
    city.look()
    city.run_until(AT + timedelta(minutes=30))
    # The shipped limits bind: a floor of 40 % there.
    assert city.levels() == [50, 50, 50]
    assert city.refusals() == []
    with pytest.raises(NotFound):
        city.worker().upkeep()


def test_a_group_that_loses_its_calendar_keeps_its_override_then_follows_the_default(
    city: Followed, hold: Callable[..., LightingRequested]
) -> None:
    city.worker().take_requests([Received("m1", hold(AT, level=90, lease_until=AT + 10 * MINUTE))])
    assert city.tick() == [90, 90, 90]
    city.write("calendars.yaml", CALENDARS[: CALENDARS.index("  - id: berges")])
    city.look()
    assert city.tick() == [90, 90, 90]
    city.run_until(AT + 11 * MINUTE)
    assert city.levels() == [100, 100, 100]


def test_lit_time_before_a_change_is_counted_by_the_calendar_of_then(
    city: Followed, hold: Callable[..., LightingRequested]
) -> None:
    city.write("calendars.yaml", DARK)
    city.look()
    assert city.tick() == [0, 0, 0]
    asked = hold(AT, at_most_s=1800.0, lease_until=AT + timedelta(hours=3))
    city.worker().take_requests([Received("m1", asked)])
    city.tick()
    city.clock.set(AT + timedelta(hours=1))
    city.write("calendars.yaml", CALENDARS)
    city.look()
    assert city.tick() == [100, 100, 100], "an hour in the dark did not count"
    city.run_until(AT + timedelta(minutes=89))
    assert OverrideState.USED_UP not in states(city)
    city.run_until(AT + timedelta(minutes=91))
    assert states(city)[-2:] == [OverrideState.USED_UP, OverrideState.GRANTED_AGAIN]


def states(city: Followed) -> list[OverrideState]:
    told: list[OverrideChanged] = city.controller.published(OverrideChanged, "override_changed")
    return [each.state for each in told]


def test_energy_is_counted_by_the_models_of_its_quarter_of_an_hour(city: Followed) -> None:
    city.clock.set(AT + 4 * QUARTER)
    city.tick()
    before = _counted()
    city.write("models.yaml", MODELS.replace("60 W", "600 W"))
    city.look()
    city.tick()
    city.clock.set(AT + 5 * QUARTER)
    city.tick()
    assert _counted() - before == pytest.approx(3 * 30 / 4), "what was lit before the change"
    city.clock.set(AT + 6 * QUARTER)
    city.tick()
    assert _counted() - before == pytest.approx(3 * 30 / 4 + 3 * 300 / 4)


def _counted() -> float:
    name = "vigie_lighting_controller_energy_watt_hours_total"
    return REGISTRY.get_sample_value(name, {"reckoned": "reported"}) or 0.0


def test_gateways_of_changed_cabinets_keep_what_they_sent(city: Followed) -> None:
    city.write("cabinets.yaml", "default_gateway: g\ngateways: [{id: g, commands_per_second: 1}]\ncabinets: []\n")
    city.look()
    city.tick()
    assert city.lamps.paces.by_gateway["g"].per_second == 1
    city.write("calendars.yaml", BRIGHTER)
    city.look()
    city.run_until(city.clock.now())
    assert sorted(city.levels()) == [50, 50, 80], "one command a second"
    spent = city.lamps.paces.by_gateway["g"].spent
    city.write("cabinets.yaml", "default_gateway: g\ngateways: [{id: g, commands_per_second: 2}]\ncabinets: []\n")
    city.look()
    city.worker().tick()
    assert sorted(city.levels()) == [50, 50, 80]
    assert (city.lamps.paces.by_gateway["g"].per_second, city.lamps.paces.by_gateway["g"].spent) == (2, spent)
    city.run_until(city.clock.now() + timedelta(seconds=2))
    assert city.levels() == [80, 80, 80]


def test_what_follows_from_a_change_follows_also_if_the_database_was_away_then(
    city: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.write("calendars.yaml", CALENDARS.replace("default: nuit", "default: jour"))
    city.look(1)
    with monkeypatch.context() as away:
        away.setattr(city.controller.database, "connection", _away)
        for _ in range(2):
            with pytest.raises(ConnectionError):
                city.look(1)
    city.look(1)
    assert len(city.refusals()) == 1
    city.write("calendars.yaml", BRIGHTER)
    city.look()
    with monkeypatch.context() as away:
        away.setattr(city.controller.database, "connection", _away)
        with pytest.raises(ConnectionError):
            city.tick()
    assert city.tick() == [80, 80, 80]


def _away() -> None:
    raise ConnectionError


def test_a_replica_that_waits_goes_by_the_newest_files_when_its_turn_comes(city: Followed) -> None:
    held, city.leases = city.leases, SimpleNamespace(held=tuple)
    city.worker().tick()
    city.write("calendars.yaml", BRIGHTER)
    city.look()
    city.worker().tick()
    assert city.levels() == [50, 50, 50]
    city.leases = held
    assert city.tick() == [80, 80, 80]


def test_in_a_replay_the_files_are_read_once(controller_of: Callable[..., Any], folder: Path) -> None:
    city = Followed(controller_of(now=AT, text=CALENDARS), folder, timeline=object())
    city.write("calendars.yaml", BRIGHTER)
    city.look()
    assert city.tick() == [50, 50, 50]


def test_a_start_with_wrong_files_is_refused_with_the_faults_of_all(
    controller_of: Callable[..., Any], folder: Path
) -> None:
    (folder / "lighting" / "limits.yaml").write_text("classes: {}\ndefault: P2\n", encoding="utf-8")
    (folder / "lighting" / "models.yaml").write_text("models: 3\n", encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        Followed(controller_of(now=AT, text=CALENDARS), folder)
    assert [problem.file for problem in found.value.problems] == ["lighting/limits.yaml", "lighting/models.yaml"]
