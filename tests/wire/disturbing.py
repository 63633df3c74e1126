"""Kills processes of a trial at random moments, starts each again, and measures how soon all is served again."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from typing import Final

from shared import bus
from shared.runtime.leases import TERM
from tests.wire.platform import Platform
from tests.wire.trial import Trial
from tests.wire.waiting import until

LONGEST_WAIT_S: Final = 0.6
"""A kill comes so long after its instant began, at most: some of them between instants, most inside one."""

_SERVED_LIMIT_S: Final = 60.0
# A renewal that was on its way when its sender was killed is not one of a living process.
_MARGIN_S: Final = 0.1


@dataclass(frozen=True)
class Kill:
    """A kill of a process, such as ``rules_engine-0``, and what followed; times in seconds.

    Attributes:
        ready_s: from the start of the process in its place until ``/readyz`` was green.
        served_s: from the kill until living processes held every lease of the service; None for one without leases.
        lead_in_s: from the start of the process in its place until both.
    """

    name: str
    ready_s: float
    served_s: float | None
    lead_in_s: float

    @property
    def service(self) -> str:
        return self.name.rpartition("-")[0]

    def __str__(self) -> str:
        served = "" if self.served_s is None else f", leases held by the living after {self.served_s:.1f} s"
        return f"{self.name} killed: ready {self.ready_s:.1f} s after its start{served}"


class Kills:
    """Kills processes while a trial plays: ``trial.play(after=kills.begin_those_of)``.

    Args:
        plan: at each of these moments of the trial, which processes are killed a random time later.
        told: called after each kill, when the process in its place works.

    Attributes:
        done: the kills so far.
    """

    def __init__(
        self,
        trial: Trial,
        plan: Mapping[datetime, Sequence[str]],
        chance: random.Random,
        told: Callable[[Kill], None] = lambda _kill: None,
    ) -> None:
        self._trial = trial
        self._plan = plan
        self._chance = chance
        self._told = told
        self._locks: dict[str, Lock] = defaultdict(Lock)
        self._threads: list[Thread] = []
        self._errors: list[Exception] = []
        self.done: list[Kill] = []

    def begin_those_of(self, moment: datetime) -> None:
        """Kill what is planned for this moment; returns at once."""
        for name in self._plan.get(moment, ()):
            thread = Thread(target=self._act, args=(name, self._chance.uniform(0, LONGEST_WAIT_S)))
            self._threads.append(thread)
            thread.start()

    def finish(self) -> None:
        """Return when every process that was killed serves again.

        Raises:
            ExceptionGroup: one of them doesn't.
        """
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise ExceptionGroup("not mended", self._errors)

    def _act(self, name: str, wait_s: float) -> None:
        time.sleep(wait_s)
        try:
            # One after another, of the same process.
            with self._locks[name], self._trial.disturbance():
                self.done.append(kill(self._trial, name))
            self._told(self.done[-1])
        except Exception as error:  # noqa: BLE001 - shown by who waits for the threads
            self._errors.append(error)


@contextmanager
def kills(
    trial: Trial,
    plan: Mapping[datetime, Sequence[str]],
    chance: random.Random,
    told: Callable[[Kill], None] = lambda _kill: None,
) -> Iterator[Kills]:
    """Kills for the time in which a trial plays; all are mended at the end."""
    made = Kills(trial, plan, chance, told)
    try:
        yield made
    finally:
        made.finish()


def kill(trial: Trial, name: str) -> Kill:
    """Kill a process with SIGKILL and start another in its place; return when the service works as before."""
    service = name.rpartition("-")[0]
    trial.processes[name].kill()
    killed, killed_at = time.monotonic(), now_of(trial.platform)
    begun = time.monotonic()
    process = trial.begin(name)
    process.await_ready()
    ready_s = time.monotonic() - begun
    served_s = None
    if service in bus.LEASES:
        what = f"every lease of {service} is held"
        until(lambda: is_served(trial.platform, service, killed_at), _SERVED_LIMIT_S, what)
        served_s = time.monotonic() - killed
    return Kill(name, ready_s, served_s, time.monotonic() - begun)


def now_of(platform: Platform) -> datetime:
    """The database's time: the one that leases count by."""
    moment: datetime = platform.schemas.sql("SELECT clock_timestamp()")[0][0]
    return moment


def is_served(platform: Platform, service: str, since: datetime) -> bool:
    """Whether every lease of a service was taken or renewed after a moment: by who was alive then."""
    query = f"SELECT count(*) FROM {service}.lease WHERE extract(epoch FROM expires_at - %s) > %s"  # noqa: S608
    held: int = platform.schemas.sql(query, (since, TERM.total_seconds() + _MARGIN_S))[0][0]
    return held == bus.LEASES[service]
