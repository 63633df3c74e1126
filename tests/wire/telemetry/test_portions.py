"""A long series is counted, and asked for from its beginning in portions, the same on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.telemetry.use_cases import show_history
from shared.runtime.database import Database
from tests.wire.telemetry.levels import NOW, level, take

TICK = timedelta(microseconds=1)
TIMES = [NOW - timedelta(minutes=n) for n in range(6, -1, -1)]


@pytest.fixture
def filled(on_each: Database) -> Database:
    take(on_each, [level(1000 + n, time=time) for n, time in enumerate(TIMES)] + [level(2000, gauge=1)])
    return on_each


def test_portions_from_the_beginning_are_the_whole_each_once(filled: Database) -> None:
    found, since = [], TIMES[0]
    while portion := show_history.history(filled, "p0", "level", since, NOW, 3, oldest=True):
        assert len(portion) <= 3
        found += [row["time"] for row in portion]
        since = found[-1] + TICK
    assert found == TIMES


def test_of_too_many_the_newest_are_given_unless_the_oldest_are_wanted(filled: Database) -> None:
    def times(*, oldest: bool) -> list[object]:
        return [row["time"] for row in show_history.history(filled, "p0", "level", TIMES[0], NOW, 2, oldest)]

    assert (times(oldest=False), times(oldest=True)) == (TIMES[-2:], TIMES[:2])


@pytest.mark.parametrize(
    ("since", "until", "most", "amount"),
    [
        pytest.param(TIMES[0], NOW, 100, 7, id="both ends belong to it"),
        pytest.param(TIMES[0] + TICK, NOW - TICK, 100, 5, id="without its ends"),
        pytest.param(TIMES[0], NOW, 4, 4, id="not counted further than that"),
        pytest.param(NOW + TICK, NOW + TICK, 100, 0, id="nothing"),
    ],
)
def test_a_series_is_counted(filled: Database, since, until, most, amount) -> None:  # type: ignore[no-untyped-def]
    assert show_history.amount(filled, "p0", "level", since, until, most) == amount
