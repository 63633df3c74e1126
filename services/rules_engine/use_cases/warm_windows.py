"""Asks telemetry for the past that new rules read, so that a baseline of four weeks isn't blind for four weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def ask_for_history(transaction: Transaction, memory: Memory, book: RuleBook, part: int, now: datetime) -> None:
    """Ask for what the rules read further back at the points of a part than what is kept of them."""
    reaches = Reaches(transaction, memory)
    wanted = {series: depth for series, depth in book.series().items() if bus.partition_of(series[0]) == part}
    growth = grow(wanted, reaches.all([part]), now)
    reaches.save(growth.changed)
    reaches.forget(growth.forgotten)
    if growth.asked:
        asked = tuple(_wanted(series, growth.changed[series], now) for series in growth.asked)
        transaction.publish(bus.HISTORY_REQUESTED, HistoryRequested(partition=part, wanted=asked))


def _wanted(series: SeriesId, reach: Reach, now: datetime) -> SeriesWanted:
    point, name = series
    return SeriesWanted(point=point, property=name, since=reach.since(now), samples=reach.depth.samples)


def history_has_come(
    transaction: Transaction, memory: Memory, waiting: Mapping[SeriesId, Reach], messages: Iterable[Observations]
) -> set[SeriesId]:
    """Note which of the series that are on their way have come whole with these messages."""
    told = [wanted for message in messages for wanted in message.complete]
    series = {
        (each.point, each.property)
        for each in told
        if (reach := waiting.get((each.point, each.property))) is not None and reach.is_met(each.since, each.samples)
    }
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
