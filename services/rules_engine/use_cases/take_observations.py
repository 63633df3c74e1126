"""Takes observations: keeps them as samples and decides the rules that read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from services.rules_engine.domain.alert import Sample
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.samples import Latest, Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.deciding import Decisions, keys_of
from shared.model.observations import Observation, Observations
from shared.runtime.database import Database, Received


def take_observations(
    database: Database, memory: Memory, book: RuleBook, received: Sequence[Received[Observations]], now: datetime
) -> None:
    """Handle a batch of messages in one transaction.

    An observation that is late, or older than the newest of its series, is history: it decides nothing.
    """
    with memory.transaction(database) as transaction:
        messages = [item.message for item in transaction.first_seen(received)]
        observations = [observation for message in messages for observation in message.observations]
        samples = Samples(transaction, memory)
        latest = samples.latest(observation.point for observation in observations)
        fresh = [item for item in observations if _is_newest(item, latest)]
        keys = keys_of(book, {(item.point, item.property) for item in fresh})
        decisions = Decisions(book, States(transaction, memory).load(keys), now)
        for some in _instants(fresh):
            _decide(some, latest, book, decisions)
        samples.append(fresh)
        decisions.save(transaction, memory)


def _is_newest(observation: Observation, latest: Latest) -> bool:
    known = latest[observation.point].get(observation.property)
    return known is None or observation.time > known.time


def _instants(observations: Iterable[Observation]) -> Iterator[list[Observation]]:
    """Observations of one time and point together, so that a rule sees all of an instant at once."""
    ordered = sorted(observations, key=lambda item: (item.time, item.point, item.property))
    for _, some in groupby(ordered, key=lambda item: (item.time, item.point)):
        yield list(some)


def _decide(some: Sequence[Observation], latest: Latest, book: RuleBook, decisions: Decisions) -> None:
    point, time = some[0].point, some[0].time
    for item in some:
        latest[point][item.property] = Sample(item.value, item.time, item.quality)
    on_time = [item for item in some if not item.late]
    for rule in _reading(on_time, book):
        decisions.decide((rule, point), latest[point], time, on_time[0].trace)


def _reading(observations: Sequence[Observation], book: RuleBook) -> Sequence[str]:
    """The rules that read any of these, which are of one point, in order."""
    if len(observations) == 1:
        return book.reading(observations[0].point, observations[0].property)
    return sorted({rule for item in observations for rule in book.reading(item.point, item.property)})
