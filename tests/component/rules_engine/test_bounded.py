"""What is stored stays bounded: no deeper than the largest window, also of late, retired and unread ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from shared.runtime.database import Database
from tests.component.rules_engine.playground import (
    MINUTE,
    NAMES,
    START,
    Run,
    book_of,
    observed,
    point,
    valley,
    written,
)
from tests.component.rules_engine.rules_of_all_sorts import RULES

HOUR = timedelta(hours=1)
MEAN = written({"mean": RULES["mean"]})
NOBODY = written(
    {"other": "for_each: {kind: water-level, points: [aval]}\n  when: {above: [level, 9 m]}\n  severity: red\n  THEN"}
)


def _level(name: str, time: datetime, value: float = 1.0) -> Seen:
    return Seen(name, "level", Sample(value, time))


def _speaks(run: Run, name: str, minutes: range) -> None:
    for minute in minutes:
        run.now = START + minute * MINUTE
        run.observe([observed(_level(name, run.now))])


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


@pytest.mark.parametrize("cut", [False, True], ids=["remembered", "restarted"])
def test_a_year_of_history_leaves_no_more_than_a_window_reads(database: Database, cut: bool) -> None:
    run = Run(database, book_of(MEAN))
    _speaks(run, "amont", range(0, 120, 5))
    for chunk in range(36):
        if cut:
            run.restart(0)
        past = [START - timedelta(days=10 * chunk, hours=hour) for hour in range(240)]
        run.observe([observed(_level("amont", time), late=True) for time in past])
    kept = run.samples()["amont", "level"]
    assert [time for time, _, _ in kept if time > run.now - HOUR] == [
        START + minute * MINUTE for minute in range(60, 120, 5)
    ]
    assert len(kept) <= 20
    assert sum(map(len, run.replicas[0].memory.samples["amont"].values())) == len(kept)


def test_what_no_rule_reads_any_more_is_dropped_with_what_is_observed_next(database: Database) -> None:
    run = Run(database, book_of(MEAN))
    _speaks(run, "amont", range(0, 120, 5))
    assert len(run.samples()["amont", "level"]) >= 12
    run.use(book_of(NOBODY))
    _speaks(run, "amont", range(120, 130, 5))
    assert len(run.samples()["amont", "level"]) <= 4


def test_samples_of_a_retired_point_go_at_once(database: Database) -> None:
    run = Run(database, book_of(MEAN))
    _speaks(run, "amont", range(0, 60, 5))
    _speaks(run, "aval", range(60, 120, 5))
    stations = [point(name, retired=run.now if name == "amont" else None) for name in NAMES]
    run.use(book_of(MEAN, valley(stations)))
    run.look()
    assert run.samples().keys() == {("aval", "level")}
    assert "amont" not in run.replicas[0].memory.samples


def test_samples_of_a_point_that_the_registry_lacks_are_kept_for_a_day(database: Database) -> None:
    """The news that it is there may come after its first observation; after a day it is not going to."""
    run = Run(database, book_of(MEAN, valley(point(name) for name in NAMES if name != "amont")))
    run.observe([observed(_level("amont", run.now)), observed(_level("aval", run.now))])
    run.now += 23 * HOUR
    run.restart(0)
    run.look()
    assert run.samples().keys() == {("amont", "level"), ("aval", "level")}
    run.now += 2 * HOUR
    run.restart(0)
    run.look()
    assert run.samples().keys() == {("aval", "level")}
