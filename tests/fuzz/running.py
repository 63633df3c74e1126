"""Sends thousands of spoilt uplinks to a city and holds it to its promises.

No answer is a server's fault; every refusal has a reason of the closed list; the answers together are what the city
counted; nothing is parked; memory and disk stay small; and the city goes on taking what is good.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.fuzz.city import Answer, Fuzzed
from tests.fuzz.corpus import Sample
from tests.fuzz.judging import account
from tests.fuzz.mutating import Case, case

_SETTLE_EVERY: Final = 250
_OVER_A_SOCKET: Final = 10
"""One of so many goes over a real connection."""

_OVER_MQTT: Final = 4
"""One of so many is published."""

_MOST_SHRINKING: Final = 20
MOST_DISK_MB: Final = 400
MOST_MEMORY_MB: Final = 400


@dataclass
class Found:
    """Figures of a run. ``faults``: each with what makes it again."""

    seed: int
    uplinks: int = 0
    over_http: int = 0
    over_mqtt: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    became: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    seconds: float = 0.0
    memory_mb: int = 0
    disk_mb: int = 0
    rejections_kept: int = 0
    parked: int = 0

    def figures(self) -> dict[str, Any]:
        """As JSON has them."""
        plain = {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}
        return {"good": self.is_good(), **plain, "faults": len(self.faults)}

    def is_good(self) -> bool:
        """Whether every promise was kept."""
        small = self.memory_mb <= MOST_MEMORY_MB and self.disk_mb <= MOST_DISK_MB and self.rejections_kept <= 10_000
        return not self.faults and not self.parked and small


@dataclass
class Run:
    """One run against one city."""

    fuzzed: Fuzzed
    corpus: Sequence[Sample]
    found: Found
    answered: Counter[str] = field(default_factory=Counter)
    """What the answers say, to be compared with what the city counted."""

    def send(self, first: int, uplinks: int, say: Callable[[str], None]) -> Found:
        """Send the cases from ``first`` on, and look at the city afterwards."""
        began, memory = time.monotonic(), _memory_mb()
        before = self.fuzzed.tallies()
        published: list[Case] = []
        for number in range(first, first + uplinks):
            spoilt = case(self.found.seed, number)
            if number % _OVER_MQTT == 0:
                published.append(spoilt)
            else:
                self._post(spoilt)
            if (number + 1) % _SETTLE_EVERY == 0:
                self._look(published, before)
                published = []
            if (number + 1 - first) % 10_000 == 0:
                say(f"fuzz: {number + 1 - first} uplinks, {len(self.found.faults)} faults")
        self._look(published, before)
        self.found.uplinks = uplinks
        self.found.became = self.fuzzed.tallies() - before
        self.found.parked = len(self.fuzzed.parked())
        self.found.seconds = round(time.monotonic() - began, 1)
        self.found.memory_mb = _memory_mb() - memory
        return self.found

    def weigh(self, folder: Path) -> None:
        """How much lies on the disk, and how many refusals are kept to look at."""
        self.found.disk_mb = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) >> 20
        ((self.found.rejections_kept,),) = self.fuzzed.rows("telemetry", "SELECT count(*) FROM rejection")

    def _post(self, spoilt: Case) -> None:
        sample = spoilt.make(self.corpus)
        began = time.monotonic()
        try:
            answer = self._answer(sample, spoilt.number)
            self.answered += account(answer)
            self.found.statuses[answer.status] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault of the city
            self.found.faults.append(self._told(spoilt, error))
        self.found.over_http += 1
        self.found.slowest_s = max(self.found.slowest_s, round(time.monotonic() - began, 2))

    def _answer(self, sample: Sample, number: int) -> Answer:
        over_a_socket = number % _OVER_A_SOCKET == 1
        return self.fuzzed.post_over_a_socket(sample) if over_a_socket else self.fuzzed.post(sample)

    def _look(self, published: Sequence[Case], before: Counter[str]) -> None:
        """Between the portions: do the books agree, and is what is good still taken?"""
        self.fuzzed.settle()
        self._compare(before)
        self._publish(published)
        # What came over MQTT is answered to nobody: the books begin anew behind it.
        self.answered = self.fuzzed.tallies() - before
        good = self.fuzzed.send_good()
        if good.status != 200 or b'"accepted":1' not in good.body:
            self.found.faults.append(f"a good observation was answered {good.status}: {good.body[:200]!r}")
        self.answered += account(good)

    def _compare(self, before: Counter[str]) -> None:
        counted = self.fuzzed.tallies() - before
        answered = Counter({name: number for name, number in self.answered.items() if name != "error" and number})
        if counted != answered:
            self.found.faults.append(f"answered {dict(answered - counted)} more and {dict(counted - answered)} less")

    def _publish(self, published: Sequence[Case]) -> None:
        parked = len(self.fuzzed.parked())
        self.fuzzed.publish([spoilt.make(self.corpus) for spoilt in published])
        self.found.over_mqtt += len(published)
        for row in self.fuzzed.parked()[parked:]:
            self.found.faults.append(f"parked, among {[spoilt.number for spoilt in published][:3]}...: {tuple(row)}")

    def _told(self, spoilt: Case, error: Exception) -> str:
        smallest = self._shrunk(spoilt)
        sample = smallest.make(self.corpus)
        again = f"python -m tests.fuzz --seed {spoilt.seed} --first {spoilt.number} --uplinks 1"
        what = f"{sample.path}?{sample.query} {sample.content_type} {sample.headers} {sample.body[:300]!r}"
        return f"{type(error).__name__}: {error}; steps {smallest.steps} of {spoilt.steps}: {what}; again: {again}"

    def _shrunk(self, spoilt: Case) -> Case:
        """The same with as few steps as still fail."""
        for _ in range(_MOST_SHRINKING):
            smaller = next((fewer for fewer in spoilt.fewer() if self._fails(fewer)), None)
            if smaller is None:
                break
            spoilt = smaller
        return spoilt

    def _fails(self, spoilt: Case) -> bool:
        try:
            self.answered += account(self.fuzzed.post(spoilt.make(self.corpus)))
        except Exception:  # noqa: BLE001 - as in _post
            return True
        return False


def _memory_mb() -> int:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
