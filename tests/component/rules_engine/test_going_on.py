"""What the clock decides goes on through slips of the pen, slow data, long waits and nights on which clocks change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.rules_engine.use_cases.show_alerts import alerts
from shared.runtime.database import Database
from tests.component.rules_engine.river import Engine, book_of, rule

SILENT = rule("silent", "when: {absent_for: [level, 2 h]}")
VALLEY = rule(
    "z.valley",
    "when: {at_least: [{how_many: {at_least: [level, 2 m]}}, 2]}",
    "across: {kind: water-level, by: area}",
)
ONE = rule("a.one", "when: {at_least: [level, 2 m]}\n  unless: {rule: z.valley, at: anywhere}")
EVERYWHERE = {"amont": 2.5, "milieu": 2.6, "aval": 2.7}


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


def test_silence_is_told_though_the_rule_could_not_be_read_for_a_while(database: Database) -> None:
    engine = Engine(database, SILENT)
    engine.wait(10)
    engine.take_up(SILENT.replace("2 h", "2 hours"))
    assert engine.book.problems
    engine.wait(10)
    engine.take_up(SILENT)
    engine.wait(99)
    assert engine.told() == []
    engine.wait(1)
    assert engine.told() == [("silent", point, "fired") for point in ("amont", "aval", "milieu")]


@pytest.mark.parametrize("late", [0, 5, 30])
def test_the_network_speaks_before_its_stations_however_old_values_are(database: Database, late: int) -> None:
    engine = Engine(database, ONE + VALLEY)
    engine.wait(45)
    for point, level in EVERYWHERE.items():
        engine.observe({point: level}, timedelta(minutes=late))
    engine.wait(5)
    assert engine.told() == [("z.valley", "area:vallee", "fired")]


def test_the_network_speaks_first_though_nobody_looked_for_minutes(database: Database) -> None:
    engine = Engine(database, ONE + VALLEY)
    engine.observe(EVERYWHERE)
    engine.now += timedelta(minutes=3)
    engine.tick()
    assert engine.told() == [("z.valley", "area:vallee", "fired")]


def test_a_chain_of_rules_that_give_way_is_decided_from_its_end() -> None:
    first, second = ONE.replace("z.valley", "m.two"), ONE.replace("a.one", "m.two")
    book = book_of(first + second + VALLEY)
    assert [book.rank(name) for name in ("z.valley", "m.two", "a.one", "nothing")] == [0, 1, 2, 0]


def test_rules_that_give_way_in_a_circle_are_decided_too(database: Database) -> None:
    circle = ONE.replace("z.valley", "b.two") + ONE.replace("a.one", "b.two").replace("z.valley", "a.one")
    engine = Engine(database, circle)
    engine.observe({"amont": 2.5})
    engine.wait(5)
    assert len(engine.told()) == 1


@pytest.mark.parametrize("unless", ["", "unless: other\n  "])
def test_a_rule_that_gives_way_tells_of_one_period_all_the_same(database: Database, unless: str) -> None:
    other = rule("other", "when: {above: [level, 14 m]}")
    own = rule("own", f"when: {{above: [{{max_over: [level, 15 min, 20 %]}}, 2 m]}}\n  every: 15 min\n  {unless}")
    engine = Engine(database, other + own)
    assert not engine.book.problems
    for level in (1.0, 1.0, 3.0, 1.0, 1.0, 1.0):
        engine.observe({"amont": level})
        engine.wait(15)
    assert engine.told() == [("own", "amont", "fired"), ("own", "amont", "resolved")]


@pytest.mark.parametrize("minute", range(0, 120, 7))
def test_odd_periods_go_on_after_a_rest_in_the_hour_that_comes_twice(database: Database, minute: int) -> None:
    own = rule("own", "when: {above: [level, 2 m]}\n  every: 45 min")
    engine = Engine(database, own, now=datetime(2026, 10, 24, 22, 0, tzinfo=UTC))
    engine.observe({"amont": 1.0})
    engine.now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(minutes=minute)
    due = engine.tick()
    assert due is not None
    assert due > engine.now


def test_alerts_can_be_listed_while_a_rule_with_fewer_levels_is_not_yet_taken_up(database: Database) -> None:
    one, two = "{severity: %s, when: {above: [level, %s m]}, then: [{notify: {team: gemapi, message: m}}]}", "levels: "
    ladder = f"{two}[{one % ('yellow', 1)}, {one % ('red', 2)}]"
    whole = rule("crue", "WHAT").replace("WHAT", ladder)
    whole = whole[: whole.index("\n  severity: red\n")] + "\n"
    engine = Engine(database, whole)
    engine.observe(EVERYWHERE)
    engine.tick()
    assert len(alerts(database, engine.book, engine.now)) == 3
    assert alerts(database, book_of(rule("crue", "when: {above: [level, 2 m]}")), engine.now) == []
