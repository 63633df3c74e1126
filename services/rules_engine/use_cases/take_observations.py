"""Takes observations: keeps them as samples and decides the rules that read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.sample import Sample
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.reaches import Reaches
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.deciding import Decisions
from services.rules_engine.use_cases.warm_windows import deciding_on, history_has_come
from shared.bus import partition_of
from shared.model.observations import Observation, Observations
from shared.runtime.database import Database, Received


def take_observations(
    database: Database,
    memory: Memory,
    book: RuleBook,
    received: Sequence[Received[Observations]],
    parts: Collection[int],
    now: datetime,
    behind: Collection[int] = (),
) -> None:
    """Handle a batch of messages in one transaction.

    An observation that is late, or older than the newest of its series, is history: nothing is decided for its time.
    But it may have changed a window, or the newest value, so what it leaves is decided as the clock would, for now.
    Rules that read several points are asked to decide when the instant is over, by a due row.

    Args:
        parts: the partitions that this process holds.
        behind: those of them whose queue holds more that came before now. A rule to which silence matters is asked
            to decide when that is read: seen from now, each value of a backlog is followed by silence.
    """
    with memory.transaction(database) as transaction:
        messages = [item.message for item in transaction.first_seen(received)]
        observations = [observation for message in messages for observation in message.observations]
        samples = Samples(transaction, memory, parts)
        told = {wanted.point for message in messages for wanted in message.complete}
        samples.load({item.point for item in observations} | told)
        keys = {(rule, item.point) for item in observations for rule in book.readers(item.point, item.property).own}
        waiting = Reaches(transaction, memory).waiting(parts)
        aside = Quarantine(transaction).of(book)
        decisions = Decisions(book, States(transaction, memory), memory.samples, now, parts, aside, waiting)
        decisions.load(keys)
        asked: set[Key] = set()
        corrected: set[Key] = set()
        for some in _instants(observations):
            asked |= _take(some, book, decisions, corrected, waits=partition_of(some[0].point) in behind)
        come = history_has_come(transaction, memory, waiting, messages)
        asked |= deciding_on(book, come, memory.samples)
        for key in sorted(corrected):
            if partition_of(key[1]) in behind and book.rules[key[0]].minds_silence:
                asked.add(key)
            else:
                decisions.decide(key, now, fresh=False)
        decisions.ask(asked)
        samples.append(observations)
        samples.drop(decisions.surroundings.dropped)
        decisions.save(transaction, memory)


def _instants(observations: Iterable[Observation]) -> Iterator[list[Observation]]:
    """Observations of one time and point together, so that a rule sees all of an instant at once."""
    ordered = sorted(observations, key=lambda item: (item.time, item.point, item.property))
    for _, some in groupby(ordered, key=lambda item: (item.time, item.point)):
        yield list(some)


def _take(
    some: Sequence[Observation], book: RuleBook, decisions: Decisions, corrected: set[Key], *, waits: bool
) -> set[Key]:
    """Keep the observations of a point at an instant and decide the rules that read it alone; who is to decide later.

    Args:
        corrected: rules whose history was changed since they were decided last; added to, and taken from.
        waits: there may be more of the point, so nobody decides now to whom silence matters.
    """
    point, asked = some[0].point, set[Key]()
    rules: dict[str, str] = defaultdict(str)
    for item in some:
        decides = decisions.surroundings.add(point, item.property, Sample(item.value, item.time, item.quality))
        readers = book.readers(point, item.property)
        asked.update(readers.others)
        if decides and not item.late:
            rules.update((rule, rules[rule] or item.trace) for rule in readers.own)
        else:
            corrected.update((rule, point) for rule in readers.own)
            for rule in readers.own:
                decisions.correct((rule, point), item.time)
    for rule in sorted(rules):
        if waits and book.rules[rule].minds_silence:
            asked.add((rule, point))
            continue
        decisions.decide((rule, point), some[0].time, trace=rules[rule], fresh=True)
        corrected.discard((rule, point))
    return asked
