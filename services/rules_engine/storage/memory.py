"""What the engine remembers of the parts whose leases it holds, so that an observation costs no question.

Only the holder of a lease writes the samples and states of its part, so what it read or wrote under the lease is what
is stored. Whatever goes wrong in a transaction, the memory is dropped and read again from the tables.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from services.rules_engine.domain.series import Series
from services.rules_engine.domain.warming import Reach, SeriesId
from services.rules_engine.storage.kept import Kept, Key, partition
from shared import bus
from shared.runtime.database import Database, Transaction
from shared.runtime.leases import Held


class Memory:
    """The samples by point and property, and the alert states by key; a state of None is known not to be stored.

    Attributes:
        left_alone: the rules that were set aside when it was last looked.
        taking_up: held by the one worker that takes parts up; a start takes its time, and once is enough.
    """

    def __init__(self) -> None:
        self.left_alone: frozenset[str] = frozenset()
        self.samples: dict[str, dict[str, Series]] = {}
        self.states: dict[Key, Kept | None] = {}
        self.waiting: Mapping[SeriesId, Reach] | None = None
        """Series of which history is on its way; None: they are to be read."""
        self._taken_up: dict[int, tuple[int, object]] = {}
        self._afterwards: list[Callable[[Transaction], None]] = []
        self._turn = threading.Lock()
        self.taking_up = threading.Lock()

    @contextmanager
    def transaction(self, database: Database) -> Iterator[Transaction]:
        """A transaction of this service that decides; one at a time, since each builds on what the last one left."""
        with self._turn:
            self._afterwards.clear()
            try:
                with database.transaction() as transaction:
                    yield transaction
                for act in self._afterwards:
                    with database.transaction() as transaction:
                        act(transaction)
            except BaseException:
                self.samples.clear()
                self.states.clear()
                self.waiting = None
                raise

    def afterwards(self, act: Callable[[Transaction], None]) -> None:
        """Have something done in a transaction of its own once this one is committed.

        It is for what touches rows of other replicas: within this one, two that do so could wait for each other. If
        the process dies in between it isn't done.
        """
        self._afterwards.append(act)

    def not_taken_up(self, held: Held, book: object) -> frozenset[int]:
        """The parts that are held anew, or for which these are not the rules that were taken up."""
        return frozenset(
            part
            for part, epoch in held.items()
            if (known := self._taken_up.get(part)) is None or known[0] != epoch or known[1] is not book
        )

    def holds_anew(self, held: Held) -> bool:
        """Whether parts came from another replica, which may have taken up newer rules than are known here."""
        return any((known := self._taken_up.get(part)) is None or known[0] != epoch for part, epoch in held.items())

    def took_up(self, parts: frozenset[int], held: Held, book: object) -> None:
        """These parts stand as these rules want it."""
        self._taken_up.update({part: (held[part], book) for part in parts})

    def forget(self, parts: frozenset[int]) -> None:
        """Drop what belongs to these parts: another replica may have written it meanwhile."""
        self.waiting = None
        for point in [point for point in self.samples if bus.partition_of(point) in parts]:
            del self.samples[point]
        for key in [key for key in self.states if partition(key) in parts]:
            del self.states[key]
