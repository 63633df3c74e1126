"""Observations lie in partitions by month, which are made when they are needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread

from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases import show_history
from shared.runtime.database import Database
from shared.runtime.migrating import check, require_current
from tests.wire.telemetry.levels import NOW, level, take

PACKAGE = "services.telemetry.storage"
Asked = Callable[[str], list[tuple[object, ...]]]


def homes(asked: Asked) -> dict[str, int]:
    """How many observations lie in which partition."""
    return dict(asked("SELECT tableoid::regclass::text, count(*) FROM observation GROUP BY 1"))  # type: ignore[arg-type]


def partitions(asked: Asked) -> set[object]:
    return {
        name
        for (name,) in asked(
            "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON oid = inhrelid"
            " WHERE inhparent = 'observation'::regclass"
        )
    }


def test_a_month_begins_at_midnight_utc(on_postgresql: Database, asked: Asked) -> None:
    turn = datetime(2026, 11, 1, tzinfo=UTC)
    before = datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    take(on_postgresql, [level(1, time=turn), level(2, time=before), level(3, time=datetime(2025, 12, 31, tzinfo=UTC))])
    assert homes(asked) == {"observation_y2025m12": 1, "observation_y2026m10": 1, "observation_y2026m11": 1}


def test_partitions_are_no_difference_between_tables_and_code(on_postgresql: Database) -> None:
    take(on_postgresql, [level(1)])
    require_current(on_postgresql, PACKAGE)
    check(on_postgresql, PACKAGE)


def test_a_wild_clock_makes_no_thousand_tables(on_postgresql: Database, asked: Asked) -> None:
    months = [datetime(year, month, 1, tzinfo=UTC) for year in range(1990, 2026) for month in range(1, 13)]
    outcome = take(on_postgresql, [level(1, time=time) for time in months])
    assert outcome.accepted == len(months)
    assert len(partitions(asked)) == 1 + 24
    assert homes(asked)["observation_default"] == len(months) - 24
    assert len(show_history.history(on_postgresql, "p0", "level", months[0], months[-1], 1000)) == len(months)


def test_a_month_that_began_in_the_default_partition_goes_on_there(on_postgresql: Database, asked: Asked) -> None:
    asked("INSERT INTO observation_default VALUES ('p0', 'level', '2026-11-25 11:00Z', 1, 'm', 'good', now(), 't')")
    for gauge in (1, 2):
        assert take(on_postgresql, [level(1, gauge)]).accepted == 1
    assert homes(asked) == {"observation_default": 3}


def test_two_replicas_may_need_a_month_at_once(on_postgresql: Database, asked: Asked) -> None:
    together = Barrier(4)
    failed: list[Exception] = []

    def make_room() -> None:
        together.wait(timeout=30)
        try:
            Partitions().make_room(on_postgresql, [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)])
        except Exception as error:  # noqa: BLE001 - a thread's error would be told to nobody
            failed.append(error)

    replicas = [Thread(target=make_room) for _ in range(together.parties)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join(timeout=60)
    assert failed == []
    assert len(partitions(asked)) == 1 + 12


def test_what_is_known_to_be_there_is_not_asked_for_again(on_postgresql: Database, asked: Asked) -> None:
    remembered = Partitions()
    take(on_postgresql, [level(1)], remembered)
    asked("DROP TABLE observation_y2026m11")
    take(on_postgresql, [level(1)], remembered)
    assert homes(asked) == {"observation_default": 1}
    assert NOW.month == 11
