"""One zone of luminaires under the lighting controller's use-cases, with time that the measurement moves.

The controller is the service without its shell: its tick does what the service.s does. The lamps are
the simulated driver's, in memory, so that what is written is the controller's alone; their share of the time is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.commanding.driver import Command, CommandReason, Report
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.network.cabinet import Cabinets
from services.lighting_controller.drivers import WAYS
from services.lighting_controller.drivers.simulated import LampMemory, SimulatedDriver
from services.lighting_controller.followed_lights import InForce
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.sources.folder import Written
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.count_energy import count_energy
from services.lighting_controller.use_cases.keep_registry import keep_registry
from shared.model.registry import Group, Inventory, Point, RegistryChanged, Text
from shared.runtime.database import Database, Received
from shared.runtime.settings import shipped_rules

ZONE: Final = "boulevard"
AFTERNOON: Final = datetime(2026, 1, 10, 16, 2, tzinfo=UTC)
CLASS: Final = "M1"
"""The strictest class that is shipped: a quarter of the zone in a minute, 30 points in one go, 30 s from 0 to 100 %."""
_CALENDARS: Final = """
default: nuit
calendars:
  - {id: nuit, title: "100 % la nuit", steps: {dusk: 100 %, dawn: 0 %}}
"""
_WAY: Final = WAYS["simulated"]
_PATIENCE: Final = timedelta(hours=1)

T = TypeVar("T")


def luminaires(number: int) -> list[str]:
    """Their ids."""
    return [f"{ZONE}-{each:05}" for each in range(number)]


def inventory(number: int) -> Inventory:
    """One zone of so many luminaires at Toulouse."""
    names = luminaires(number)
    points = [
        Point(
            id=name, title=name, kind="luminaire", directorate="eclairage",
            longitude=1.44 + place % 100 * 1e-4, latitude=43.6 + place // 100 * 1e-4,
        )
        for place, name in enumerate(names)
    ]  # fmt: skip
    zone = Group(id=ZONE, title=Text(fr="Boulevard", en="Boulevard"), directorate="eclairage", points=tuple(names))
    return Inventory(points=tuple(points), groups=(zone,))


@dataclass
class Cost:
    """What an act took.

    Attributes:
        processor_s, wall_s: seconds of this process's processor, and of the clock.
        lamps_s: seconds of the processor that went into simulating the lamps.
        commands: how many were handed over.
    """

    processor_s: float = 0.0
    wall_s: float = 0.0
    lamps_s: float = 0.0
    commands: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


class _Memory:
    """The lamps, as long as the process lives."""

    def __init__(self) -> None:
        self._lamps: dict[str, SimulatedLamp] = {}

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        return {name: self._lamps[name] for name in ids if name in self._lamps}

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        self._lamps.update((lamp.id, lamp) for lamp in lamps)


class _Lamps(SimulatedDriver):
    """Simulated lamps, and what they cost."""

    def __init__(self, memory: LampMemory) -> None:
        super().__init__(memory)
        self.processor_s = 0.0
        self.handed: list[Command] = []

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        self.handed += commands
        self._timed(lambda: super(_Lamps, self).send(commands, now))

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        return self._timed(lambda: super(_Lamps, self).reports(luminaires, now))

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        self._timed(lambda: super(_Lamps, self).upload(programmes, now))

    def _timed(self, act: Callable[[], T]) -> T:
        begun = time.process_time()
        try:
            return act()
        finally:
            self.processor_s += time.process_time() - begun


@dataclass
class Change:
    """How a zone was brought to another level.

    Attributes:
        cost: all of it, until every luminaire is seen to do what is wanted.
        handed_over_s, in_place_s: virtual time until all commands had left, and until all were seen in place.
    """

    cost: Cost = field(default_factory=Cost)
    handed_over_s: float = 0.0
    in_place_s: float = 0.0


class Street:
    """A controller of one zone, and its lamps.

    Args:
        memory: where the lamps are; None: in this process.

    Attributes:
        now: moved by the measurement.
    """

    def __init__(self, database: Database, number: int, memory: LampMemory | None = None) -> None:
        self.database = database
        self.number = number
        self.lamps = _Lamps(memory or _Memory())
        limits = (shipped_rules() / "lighting" / "limits.yaml").read_text(encoding="utf-8")
        self.limits = load_limits(limits.replace("default: P2", f"default: {CLASS}"), "limits.yaml")
        self._held = Lamps(self.lamps, _WAY)
        models = (shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8")
        self.calendars = load_calendars(_CALENDARS, "calendars.yaml")
        self._lights = InForce(Written(self.calendars, self.limits, Cabinets(), load_models(models, "models.yaml")))
        self._energy_due: datetime | None = None
        self.now = AFTERNOON
        self.due: datetime | None = AFTERNOON

    def know(self) -> None:
        """Hear of the luminaires, as from the registry."""
        changed = RegistryChanged(revision=1, at=self.now, inventory=inventory(self.number))
        keep_registry(self.database, [Received("registry", changed)], self.now)
        self._lights.network.changed()

    def tick(self) -> None:
        """What the service does at a due time."""
        _, network = self._lights.network.current(self.database)
        watch = Watch(_WAY.patience, network)
        self._held.take_up(self.database, self.now, watch)
        lights, paces = self._lights, self._held.paces
        acted = act_on_due(self.database, self.lamps, lights.calendars, lights.safety, self.now, watch, paces)
        uploaded = self._held.upload(self.database, lights, self.now)
        moments = (acted.next_due, None if uploaded is None else uploaded.next_due, self._energy_due)
        self.due = min((moment for moment in moments if moment is not None), default=None)

    def count_energy(self) -> None:
        """Count all that has settled by now. The service does it in its ticks, some hundred luminaires in each."""
        while (due := count_energy(self.database, self._lights.known_basis(), self.now).next_due) <= self.now:
            pass
        self._energy_due = due

    def run_until(self, moment: datetime) -> None:
        """Act at every due time up to and including the moment."""
        while self.due is not None and self.due <= moment:
            self.now = max(self.due, self.now)
            if self._energy_due is not None and self._energy_due <= self.now:
                self.count_energy()
            self.tick()
        self.now = moment

    def go_on(self) -> None:
        """Act at the next due time."""
        self.run_until(self.due or self.now + _PATIENCE)

    def cost(self, act: Callable[[], object]) -> Cost:
        """What an act takes."""
        handed, lamps = len(self.lamps.handed), self.lamps.processor_s
        wall, processor = time.perf_counter(), time.process_time()
        act()
        return Cost(
            time.process_time() - processor,
            time.perf_counter() - wall,
            self.lamps.processor_s - lamps,
            len(self.lamps.handed) - handed,
        )

    def change(self, level: int, act: Callable[[], object], so_far: Cost | None = None) -> Change:
        """What it takes from that act until all lamps burn at that level and the controller has seen it.

        Args:
            so_far: what the tick took that began it, before the act.
        """
        change, begun, names = Change(so_far or Cost()), self.now, luminaires(self.number)
        change.cost += self.cost(lambda: (act(), self.tick()))
        while not self._in_place(level):
            cost = self.cost(self.go_on)
            assert self.now < begun + _PATIENCE, "it never gets there"
            change.cost += cost
            if cost.commands:
                change.handed_over_s = (self.now - begun).total_seconds()
        change.in_place_s = (self.now - begun).total_seconds()
        seen = self.lamps.look(names, self.now)
        assert {report.actual for report in seen} == {level}
        return change

    def hand_over_all(self) -> float:
        """Seconds of the processor in which as many commands are handed to other lamps, and as many reports heard."""
        lamps, names = _Lamps(_Memory()), luminaires(self.number)
        commands = [
            Command(name, 100, timedelta(), CommandReason.OVERRIDE, "reference", sequence)
            for sequence, name in enumerate(names, start=1)
        ]
        lamps.send(commands, self.now)
        lamps.reports(names, self.now)
        return lamps.processor_s

    def lamps_level(self) -> int | None:
        """What the first lamp shows, percent."""
        return self.lamps.look(luminaires(1), self.now)[0].actual

    def _in_place(self, level: int) -> bool:
        query = "SELECT count(*) FROM luminaire WHERE actual = ? AND feedback = ? AND sent_level IS NULL"
        if self.database.engine.dialect.name != "sqlite":
            query = query.replace("?", "%s")
        with self.database.connection() as connection:
            found: int = connection.exec_driver_sql(query, (level, level)).scalar_one()
        return found == self.number
