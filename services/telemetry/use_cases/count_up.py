"""From what counters show to observations: by how much each grew since the reading before, whatever comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from services.telemetry.domain.claim import Conflict, Reading
from services.telemetry.domain.comparing import key_of
from services.telemetry.domain.counting import Neighbours, ReadingKey, increase
from services.telemetry.domain.judging import quality
from services.telemetry.storage.counters import Counters
from services.telemetry.storage.observations import Observations
from services.telemetry.use_cases.tell_observations import history_of
from shared import bus
from shared.model.observations import Observation
from shared.runtime.database import Transaction


@dataclass(frozen=True)
class Counted:
    """What became of some readings.

    Attributes:
        observations: that are not stored yet.
        corrected: stored observations as they are now, since a reading came in between; late, for they were decided on.
        taken: how many readings are new; the first one of a counter gives no observation.
    """

    observations: tuple[Observation, ...] = ()
    corrected: tuple[Observation, ...] = ()
    taken: int = 0
    duplicates: int = 0
    conflicts: tuple[Conflict, ...] = ()


def count_up(transaction: Transaction, readings: Sequence[Reading]) -> Counted:
    """Keep the readings that are new, and work out the observations that follow.

    A reading that comes late lies between two others: the later one's observation then is what is left of it, so that
    sums stay right. Must be called before the transaction has written anything.
    """
    if not readings:
        return Counted()
    counters = Counters(transaction)
    counters.take_turns({reading.observation.point for reading in readings})
    known = counters.stored([_key(reading) for reading in readings])
    new, duplicates, conflicts = _parted(readings, known)
    counters.add({key: reading.observation.value for key, reading in new.items()})
    neighbours = counters.neighbours(list(new))
    behind = [item for key, reading in new.items() for item in _behind(key, reading, neighbours[key], new)]
    there = counters.observed([key_of(item) for item in behind])
    corrected = tuple(msgspec.structs.replace(item, late=True) for item in behind if key_of(item) in there)
    _correct(transaction, corrected)
    own = [item for key, reading in new.items() for item in _own(reading, neighbours[key])]
    return Counted(
        observations=(*own, *(item for item in behind if key_of(item) not in there)),
        corrected=corrected,
        taken=len(new),
        duplicates=duplicates,
        conflicts=tuple(conflicts),
    )


def _correct(transaction: Transaction, corrected: Sequence[Observation]) -> None:
    # What is told again of their history meanwhile has the former values: the corrections are told behind it.
    for partition in sorted({bus.partition_of(item.point) for item in corrected}):
        transaction.alone(history_of(partition))
    Observations(transaction).correct({key_of(item): (item.value, item.quality) for item in corrected})


def count_again(transaction: Transaction, readings: Sequence[Reading]) -> tuple[Observation, ...]:
    """Put other numbers in the place of those that counters showed; the stored observations as they have to be now.

    Nobody else works on these counters meanwhile: see ``Counters.take_turns``.
    """
    counters = Counters(transaction)
    again = {_key(reading): reading for reading in readings}
    counters.put({key: reading.observation.value for key, reading in again.items()})
    neighbours = counters.neighbours(list(again))
    found = [item for key, reading in again.items() for item in _own(reading, neighbours[key])]
    found += [item for key, reading in again.items() for item in _behind(key, reading, neighbours[key], again)]
    there = counters.observed([key_of(item) for item in found])
    return tuple(item for item in found if key_of(item) in there)


def _key(reading: Reading) -> ReadingKey:
    seen = reading.observation
    return ReadingKey(seen.point, seen.property, reading.device, reading.path, seen.time)


def _parted(
    readings: Sequence[Reading], known: dict[ReadingKey, float]
) -> tuple[dict[ReadingKey, Reading], int, list[Conflict]]:
    """Those that are new, how often one came again, and those that contradict; the first of a time counts."""
    new: dict[ReadingKey, Reading] = {}
    conflicts: list[Conflict] = []
    duplicates = 0
    for reading in readings:
        key, value = _key(reading), reading.observation.value
        if key not in known:
            known[key] = value
            new[key] = reading
        elif known[key] == value:
            duplicates += 1
        else:
            conflicts.append(Conflict(reading.observation, known[key], reading.device, reading.path))
    return new, duplicates, conflicts


def _own(reading: Reading, beside: Neighbours) -> Iterator[Observation]:
    """The observation that a new reading makes; none if it is the counter's first."""
    if beside.before is not None:
        yield _observation(reading, beside.before, reading.observation)


def _behind(
    key: ReadingKey, reading: Reading, beside: Neighbours, new: Mapping[ReadingKey, Reading]
) -> Iterator[Observation]:
    """The observation that a reading just behind a new one makes now, if it was there before."""
    if beside.after_time is None or beside.after is None or key._replace(time=beside.after_time) in new:
        return
    later = msgspec.structs.replace(reading.observation, time=beside.after_time, value=beside.after)
    yield _observation(reading, reading.observation.value, later)


def _observation(reading: Reading, before: float, shown: Observation) -> Observation:
    """What the counter grew by until it showed that."""
    value = increase(before, shown.value, reading.wraps_at)
    return msgspec.structs.replace(shown, value=value, quality=quality(value, reading.seen))
