"""Replicas of the rules engine are killed, frozen, added and removed while they decide; one alone decides the same.

Both runs are on a replay clock. All of an instant is decided before the next one comes, whoever decides it, so what is
decided is the same to the last word; a replica that is frozen for longer than its leases last, and wakes, is as if it
had died.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from kombu import Connection

from services.rules_engine.domain.book import open_book
from services.rules_engine.sources.rules_folder import folder_files
from shared import bus
from tests.wire import many_rules
from tests.wire.engines import Engines, engines, held_by, named
from tests.wire.many_rules import START, STEP, Extent
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

SORTS: Final = ("kill", "freeze", "add", "remove")
_PATIENCE_S: Final = 120.0
_TAIL: Final = 12
_LONGEST_WAIT_S: Final = 0.6

Servers = tuple[RabbitMQ, PostgreSQL]


@dataclass(frozen=True)
class Disturbance:
    """What was done to a replica, and what followed; times in seconds.

    Attributes:
        parts: how many it held (of one that was added: holds in the end).
        taken_s: until others held all of these (of one that was added: it itself, from when it was ready).
        decided_s: until others had decided what waited for each of these; None: nothing waited.
    """

    sort: str
    name: str
    parts: int
    taken_s: float
    decided_s: float | None

    def __str__(self) -> str:
        decided = "" if self.decided_s is None else f", what waited was decided after {self.decided_s:.1f} s"
        return f"{self.sort} {self.name}: {self.parts} parts taken over after {self.taken_s:.1f} s{decided}"


@dataclass(frozen=True)
class Decided:
    """What came of a run.

    Attributes:
        transitions: the rows of the table.
        told: what was published about each alert or override, in its order.
        samples: how many are kept.
        untold, strange: messages of the outbox that the broker has not, and of the broker that the outbox has not.
        parked: messages that no replica could take.
        seconds: how long it took.
    """

    transitions: frozenset[tuple[Any, ...]]
    told: Mapping[str, Sequence[str]]
    samples: int
    untold: int
    strange: int
    parked: int
    seconds: float
    disturbances: Sequence[Disturbance] = field(default=(), compare=False)

    @property
    def messages(self) -> int:
        return sum(map(len, self.told.values()))

    def twice(self) -> int:
        """How many messages were published again: word by word the same about the same alert."""
        return sum(len(words) - len(set(words)) for words in self.told.values())

    def differences(self, wanted: Decided) -> list[str]:
        """What is otherwise than it should be, in words; nothing: all is the same and all was told."""
        found = []
        if missing := wanted.transitions - self.transitions:
            found.append(f"{len(missing)} transitions are missing, such as {min(missing, key=repr)}")
        if surplus := self.transitions - wanted.transitions:
            found.append(f"{len(surplus)} transitions are too many, such as {min(surplus, key=repr)}")
        found += [
            f"of {name} was told {list(said)} and not {list(due)}"
            for name in sorted({*self.told, *wanted.told})
            if (said := self.told.get(name, ())) != (due := wanted.told.get(name, ()))
        ]
        if self.samples != wanted.samples:
            found.append(f"{self.samples} samples are kept and not {wanted.samples}")
        counts = {"not told": self.untold, "told from nowhere": self.strange, "parked": self.parked}
        return found + [f"{number} messages {what}" for what, number in counts.items() if number]


def run(
    servers: Servers,
    folder: Path,
    extent: Extent,
    replicas: int,
    plan: Mapping[int, str] | None = None,
    seed: int = 1,
    told: Callable[[str], None] = print,
) -> Decided:
    """Let so many replicas decide everything.

    Args:
        plan: at these instants, what is done to a replica.
        told: called with what happens, in words.
    """
    rules = folder / "rules"
    if not rules.exists():
        many_rules.write_rules(rules, many_rules.rules(extent.rules))
    inventory = many_rules.inventory(extent.points)
    book = open_book(folder_files(rules), inventory)
    assert not book.problems, f"a rule that is refused decides nothing: {book.problems[0]}"
    with engines(servers, folder / f"replicas-{replicas}", rules, replicas, inventory, START) as made:
        made.drive()
        begun = time.monotonic()
        disturbing = Disturbing(made, plan or {}, random.Random(seed), told)  # noqa: S311 - moments, not secrets
        play(made, extent, disturbing)
        return _decided(made, time.monotonic() - begun, disturbing.done)


def play(made: Engines, extent: Extent, disturbing: Disturbing) -> None:
    """All instants, and an hour in which nothing is observed any more."""
    for instant in range(extent.instants):
        made.city.timeline.advance(START + instant * STEP)
        with disturbing.during(instant):
            made.speaker.observations(many_rules.observations(extent, instant))
            made.city.timeline.settle()
    made.city.timeline.advance(START + (extent.instants + _TAIL) * STEP)
    made.city.timeline.settle()


class Disturbing:
    """Does what is planned for an instant while the instant is decided."""

    def __init__(
        self, made: Engines, plan: Mapping[int, str], chance: random.Random, told: Callable[[str], None]
    ) -> None:
        self._engines = made
        self._plan = plan
        self._chance = chance
        self._told = told
        self._errors: list[Exception] = []
        self._struck = Event()
        self.done: list[Disturbance] = []

    @contextmanager
    def during(self, instant: int) -> Iterator[None]:
        """Disturb while the block runs, if it is planned; all is mended at its end."""
        sort = self._plan.get(instant)
        if sort is None:
            yield
            return
        self._struck.clear()
        thread = Thread(target=self._act, args=(sort, self._chance.uniform(0, _LONGEST_WAIT_S)))
        thread.start()
        # Every third strikes while the instant is decided, the others before anything is said of it.
        if len(self.done) % 3 < 2:
            self._struck.wait(_PATIENCE_S)
        yield
        thread.join()
        if self._errors:
            raise ExceptionGroup("not mended", self._errors)

    def _act(self, sort: str, wait_s: float) -> None:
        time.sleep(wait_s)
        try:
            with self._engines.disturbance():
                done = {"kill": self._kill, "freeze": self._freeze, "add": self._add, "remove": self._remove}[sort]()
            self.done.append(done)
            self._told(f"{len(self.done)} of {len(self._plan)}: {done}")
        except Exception as error:  # noqa: BLE001 - shown by who waits for the thread
            self._errors.append(error)
        finally:
            self._struck.set()

    def _kill(self) -> Disturbance:
        orphaned = self._orphaned()
        orphaned.process.kill()
        self._struck.set()
        done = orphaned.followed("kill")
        self._engines.begin(orphaned.process.replica).await_ready()
        return done

    def _freeze(self) -> Disturbance:
        orphaned = self._orphaned()
        orphaned.process.freeze()
        self._struck.set()
        try:
            return orphaned.followed("freeze")
        finally:
            orphaned.process.thaw()

    def _remove(self) -> Disturbance:
        orphaned = self._orphaned()
        self._struck.set()
        ended = orphaned.process.terminate()
        assert ended.code == 0, ended
        del self._engines.processes[orphaned.name]
        return orphaned.followed("remove")

    def _add(self) -> Disturbance:
        replica = next(number for number in range(99) if named(number) not in self._engines.processes)
        process = self._engines.begin(replica)
        self._struck.set()
        process.await_ready()
        begun = time.monotonic()
        self._engines.await_balance()
        return Disturbance("add", named(replica), len(held_by(process)), time.monotonic() - begun, None)

    def _orphaned(self) -> Orphaned:
        """A replica that holds something, and is going to lose it."""
        until(lambda: sum(self._engines.shares()) == bus.PARTITIONS, _PATIENCE_S, "all parts are held")
        names = sorted(self._engines.processes)
        self._chance.shuffle(names)
        name = next(name for name in names if held_by(self._engines.processes[name]))
        return Orphaned(self._engines, name)


class Orphaned:
    """The parts of a replica that is about to lose them."""

    def __init__(self, made: Engines, name: str) -> None:
        self.name = name
        self.process = made.processes[name]
        self._engines = made
        self._epochs = made.epochs()
        self._parts = held_by(self.process)
        self._began = time.time()

    def followed(self, sort: str) -> Disturbance:
        """What followed, when others have taken over and decided all that waited."""
        until(self._are_taken, _PATIENCE_S, f"the parts of {self.name} are taken over", self._engines.epochs)
        taken = time.time()
        return Disturbance(sort, self.name, len(self._parts), taken - self._began, self._decided_s(taken))

    def _are_taken(self) -> bool:
        now = self._engines.epochs()
        return all(now.get(part, -1) > self._epochs.get(part, -1) for part in self._parts)

    def _decided_s(self, taken: float) -> float | None:
        """Until the first decision about each part for which something waited by then; of the last of them."""
        waited = (
            "SELECT o.routing_key, min(i.handled) FROM telemetry.outbox o"
            " LEFT JOIN rules_engine.inbox i USING (event_id) WHERE o.event = 'observations' AND o.created < %s"
            " AND o.routing_key = ANY(%s) AND (i.handled IS NULL OR i.handled > %s) GROUP BY o.routing_key"
        )
        values = (taken, [str(part) for part in self._parts], self._began)
        until(lambda: all(row[1] is not None for row in self._engines.ask(waited, *values)), _PATIENCE_S, "all decide")
        moments = [moment for _, moment in self._engines.ask(waited, *values)]
        return max(moments) - self._began if moments else None


def _decided(made: Engines, seconds: float, disturbances: Sequence[Disturbance]) -> Decided:
    columns = "alert, kind, rule, point, at, resolution, trace"
    rows = made.ask(f"SELECT {columns} FROM rules_engine.transition")  # noqa: S608 - our own names
    told, ids = defaultdict(list), Counter[str]()
    for identifier, event, body in made.ask("SELECT event_id, event, body FROM rules_engine.outbox ORDER BY id"):
        ids[identifier] += 1
        if event == bus.HISTORY_REQUESTED.name:
            continue  # what a part asks for depends on who takes it up when
        content = json.loads(body)
        told[content.get("override") or content["alert"]].append(f"{event} {bytes(body).decode()}")
    heard = _heard(made)
    return Decided(
        transitions=frozenset(rows),
        told=dict(told),
        samples=made.ask("SELECT count(*) FROM rules_engine.sample")[0][0],
        untold=len(ids.keys() - heard),
        strange=len(heard - ids.keys()),
        parked=made.ask("SELECT count(*) FROM rules_engine.parked")[0][0],
        seconds=seconds,
        disturbances=list(disturbances),
    )


def _heard(made: Engines) -> set[str]:
    """The ids of all messages that wait in the broker for those who listen to the engine."""
    found: set[str] = set()
    with Connection(made.platform.administrator) as link:
        channel = link.channel()
        for event in bus.EVENTS:
            if event.producer == bus.RULES_ENGINE:
                for consumer in event.consumers:
                    for queue in event.queues(consumer):
                        while (message := channel.basic_get(queue, no_ack=True)) is not None:
                            found.add(message.headers["id"])
    return found
