"""Three stations of a valley, and an engine on real tables whose clock a test sets forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import TRANSITION
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared import bus
from shared.model.observations import Observation, Observations
from shared.model.registry import Area, Inventory, Kind, Point, Property, Text
from shared.runtime.database import Database, Received
from shared.runtime.leases import AllHeld, Held

START = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
WORDS = Text("Hauteur", "Level")
LEVEL = Property(title=WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)
KIND = Kind(
    id="water-level", title=WORDS, period_s=900, max_delay_s=3600, stale_after_s=2700, properties={"level": LEVEL}
)
CITY = Inventory(
    kinds=(KIND,),
    points=tuple(
        Point(
            id=name,
            title=name.title(),
            kind="water-level",
            directorate="gemapi",
            longitude=1.4,
            latitude=43.6,
            areas=("vallee",),
        )
        for name in ("amont", "milieu", "aval")
    ),
    areas=(Area(id="vallee", title=Text("Vallée", "Valley"), geometry={}),),
)
ALL: Held = AllHeld(bus.PARTITIONS).held()
THEN = 'severity: red\n  then: [{notify: {team: gemapi, message: "{point}"}}]'


def rule(identifier: str, rest: str, select_points: str = "for_each: {kind: water-level}") -> str:
    """A rule of the river as its author writes it."""
    return f'- id: {identifier}\n  title: "Crue"\n  owner: gemapi\n  {select_points}\n  {rest}\n  {THEN}\n'


def book_of(rules: str, city: Inventory = CITY, number: int = 0) -> RuleBook:
    return replace(open_book({"rules.yaml": rules}, city), number=number)


class Engine:
    """The use cases of one replica, one after the other."""

    def __init__(
        self, database: Database, rules: str, *, held: Held = ALL, now: datetime = START, city: Inventory = CITY
    ) -> None:
        self.database = database
        self.behind: frozenset[int] = frozenset()
        self._city = city
        self.held = held
        self.now = now
        self._number = 0
        self._memory = Memory()
        self._ids = count()
        self.take_up(rules)

    def restart(self, rules: str, *, away: timedelta, behind: Iterable[int]) -> None:
        """It was away for a while, and begins anew with these parts' queues to be read."""
        self._memory = Memory()
        self.now += away
        self.behind = frozenset(behind)
        self.take_up(rules)

    def take_up(self, rules: str) -> None:
        self._number += 1
        self.book = book_of(rules, self._city, self._number)
        take_up_rules(self.database, self._memory, self.book, self.held, self.now, self.behind)

    def observe(self, levels: Mapping[str, float], ago: timedelta = timedelta()) -> None:
        """Levels in metres, observed a while ago and only here now."""
        found = tuple(
            Observation(point=point, property="level", time=self.now - ago, value=value, unit="m", trace=point)
            for point, value in levels.items()
        )
        self.receive(Observations(partition=0, observations=found))

    def receive(self, message: Observations) -> None:
        """Take a message as telemetry sent it."""
        received = Received(f"{id(self)}-{next(self._ids)}", message)
        take_observations(self.database, self._memory, self.book, [received], self.held, self.now, self.behind)

    def tick(self) -> datetime | None:
        """Act until nothing is due; when something is again."""
        for _ in range(100):
            due = act_on_due(self.database, self._memory, self.book, self.held, self.now, self.behind)
            if due is None or due > self.now:
                return due
        raise AssertionError(f"still due at {due}, and it is {self.now}")

    def wait(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.tick()

    def told(self) -> list[tuple[str, str, str]]:
        """Rule, subject and what became of it, in the order of event time."""
        columns = (TRANSITION.c.rule, TRANSITION.c.point, TRANSITION.c.kind)
        with self.database.transaction() as transaction:
            rows = transaction.connection.execute(select(*columns).order_by(TRANSITION.c.at, *columns))
            return [tuple(row) for row in rows]
