"""What the rules engine wants to know of the past is told once, in order, in portions, and survives a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest

from services.telemetry.use_cases.answer_history import answer_history, take_requests
from shared import bus
from shared.errors import InputError
from shared.model.history import HistoryRequested, SeriesWanted
from shared.model.message import decode
from shared.model.observations import Observation, Observations, Quality
from shared.runtime.database import Database, Received
from shared.runtime.message_store import MessageStore
from tests.wire.telemetry.city import directory, said, take

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PARTITION = bus.partition_of("river")
RIVER = directory("river")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.fixture
def ids() -> Iterator[str]:
    return (f"request {number}" for number in count())


@pytest.fixture
def stored(on_each: Database) -> Database:
    """A level for each of the last hundred minutes, and nothing more to send."""
    take(on_each, RIVER, [said("river", ago(minute), level=minute) for minute in range(100)], NOW)
    sent(on_each)
    return on_each


def sent(database: Database) -> list[Observations]:
    """What is told next, in the order in which it goes out."""
    store = MessageStore(database)
    unsent = store.unsent(10_000)
    store.mark_sent(unsent)
    rows = [row for row in unsent if row.event == bus.OBSERVATIONS.name]
    assert {row.routing_key for row in rows} <= {str(PARTITION)}
    return [decode(row.body, Observations) for row in rows]


def river(since: datetime, samples: int = 0) -> SeriesWanted:
    return SeriesWanted(point="river", property="level", since=since, samples=samples)


def ask(database: Database, *wanted: SeriesWanted, identifier: str = "r", partition: int = PARTITION) -> None:
    request = HistoryRequested(partition=partition, wanted=wanted)
    take_requests(database, [Received(identifier, request)], NOW)


def told(database: Database, now: datetime = NOW) -> list[Observations]:
    """Everything, portion after portion."""
    found = list[Observations]()
    due: datetime | None = now
    for _ in range(1_000):
        due = answer_history(database, now)
        found += sent(database)
        if due is None:
            return found
        now = max(now, due)
    raise AssertionError(f"still due at {due}")


def the_end(*wanted: SeriesWanted) -> Observations:
    return Observations(partition=PARTITION, observations=(), complete=wanted)


def values(messages: Sequence[Observations]) -> list[float]:
    return [item.value for item in observations(messages)]


def observations(messages: Sequence[Observations]) -> list[Observation]:
    return [item for message in messages for item in message.observations]


@pytest.mark.parametrize(
    ("wanted", "oldest"),
    [
        pytest.param(river(ago(10)), 10, id="from an observation on"),
        pytest.param(river(ago(9.5)), 10, id="the value that was valid then comes first"),
        pytest.param(river(ago(10), samples=5), 10, id="fewer samples than that change nothing"),
        pytest.param(river(ago(10), samples=30), 29, id="so many samples, though they are older"),
        pytest.param(river(ago(10), samples=5_000), 99, id="no more than there are"),
        pytest.param(river(ago(5_000)), 99, id="from before the first"),
        pytest.param(river(NOW + timedelta(hours=1)), 0, id="only what is valid"),
    ],
)
def test_a_series_is_told_as_far_back_as_it_is_wanted(stored: Database, wanted: SeriesWanted, oldest: int) -> None:
    ask(stored, wanted)
    found = told(stored)
    assert values(found) == [float(minute) for minute in range(oldest, -1, -1)]
    assert all(item.late for item in observations(found))
    assert found[-1] == the_end(wanted)
    assert answer_history(stored, NOW) is None


def test_a_series_of_which_nothing_is_stored_is_answered(stored: Database) -> None:
    wanted = river(ago(10)), SeriesWanted(point="river", property="flow", since=ago(10), samples=3)
    ask(stored, *wanted)
    found = told(stored)
    assert {item.property for item in observations(found)} == {"level"}
    assert found[-1] == the_end(*wanted)
    ask(stored, identifier="nothing")
    assert told(stored) == [the_end()]


def test_values_keep_their_quality_and_what_is_in_quarantine_is_not_told(on_each: Database) -> None:
    claims = [said("river", ago(2), level=1), said("river", ago(2), level=3), said("river", ago(1), level=2e6)]
    assert take(on_each, RIVER, claims, NOW).quarantined == 1
    (live,) = sent(on_each)
    ask(on_each, river(ago(60)))
    found = observations(told(on_each))
    assert [(item.value, item.quality) for item in found] == [(1.0, Quality.GOOD), (2e6, Quality.OUT_OF_RANGE)]
    assert [(item.unit, item.trace, item.time) for item in found] == [
        (item.unit, item.trace, item.time) for item in observations([live])
    ]


@pytest.fixture
def long(on_each: Database) -> Database:
    """More than two portions of a series."""
    claims = [said("river", NOW - timedelta(seconds=second), level=1 + second / 1e5) for second in range(12_001)]
    take(on_each, RIVER, claims, NOW)
    sent(on_each)
    return on_each


def test_a_long_series_is_told_in_portions_each_some_time_after_the_other(long: Database) -> None:
    ask(long, river(ago(1_000)))
    moments, sizes = [NOW], list[int]()
    while (due := answer_history(long, moments[-1])) is not None:
        messages = sent(long)
        sizes.append(len(observations(messages)))
        assert all(len(item.observations) <= 1_000 for item in messages)
        assert answer_history(long, moments[-1]) == due > moments[-1]
        assert sent(long) == []
        moments.append(due)
    sizes.append(len(observations(sent(long))))
    assert sizes == [2_500, 2_500, 2_500, 2_500, 2_001]


def test_a_restart_in_the_middle_goes_on_where_it_was(long: Database) -> None:
    ask(long, river(ago(1_000)))
    due = answer_history(long, NOW)
    assert due is not None
    # Nothing is remembered but what is in the tables: whoever comes next is like a process that was started anew.
    reopened = Database(long.engine)
    found = [*sent(long), *told(reopened, due)]
    times = [item.time for item in observations(found)]
    assert len(times) == 12_001
    assert all(before < after for before, after in pairwise(times))
    assert [bool(item.complete) for item in found] == [False] * (len(found) - 1) + [True]


def test_a_portion_that_is_not_committed_is_told_again(long: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(long, river(ago(1_000)))

    def die(*_: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr("services.telemetry.storage.history_requests.HistoryRequests.keep", die)
        with pytest.raises(RuntimeError):
            answer_history(long, NOW)
    assert sent(long) == []
    assert len(observations(told(long))) == 12_001


def test_wishes_of_many_get_on_together_and_a_small_one_is_not_behind_a_large_one(long: Database) -> None:
    ask(long, river(ago(1_000)), identifier="large")
    ask(long, river(ago(1)), identifier="small")
    answer_history(long, NOW)
    due = answer_history(long, NOW)
    assert [item.complete for item in sent(long) if item.complete] == [(river(ago(1)),)]
    assert due is not None
    assert due > NOW


def test_a_wish_that_is_delivered_again_is_fulfilled_once(stored: Database) -> None:
    ask(stored, river(ago(10)))
    ask(stored, river(ago(10)))
    assert len(observations(told(stored))) == 11
    ask(stored, river(ago(10)))
    assert told(stored) == []


def test_what_comes_while_history_is_told_is_told_too_and_in_order(long: Database) -> None:
    ask(long, river(ago(1_000)))
    due = answer_history(long, NOW)
    later = NOW + timedelta(seconds=1)
    take(long, RIVER, [said("river", later, level=7)], later)
    assert due is not None
    found = [item for item in observations([*sent(long), *told(long, due)]) if item.time == later]
    # First as it came, so that it is decided on; then once more as history, which decides nothing.
    assert [(item.value, item.late) for item in found] == [(7.0, False), (7.0, True)]


def test_nothing_is_told_while_the_bus_takes_nothing(stored: Database, ids: Iterator[str]) -> None:
    for _ in range(100):
        ask(stored, river(NOW), identifier=next(ids))
    for _ in range(100):
        answer_history(stored, NOW)
    before = MessageStore(stored).unsent(10_000)
    ask(stored, river(ago(10)), identifier=next(ids))
    due = answer_history(stored, NOW)
    assert due is not None
    assert due > NOW
    assert MessageStore(stored).unsent(10_000) == before
    sent(stored)
    assert len(observations(told(stored, due))) > 0


@pytest.mark.parametrize(
    "request_of",
    [
        pytest.param(lambda: (river(ago(1)), PARTITION + 1), id="another partition's"),
        pytest.param(lambda: (river(ago(1), samples=-1), PARTITION), id="fewer than no samples"),
    ],
)
def test_a_wish_that_can_not_be_fulfilled_is_refused(
    on_sqlite: Database, request_of: Callable[[], tuple[SeriesWanted, int]]
) -> None:
    wanted, partition = request_of()
    with pytest.raises(InputError):
        ask(on_sqlite, wanted, partition=partition)
    assert told(on_sqlite) == []
