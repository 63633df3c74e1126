"""A correction that is released stands everywhere as if it had come first, and decides nothing of the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from services.telemetry.domain.claim import Claim
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.tables import QUARANTINE
from services.telemetry.use_cases import settle_quarantine, show_history
from services.telemetry.use_cases.answer_history import answer_history, take_requests
from services.telemetry.use_cases.close_days import DueDays, close_days
from services.telemetry.use_cases.settle_quarantine import Order
from services.telemetry.use_cases.show_days import daily
from services.telemetry.use_cases.show_indicators import indicators
from services.telemetry.use_cases.show_series import series
from shared import bus
from shared.actor import Actor
from shared.errors import Forbidden, InputError, NotFound
from shared.model.history import HistoryRequested, SeriesWanted
from shared.model.message import decode
from shared.model.observations import Observation, Observations, Quality
from shared.runtime.database import Database, Received, Transaction, open_sqlite
from shared.runtime.message_store import MessageStore
from shared.runtime.message_tables import AUDIT
from shared.runtime.migrating import upgrade
from tests.wire.telemetry.city import directory, said, take
from tests.wire.waiting import until

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
BEGIN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
CITY = directory("river", "bikes", "container", "gate")
LUCIE = Actor("operator:lucie")


def at(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


def release(
    database: Database, *ids: int, actor: Actor = LUCIE, reason: str = " staff\n gauge "
) -> list[dict[str, Any]]:
    return settle_quarantine.release(database, CITY, Order(actor, reason, ids), NOW)


def discard(database: Database, *ids: int) -> list[dict[str, Any]]:
    return settle_quarantine.discard(database, CITY, Order(LUCIE, "a stick in the tube", ids), NOW)


def waiting(database: Database, *points: str) -> list[dict[str, Any]]:
    return settle_quarantine.waiting(database, points or None, 100)


def sent(database: Database) -> list[Observation]:
    """What the rules engine is told next."""
    store = MessageStore(database)
    rows = store.unsent(10_000)
    store.mark_sent(rows)
    return [
        item
        for row in rows
        if row.event == bus.OBSERVATIONS.name
        for item in decode(row.body, Observations).observations
    ]


def close(database: Database, known: Directory = CITY) -> None:
    due = DueDays()
    while close_days(database, due, known, NOW) == NOW:
        pass


def seen(database: Database) -> dict[str, Any]:
    """All that a point is asked for."""
    found: dict[str, Any] = {"latest": show_history.latest(database, None)}
    for point, name in (("river", "level"), ("bikes", "count"), ("container", "fill"), ("gate", "count")):
        found[point] = (
            show_history.history(database, point, name, BEGIN, NOW, 10_000),
            series(database, CITY, point, name, BEGIN, NOW, "hour"),
            daily(database, CITY, point, name, date(2026, 11, 22), date(2026, 11, 25)),
        )
    found["indicators"] = indicators(database, CITY, None, NOW)
    return found


def test_what_is_offered_is_listed_newest_first_with_who_offers_it(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], NOW)
    take(on_each, CITY, [said("bikes", at(15), count=1), said("bikes", at(15), count=3)], NOW + timedelta(minutes=1))
    bikes, river = waiting(on_each)
    assert bikes == {
        "id": bikes["id"],
        "point": "bikes",
        "property": "count",
        "time": at(15),
        "stored": 1.0,
        "offered": 3.0,
        "unit": "{count}",
        "since": NOW + timedelta(minutes=1),
        "device": "bikes",
        "trace": "t",
        "is_counter": False,
    }
    assert (river["point"], river["stored"], river["offered"]) == ("river", 1.0, 2.0)
    assert waiting(on_each, "river") == [river]
    assert waiting(on_each, "moon") == []


def test_a_released_value_is_stored_and_told_as_late(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], at(1))
    sent(on_each)
    (item,) = waiting(on_each)
    (done,) = release(on_each, item["id"])
    assert (done["became"], done["is_new"], done["offered"]) == ("released", True, 2.0)
    assert waiting(on_each) == []
    (stored,) = show_history.history(on_each, "river", "level", BEGIN, NOW, 10)
    (latest,) = show_history.latest(on_each, ["river"])
    assert stored["value"] == latest["value"] == 2.0
    (told,) = sent(on_each)
    assert told == Observation(
        point="river", property="level", time=at(0), value=2.0, unit="m", quality=Quality.GOOD, late=True, trace="t"
    )


def test_what_is_decided_is_in_the_audit(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=level) for level in (1, 2, 3)], NOW)
    third, second = waiting(on_each)
    release(on_each, second["id"])
    discard(on_each, third["id"])
    with on_each.transaction() as transaction:
        rows = transaction.connection.execute(select(AUDIT).order_by(AUDIT.c.id)).mappings().all()
    assert [{name: row[name] for name in ("at", "actor", "act", "subject", "detail")} for row in rows] == [
        {
            "at": NOW,
            "actor": "operator:lucie",
            "act": "released",
            "subject": "river level",
            "detail": "2026-11-23T00:00:00+00:00: 1 m -> 2 m: staff gauge",
        },
        {
            "at": NOW,
            "actor": "operator:lucie",
            "act": "discarded",
            "subject": "river level",
            "detail": "2026-11-23T00:00:00+00:00: 2 m -> 3 m: a stick in the tube",
        },
    ]


def test_a_second_release_changes_nothing_and_says_so(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], NOW)
    (item,) = waiting(on_each)
    release(on_each, item["id"])
    sent(on_each)
    (again,) = release(on_each, item["id"])
    assert (again["became"], again["is_new"]) == ("released", False)
    by_moment = settle_quarantine.release(on_each, CITY, Order(LUCIE, "x", moment=("river", "level", at(0))), NOW)
    assert [(found["id"], found["is_new"]) for found in by_moment] == [(item["id"], False)]
    assert sent(on_each) == []
    with on_each.transaction() as transaction:
        assert len(transaction.connection.execute(select(AUDIT)).all()) == 1


@pytest.mark.parametrize(("device", "name"), [("river", "level"), ("gate", "total")])
def test_a_release_of_what_was_replaced_since_says_that_it_is_not_stored(
    on_each: Database, device: str, name: str
) -> None:
    take(on_each, CITY, [said(device, at(0), **{name: 1})], NOW)
    take(on_each, CITY, [said(device, at(15), **{name: value}) for value in (2, 3, 4)], NOW)
    second, first = (item["id"] for item in waiting(on_each))
    assert [item["is_stored"] for item in (*release(on_each, first), *release(on_each, first))] == [True, True]
    assert [item["is_stored"] for item in release(on_each, second)] == [True]
    sent(on_each)
    (again,) = release(on_each, first)
    assert (again["became"], again["is_new"], again["is_stored"]) == ("released", False, False)
    assert sent(on_each) == []
    with pytest.raises(InputError, match="replaced since"):
        discard(on_each, first)
    with pytest.raises(InputError, match="is what is stored"):
        discard(on_each, second)


def test_a_discarded_value_stays_away_though_it_is_sent_again(on_each: Database) -> None:
    claims = [said("river", at(0), level=1), said("river", at(0), level=2)]
    take(on_each, CITY, claims, NOW)
    (item,) = waiting(on_each)
    sent(on_each)
    assert [found["is_new"] for found in (*discard(on_each, item["id"]), *discard(on_each, item["id"]))] == [
        True,
        False,
    ]
    take(on_each, CITY, claims, NOW)
    assert waiting(on_each) == []
    assert sent(on_each) == []
    assert [row["value"] for row in show_history.history(on_each, "river", "level", BEGIN, NOW, 10)] == [1.0]
    # Whoever was wrong may still say so.
    release(on_each, item["id"])
    assert [row["value"] for row in show_history.history(on_each, "river", "level", BEGIN, NOW, 10)] == [2.0]


def test_what_was_stored_can_come_back(on_each: Database) -> None:
    first, second = said("river", at(0), level=1), said("river", at(0), level=2)
    take(on_each, CITY, [first, second], NOW)
    release(on_each, waiting(on_each)[0]["id"])
    for claim, value in ((first, 1.0), (second, 2.0), (first, 1.0)):
        take(on_each, CITY, [claim], NOW)
        (item,) = waiting(on_each)
        assert (item["stored"], item["offered"]) == (3.0 - value, value)
        release(on_each, item["id"])
        assert show_history.latest(on_each, ["river"])[0]["value"] == value


def test_of_several_values_for_a_moment_one_is_named(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=level) for level in (1, 2, 3)], NOW)
    third, second = waiting(on_each)
    moment = Order(LUCIE, "x", moment=("river", "level", at(0)))
    with pytest.raises(InputError, match=f"name one of {third['id']}, {second['id']}"):
        settle_quarantine.release(on_each, CITY, moment, NOW)
    with pytest.raises(InputError, match="release one of them"):
        release(on_each, second["id"], third["id"])
    release(on_each, second["id"])
    (left,) = waiting(on_each)
    assert (left["stored"], left["offered"]) == (2.0, 3.0)
    settle_quarantine.release(on_each, CITY, moment, NOW)
    assert show_history.latest(on_each, ["river"])[0]["value"] == 3.0
    with pytest.raises(InputError, match="is what is stored"):
        discard(on_each, third["id"])


def test_a_value_out_of_range_keeps_its_quality(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=1), said("river", at(0), level=2e6)], NOW)
    sent(on_each)
    release(on_each, waiting(on_each)[0]["id"])
    assert show_history.latest(on_each, ["river"])[0]["quality"] == "out-of-range"
    assert [item.quality for item in sent(on_each)] == [Quality.OUT_OF_RANGE]


@pytest.mark.parametrize(
    ("order", "error"),
    [
        pytest.param(lambda: Order(LUCIE, "x", (999,)), NotFound, id="no such id"),
        pytest.param(lambda: Order(LUCIE, "x", moment=("river", "level", at(5))), NotFound, id="no such moment"),
        pytest.param(lambda: Order(LUCIE, " ", (1,)), InputError, id="no reason"),
        pytest.param(lambda: Order(LUCIE, "x" * 501, (1,)), InputError, id="a reason without end"),
        pytest.param(lambda: Order(LUCIE, "x"), InputError, id="nothing"),
        pytest.param(lambda: Order(LUCIE, "x", (1,), ("river", "level", at(0))), InputError, id="both"),
        pytest.param(lambda: Order(Actor("x", "gemapi"), "x", (1,)), Forbidden, id="another directorate's"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is(on_sqlite: Database, order: Any, error: type[Exception]) -> None:
    take(on_sqlite, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], NOW)
    sent(on_sqlite)
    before = waiting(on_sqlite)
    assert before[0]["id"] == 1
    with pytest.raises(error):
        settle_quarantine.release(on_sqlite, CITY, order(), NOW)
    assert waiting(on_sqlite) == before
    assert sent(on_sqlite) == []


def test_all_are_released_or_none(on_each: Database) -> None:
    take(on_each, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], NOW)
    (item,) = waiting(on_each)
    with pytest.raises(NotFound):
        release(on_each, item["id"], 999)
    assert waiting(on_each) == [item]


def right(*, disputed: bool) -> list[Claim]:
    """Two days of everything; ``disputed``: a wrong value comes before some of the right ones."""
    random = Random(7)  # noqa: S311 - the same numbers each time
    claims: list[Claim] = []
    for minute in range(0, 2 * 24 * 60, 15):
        level, count, fill = random.uniform(0, 5), random.randrange(50), random.uniform(0, 100)
        pairs = (("river", "level", level), ("bikes", "count", count), ("container", "fill", fill))
        for device, name, value in pairs:
            if disputed and minute % 600 == 0:
                claims.append(said(device, at(minute), **{name: value + 7}))
            claims.append(said(device, at(minute), **{name: value}))
    return claims


def counter(*, disputed: Iterable[int]) -> list[Claim]:
    """What the gate shows each hour of two days; of the disputed hours something else comes first."""
    claims = []
    for hour in range(48):
        shown = (60_000 + 300 * hour) % 65_536
        if hour in disputed:
            claims.append(said("gate", at(60 * hour), total=shown + 40))
        claims.append(said("gate", at(60 * hour), total=shown))
    return claims


def compared(on_each: Database, tmp_path: Any, wrong: Sequence[Claim], good: Sequence[Claim]) -> None:
    """The claims with contradictions, all of which are released, come to the same as those without."""
    take(on_each, CITY, wrong, NOW)
    close(on_each)
    plain = open_sqlite(tmp_path / "right.sqlite")
    upgrade(plain, "services.telemetry.storage", bus.TELEMETRY)
    take(plain, CITY, good, NOW)
    close(plain)
    assert seen(on_each) != seen(plain)
    release(on_each, *(item["id"] for item in waiting(on_each)))
    close(on_each)
    expected, found = seen(plain), seen(on_each)
    for name, value in expected.items():
        assert found[name] == approximately(value), name
    plain.engine.dispose()


def approximately(value: Any) -> Any:
    """The same, but for the last digits: two databases add up in another order."""
    if isinstance(value, dict):
        return {name: approximately(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(approximately(item) for item in value)
    return pytest.approx(value) if isinstance(value, float) else value


def test_released_values_come_to_the_same_as_if_they_had_come_first(on_each: Database, tmp_path: Any) -> None:
    compared(on_each, tmp_path, right(disputed=True), right(disputed=False))


@pytest.mark.parametrize(
    "disputed",
    [
        pytest.param([20], id="one"),
        pytest.param([0], id="the first, which observes nothing"),
        pytest.param([47], id="the last"),
        pytest.param([18, 19], id="before and behind the largest number"),
        pytest.param([5, 6, 7, 30], id="several beside each other"),
    ],
)
def test_released_numbers_of_a_counter_count_as_if_they_had_come_first(
    on_each: Database, tmp_path: Any, disputed: list[int]
) -> None:
    compared(on_each, tmp_path, counter(disputed=disputed), counter(disputed=()))


def test_a_counters_two_changed_observations_are_told(on_each: Database) -> None:
    take(on_each, CITY, counter(disputed=[20]), NOW)
    sent(on_each)
    (item,) = waiting(on_each)
    assert (item["is_counter"], item["offered"]) == (True, item["stored"] - 40)
    release(on_each, item["id"])
    assert [(found.time, found.value, found.late) for found in sent(on_each)] == [
        (at(60 * 20), 300.0, True),
        (at(60 * 21), 300.0, True),
    ]


@pytest.mark.parametrize("device", ["river", "gate"])
def test_what_was_put_aside_by_the_version_before_can_be_released(on_each: Database, device: str) -> None:
    name = "level" if device == "river" else "total"
    claims = [said(device, at(minute), **{name: minute}) for minute in (0, 15, 30)]
    take(on_each, CITY, [*claims, said(device, at(15), **{name: 20})], NOW)
    with on_each.transaction() as transaction:
        transaction.connection.execute(update(QUARANTINE).values(device=None, path=None, quality=None))
    release(on_each, waiting(on_each)[0]["id"])
    rows = show_history.history(on_each, device, "level" if device == "river" else "count", BEGIN, NOW, 10)
    assert [row["value"] for row in rows] == ([0.0, 20.0, 30.0] if device == "river" else [20.0, 10.0])


def test_no_former_value_is_told_behind_the_one_that_replaced_it(
    on_postgresql: Database, asked: Callable[[str], list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    take(on_postgresql, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], NOW)
    sent(on_postgresql)
    (item,) = waiting(on_postgresql)
    wanted = SeriesWanted(point="river", property="level", since=at(0))
    request = HistoryRequested(partition=bus.partition_of("river"), wanted=(wanted,))
    take_requests(on_postgresql, [Received("r", request)], NOW)
    publish = Transaction.publish

    with ThreadPoolExecutor() as threads, monkeypatch.context() as patch:
        released = []

        def between(transaction: Transaction, what: bus.Event, message: Any, *, routing_key: str | None = None) -> None:
            """History was read and is about to be told; now someone releases."""
            if not released:
                released.append(threads.submit(release, on_postgresql, item["id"]))
                until(lambda: asked("SELECT 1 FROM pg_locks WHERE NOT granted"), 30, "the release waits")
            publish(transaction, what, message, routing_key=routing_key)

        patch.setattr(Transaction, "publish", between)
        answer_history(on_postgresql, NOW)
        released[0].result(timeout=30)
    assert [found.value for found in sent(on_postgresql)] == [1.0, 2.0]


def test_two_who_release_the_same_do_it_once(on_postgresql: Database) -> None:
    take(on_postgresql, CITY, [said("river", at(0), level=1), said("river", at(0), level=2)], NOW)
    sent(on_postgresql)
    (item,) = waiting(on_postgresql)
    with ThreadPoolExecutor() as threads:
        done = [threads.submit(release, on_postgresql, item["id"]) for _ in range(4)]
        assert sorted(found.result(timeout=30)[0]["is_new"] for found in done) == [False, False, False, True]
    assert len(sent(on_postgresql)) == 1
