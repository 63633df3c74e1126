"""A small valley, rules of all sorts, and runs of the engine on real tables: undisturbed, or cut at any moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.domain.playing import Event, Play, Seen
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import ALERT_STATE, SAMPLE, SERIES_REACH, TRANSITION
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared import bus
from shared.model.alerts import AlertChanged
from shared.model.lighting import LightingRequested
from shared.model.message import decode
from shared.model.observations import Observation, Observations
from shared.model.registry import Area, Group, Inventory, Kind, Point, Property, Text
from shared.runtime.database import Database, Received, open_sqlite
from shared.runtime.message_store import MessageStore
from shared.runtime.message_tables import INBOX, OUTBOX
from shared.runtime.migrating import upgrade

START: Final = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
_WORDS: Final = Text("Hauteur", "Level")
_LEVEL: Final = Property(title=_WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)
KIND: Final = Kind(
    id="water-level", title=_WORDS, period_s=900, max_delay_s=3600, stale_after_s=2700, properties={"level": _LEVEL}
)
_LAMP: Final = Kind(id="luminaire", title=_WORDS, period_s=60, max_delay_s=60, stale_after_s=180, properties={})
NAMES: Final = ("amont", "milieu", "aval", "barrage")
HALVES: Final = (frozenset(range(8)), frozenset(range(8, bus.PARTITIONS)))
ALL: Final = frozenset(range(bus.PARTITIONS))


def point(name: str, areas: tuple[str, ...] = ("vallee",), retired: datetime | None = None) -> Point:
    """A station of the valley."""
    return Point(
        id=name, title=name.title(), kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6,
        areas=areas, retired=retired,
    )  # fmt: skip


def lamp(name: str) -> Point:
    """A lamp on its banks."""
    return Point(id=name, title=name, kind="luminaire", directorate="light", longitude=1.4, latitude=43.6)


def valley(points: Iterable[Point]) -> Inventory:
    """The inventory of these points and one lamp, that rules may hold."""
    areas = (Area(id=name, title=Text(name, name), geometry={}) for name in ("vallee", "plaine"))
    lamps = Group(id="lampes", title=Text("Lampes", "Lamps"), directorate="light", points=("l1",))
    return Inventory(kinds=(KIND, _LAMP), points=(*points, lamp("l1")), areas=tuple(areas), groups=(lamps,))


CITY: Final = valley(point(name) for name in NAMES)


@dataclass
class Replica:
    """A process of the engine: what it remembers, and the parts that it holds, each with its epoch."""

    memory: Memory = field(default_factory=Memory)
    held: dict[int, int] = field(default_factory=dict)


class Run:
    """The engine's use cases on tables, by as many replicas as there are; time goes by as the test says."""

    def __init__(self, database: Database, book: RuleBook, replicas: int = 1, now: datetime = START) -> None:
        self.database, self.now = database, now
        self.books = [book] * replicas
        self.replicas = [Replica() for _ in range(replicas)]
        self._epochs, self._ids = count(), count()
        for part in ALL:
            self.replicas[part % replicas].held[part] = next(self._epochs)
        self.look()

    def observe(self, observations: Iterable[Observation], cut: Callable[[], None] = lambda: None) -> None:
        """Observations that are here now: a message for each partition, taken by whoever holds it.

        Args:
            cut: happens before anybody looks at what has become due by them.
        """
        by_part = sorted(observations, key=lambda item: bus.partition_of(item.point))
        messages = [
            Received(f"{next(self._ids)}", Observations(partition=part, observations=tuple(some)))
            for part, some in groupby(by_part, key=lambda item: bus.partition_of(item.point))
        ]
        for replica, book in zip(self.replicas, self.books, strict=True):
            mine = [item for item in messages if item.message.partition in replica.held]
            if mine:
                take_up_rules(self.database, replica.memory, book, replica.held, self.now)
                take_observations(self.database, replica.memory, book, mine, replica.held.keys(), self.now)
        cut()
        self.look()

    def look(self) -> datetime | None:
        """Let every replica act until nothing is due; when something is again."""
        for _ in range(100):
            due = min(filter(None, map(self._act, self.replicas, self.books)), default=None)
            if due is None or due > self.now:
                return due
        raise AssertionError(f"still due at {due}, and it is {self.now}")

    def until(self, moment: datetime, watch: Callable[[], None] = lambda: None) -> None:
        """Let time go by from one due row to the next; what is due at the moment itself is left for later.

        Args:
            watch: called whenever something may have been told.
        """
        while (due := self.look()) is not None and due < moment:
            watch()
            self.now = due
        watch()
        self.now = moment

    def use(self, book: RuleBook) -> None:
        """Other rules, or the same once more; each replica takes them up when it next looks."""
        self.books = [book] * len(self.replicas)

    @property
    def book(self) -> RuleBook:
        """That of the first replica; all have the same unless a test says otherwise."""
        return self.books[0]

    def restart(self, replica: int) -> None:
        """A process ends and another one begins in its place: it has to take its leases anew."""
        self.replicas[replica] = Replica(held={part: next(self._epochs) for part in self.replicas[replica].held})

    def move(self, parts: Collection[int], replica: int) -> None:
        """Another replica takes these parts under a new epoch; who held them remembers what it did."""
        for other in self.replicas:
            for part in parts:
                other.held.pop(part, None)
        self.replicas[replica].held |= {part: next(self._epochs) for part in parts}

    def _act(self, replica: Replica, book: RuleBook) -> datetime | None:
        if not replica.held:
            return None
        take_up_rules(self.database, replica.memory, book, replica.held, self.now)
        return act_on_due(self.database, replica.memory, book, replica.held.keys(), self.now)

    # What came of it.

    def told(self) -> list[tuple[object, ...]]:
        """Every transition that was noted: rule, subject, kind (with its moment if it is one of severity), at."""
        columns = (TRANSITION.c.rule, TRANSITION.c.point, TRANSITION.c.kind, TRANSITION.c.at)
        with self.database.transaction() as transaction:
            return sorted(tuple(row) for row in transaction.connection.execute(select(*columns)))

    def alerts(self) -> list[AlertChanged]:
        """What the notifier is told, in order."""
        return [decode(body, AlertChanged) for body in self._sent(bus.ALERT_CHANGED)]

    def lights(self) -> list[LightingRequested]:
        """What lights are asked, in order."""
        return [decode(body, LightingRequested) for body in self._sent(bus.LIGHTING_REQUESTED)]

    def _sent(self, what: bus.Event) -> Iterator[bytes]:
        return (row.body for row in MessageStore(self.database).unsent(100_000) if row.event == what.name)

    def samples(self) -> dict[tuple[str, str], list[tuple[datetime, float, str]]]:
        """The stored samples of each series, oldest first."""
        query = select(SAMPLE).order_by(SAMPLE.c.point, SAMPLE.c.property, SAMPLE.c.time)
        with self.database.transaction() as transaction:
            rows = transaction.connection.execute(query).all()
        return {
            series: [(row.time, row.value, row.quality) for row in some]
            for series, some in groupby(rows, key=lambda row: (row.point, row.property))
        }

    def phases(self) -> dict[tuple[str, str], str]:
        """The phase of every alert of which something is stored."""
        with self.database.transaction() as transaction:
            rows = transaction.connection.execute(select(ALERT_STATE.c.rule, ALERT_STATE.c.point, ALERT_STATE.c.phase))
            return {(row.rule, row.point): row.phase for row in rows}


@dataclass(frozen=True)
class Told:
    """All that a run told, apart from the words in which it did.

    Attributes:
        transitions: as they were noted.
        alerts: what the notifier was told.
        lights: what lamps were asked.
    """

    transitions: list[tuple[object, ...]]
    alerts: list[tuple[object, ...]]
    lights: list[tuple[object, ...]]


def told_by(run: Run) -> Told:
    """What a run told; nothing may be told twice."""
    alerts = [
        (each.alert, each.at, each.status, each.severity, each.was or "", each.rule, each.since, each.point,
         each.points, each.resolution or "", each.readings, each.trace)
        for each in run.alerts()
    ]  # fmt: skip
    lights = [
        (each.override, each.at, each.act, each.group, each.rule, each.lease_until, each.trace)
        for each in run.lights()
    ]  # fmt: skip
    once = [each[:5] for each in alerts]
    assert len(once) == len(set(once)), f"told twice: {once}"
    return Told(run.told(), sorted(alerts, key=repr), sorted(lights, key=repr))


def observed(seen: Seen, *, late: bool = False) -> Observation:
    """An observation as telemetry tells it."""
    return Observation(
        point=seen.point, property=seen.name, time=seen.sample.time, value=seen.sample.value, unit="m",
        quality=seen.sample.quality, late=late, trace=f"{seen.point}@{seen.sample.time:%d-%H:%M}",
    )  # fmt: skip


def is_late(seen: Seen) -> bool:
    """As telemetry judges it."""
    return (seen.moment - seen.sample.time).total_seconds() > KIND.max_delay_s


def instants(seen: Iterable[Seen]) -> Iterator[tuple[datetime, list[Observation]]]:
    """Observations by when they are here."""
    ordered = sorted(seen, key=lambda each: each.moment)
    for moment, some in groupby(ordered, key=lambda each: each.moment):
        yield moment, [observed(each, late=is_late(each)) for each in some]


def run_through(run: Run, seen: Iterable[Seen], end: datetime) -> Run:
    """Let a run see these observations and the clock, to an end."""
    for moment, some in instants(seen):
        run.until(moment)
        run.observe(some)
    run.until(end)
    run.look()
    return run


def played(book: RuleBook, seen: Sequence[Seen], end: datetime) -> list[tuple[object, ...]]:
    """The same played without tables, as ``Run.told`` tells it."""
    return sorted(_noted(event) for event in Play(book).run(seen, end, START) if event.transition.kind != "renewed")


def _noted(event: Event) -> tuple[object, ...]:
    kind, at = event.transition.kind.value, event.transition.at
    return event.rule, event.subject, f"{kind}@{at.isoformat()}" if kind in ("worsened", "eased") else kind, at


def database_in(folder: Path) -> Database:
    """The engine's tables in a file; nothing here is about power cuts, so the disk isn't waited for."""
    database = open_sqlite(folder / "rules_engine.sqlite")
    upgrade(database, "services.rules_engine.storage", "rules_engine")
    database.engine.raw_connection().cursor().execute("PRAGMA synchronous=OFF")
    return database


def emptied(database: Database) -> Database:
    """The same tables with nothing in them."""
    with database.transaction() as transaction:
        for table in (SAMPLE, ALERT_STATE, TRANSITION, SERIES_REACH, OUTBOX, INBOX):
            transaction.connection.execute(delete(table))
    return database


def written(rules: Mapping[str, str], *, title: str = "Crue", message: str = "{point}", level: int = 100) -> str:
    """Rules as their author writes them: each by its id, with what it says but for its title and actions.

    Args:
        level: percent, of the lamps.
    """
    return "".join(_rule(name, rest, title, message, level) for name, rest in rules.items())


def _rule(name: str, rest: str, title: str, message: str, level: int) -> str:
    told = f'notify: {{team: gemapi, message: "{message}"}}'
    lit = f"light: {{group: lampes, level: {level} %, at_most: 4 h, reason: crue}}"
    rest = rest.replace("THEN", f"then: [{{{told}}}]").replace("LIT", f"then: [{{{told}}}, {{{lit}}}]")
    return f'- id: {name}\n  title: "{title}"\n  owner: gemapi\n  {rest}\n'


def book_of(text: str, city: Inventory = CITY) -> RuleBook:
    """The book of rules as they are written; none may be wrong."""
    book = open_book({"rules.yaml": text}, city)
    assert book.problems == (), [str(problem) for problem in book.problems]
    return book
