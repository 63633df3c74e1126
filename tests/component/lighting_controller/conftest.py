"""A lighting controller on a real database with simulated luminaires. Nothing is replaced but the bus: messages are
handed in, and what is published is read from the outbox. Time is what the test says."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, select

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.commanding.driver import Driver
from services.lighting_controller.domain.envelope.limits import RoadLimits
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.drivers.simulated import SimulatedDriver
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.storage.tables import LUMINAIRE, LUMINAIRE_GROUP, MEMBER, OVERRIDE, SIMULATED_LAMP
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.preview_orders import Present
from services.lighting_controller.use_cases.show_state import GroupView, show_state
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from services.lighting_controller.use_cases.take_up_control import take_up_control
from shared.model.alerts import Criticality
from shared.model.lighting import LightingAct, LightingRequested, LuminaireChanged, LuminairesChanged
from shared.model.message import Message
from shared.model.registry import Group, Inventory, Point, RegistryChanged, Text
from shared.runtime.database import Database, Received
from shared.runtime.settings import shipped_rules

EVENING = datetime(2022, 1, 9, 21, 0, tzinfo=UTC)
"""22:00 in Toulouse: the bank is lit at 100 %, and dims half an hour later."""

WIDE = """
classes:
  P6: {floor: 0 %, step: 100 %, ramp: 0 s, dwell: 0 s, share: 100 %}
default: P6
"""
"""Limits that cut nothing, for tests of something else."""


def inventory(groups: dict[str, tuple[str, ...]]) -> Inventory:
    """An inventory with these groups of luminaires at Toulouse, a gauge, and a group of gauges."""
    names = sorted({name for members in groups.values() for name in members})
    lamps = [
        Point(id=n, title=n, kind="luminaire", directorate="eclairage", longitude=1.44, latitude=43.6) for n in names
    ]
    gauge = Point(id="gauge", title="G", kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6)
    lit = [
        Group(id=g, title=Text(fr=f"Groupe {g}", en=g), directorate="eclairage", points=(*members, "gauge"))
        for g, members in groups.items()
    ]
    other = Group(id="gauges", title=Text(fr="Jauges", en="Gauges"), directorate="gemapi", points=("gauge",))
    return Inventory(points=(*lamps, gauge), groups=(*lit, other))


class Controller:
    """The service without its shell, and a clock that the test moves."""

    def __init__(
        self, database: Database, driver: Driver, calendars: Calendars, limits: RoadLimits, now: datetime
    ) -> None:
        self.database = database
        self.driver = driver
        self.calendars = calendars
        self.limits = limits
        self.safety = Safety(limits)
        self.now = now
        self.due: datetime | None = None
        self._ids = itertools.count(1)

    def know(self, groups: dict[str, tuple[str, ...]], revision: int = 1) -> None:
        changed = RegistryChanged(revision=revision, at=self.now, inventory=inventory(groups))
        keep_registry(self.database, [Received(f"r{revision}", changed)], self.now)
        self.tick()

    def take(self, *requests: LightingRequested) -> Any:
        received = [Received(f"m{next(self._ids)}", request) for request in requests]
        outcomes = take_lighting_requests(self.database, self.calendars, received, self.now)
        self.tick()
        return outcomes

    def tick(self) -> None:
        self.due = act_on_due(self.database, self.driver, self.calendars, self.safety, self.now).next_due

    def run_until(self, moment: datetime) -> list[datetime]:
        """Act at every due time up to and including the moment, as the runtime does; those times."""
        acted = []
        while self.due is not None and self.due <= moment:
            self.now = max(self.due, self.now)
            acted.append(self.now)
            self.tick()
        self.now = moment
        return acted

    def restart(self, **driver: Any) -> None:
        """Another process takes over the same database."""
        self.safety = Safety(self.limits)
        self.driver = SimulatedDriver(StoredLamps(self.database), **driver)
        take_up_control(self.database, self.driver, self.now)
        self.tick()

    def present(self, now: datetime | None = None) -> Present:
        """What previews stand on."""
        return Present(self.database, self.calendars, self.safety, now or self.now)

    def group(self, name: str = "berges-garonne") -> GroupView:
        views = show_state(self.database, self.calendars, self.now)
        return next(view for view in views if view.group == name)

    def actual(self, name: str = "berges-garonne") -> list[int | None]:
        return [luminaire.actual for luminaire in self.group(name).luminaires]

    def published(self, kind: type[Message], name: str) -> list[Any]:
        query = "SELECT body FROM outbox WHERE event = ? ORDER BY id"
        with self.database.transaction() as transaction:
            rows = transaction.connection.exec_driver_sql(query, (name,)).all()
        return [msgspec.json.decode(row.body, type=kind) for row in rows]

    def changes(self) -> list[LuminaireChanged]:
        """Of luminaires, in the order in which they were told."""
        told: list[LuminairesChanged] = self.published(LuminairesChanged, "luminaire_changed")
        return [change for each in told for change in each.changes]

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that the service's own tables hold."""
        tables = (LUMINAIRE, LUMINAIRE_GROUP, MEMBER, OVERRIDE, SIMULATED_LAMP)
        with self.database.transaction() as transaction:
            read = transaction.connection.execute
            return {
                table.name: [tuple(row) for row in read(select(table).order_by(*table.primary_key))] for table in tables
            }


class Statements:
    """The SQL that ran, without the transaction's own."""

    def __init__(self, database: Database) -> None:
        self.texts: list[str] = []
        event.listen(database.engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.texts.append(" ".join(statement.split()))


@pytest.fixture
def statements() -> type[Statements]:
    return Statements


@pytest.fixture
def controller_of(database_of: Callable[[str], Database]) -> Callable[..., Controller]:
    """A function that makes a controller.

    ``limits`` is the text of its limits, which cut nothing by default, or ``"shipped"``; ``driver`` arguments are those
    of the simulated driver.
    """

    def make(
        groups: dict[str, tuple[str, ...]] | None = None,
        now: datetime = EVENING,
        text: str | None = None,
        limits: str = WIDE,
        **driver: Any,
    ) -> Controller:
        file = shipped_rules() / "lighting" / "calendars.yaml"
        calendars = load_calendars(text or file.read_text(encoding="utf-8"), file.name)
        if limits == "shipped":
            limits = (file.parent / "limits.yaml").read_text(encoding="utf-8")
        road_limits = load_limits(limits, "limits.yaml")
        database = database_of("lighting_controller")
        made = Controller(database, SimulatedDriver(StoredLamps(database), **driver), calendars, road_limits, now)
        take_up_control(made.database, made.driver, made.now)
        made.know(groups or {"berges-garonne": ("lamp-1", "lamp-2", "lamp-3")})
        return made

    return make


@pytest.fixture
def hold() -> Callable[..., LightingRequested]:
    """A function that makes a HOLD of the flood rule, with a lease of 15 minutes from ``at``."""

    def make(at: datetime, **fields: Any) -> LightingRequested:
        values: dict[str, Any] = {
            "override": "flood",
            "act": LightingAct.HOLD,
            "alert": "alert-1",
            "rule": "gemapi.garonne",
            "owner": "gemapi",
            "criticality": Criticality.VITAL,
            "group": "berges-garonne",
            "level": 100,
            "reason": "crue",
            "at": at,
            "lease_until": at + timedelta(minutes=15),
            "at_most_s": 4 * 3600.0,
            "trace": "t1",
        }
        return LightingRequested(**(values | fields))

    return make


@pytest.fixture
def release(hold: Callable[..., LightingRequested]) -> Callable[..., LightingRequested]:
    """A function that makes a RELEASE of the same override."""
    return lambda at, **fields: hold(at, act=LightingAct.RELEASE, lease_until=None, **fields)
