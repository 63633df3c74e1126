"""Asks telemetry for the past that new rules read, so that a baseline of four weeks isn't blind for four weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.warming import Reach, SeriesId, grow
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.reaches import Reaches
from services.rules_engine.storage.samples import PointSeries
from shared import bus
from shared.model.history import HistoryRequested, SeriesWanted
from shared.model.observations import Observations
from shared.runtime.database import Transaction


def ask_for_history(
    transaction: Transaction, memory: Memory, book: RuleBook, parts: Collection[int], now: datetime
) -> dict[SeriesId, Reach]:
    """Ask for what the rules of these parts read further back than what is kept; the series that are on their way."""
    reaches = Reaches(transaction, memory)
    wanted = {series: depth for series, depth in book.series().items() if bus.partition_of(series[0]) in parts}
    known = reaches.all(parts)
    growth = grow(wanted, known, now)
    reaches.save(growth.changed)
    reaches.forget(growth.forgotten)
    asked: dict[int, list[SeriesWanted]] = defaultdict(list)
    for point, name in growth.asked:
        depth = wanted[point, name]
        series = SeriesWanted(point=point, property=name, since=now - depth.span, samples=depth.samples)
        asked[bus.partition_of(point)].append(series)
    for partition, some in sorted(asked.items()):
        transaction.publish(bus.HISTORY_REQUESTED, HistoryRequested(partition=partition, wanted=tuple(some)))
    now_known = {**known, **growth.changed}
    return {series: reach for series, reach in now_known.items() if reach.waits_until is not None}


def history_has_come(
    transaction: Transaction, memory: Memory, waiting: Mapping[SeriesId, Reach], messages: Iterable[Observations]
) -> set[SeriesId]:
    """Note which of the series that are on their way have come whole with these messages."""
    series = {each for message in messages for each in message.complete if each in waiting}
    if series:
        Reaches(transaction, memory).has_come(series)
    return series


def deciding_on(book: RuleBook, series: Iterable[SeriesId], samples: PointSeries) -> set[Key]:
    """The rules that read these series and have something to decide on."""
    found: set[Key] = set()
    for point, name in series:
        if name in samples.get(point, ()):
            readers = book.readers(point, name)
            found.update((rule, point) for rule in readers.own)
            found.update(readers.others)
    return found
