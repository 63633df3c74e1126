"""An engine that was away tells no silence before it has read what was said meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.rules_engine.storage.kept import partition
from services.rules_engine.use_cases.act_on_due import LOOK_AGAIN
from shared.runtime.database import Database
from tests.component.rules_engine.river import ALL, Engine, rule

ABSENT = rule("absent", "when: {absent_for: [level, 2 h]}")
OLD = rule("old", "when: {above: [{age: level}, 2 h]}")
UNKNOWN = rule("unknown", "when: {above: [level, 2 m]}\n  when_unknown: alert")
RESOLVES = rule("resolves", "when: {above: [level, 2 m]}\n  when_unknown: resolve")
PERIODS = rule("periods", "when: {above: [level, 2 m]}\n  every: 1 h\n  when_unknown: alert")
NETWORK = rule(
    "network", "when: {at_least: [{how_many: {absent_for: [level, 2 h]}}, 1]}", "across: {kind: water-level, by: area}"
)
SILENCES = {"absent": ABSENT, "old": OLD, "unknown": UNKNOWN, "periods": PERIODS, "network": NETWORK}
AWAY = timedelta(hours=6)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


class Resumed(Engine):
    """An engine that had heard of all stations for a while, and was away for six hours."""

    def __init__(self, database: Database, rules: str, *, level: float = 1.0, edited: str = "") -> None:
        super().__init__(database, rules)
        for _ in range(9):
            self.observe(dict.fromkeys(("amont", "milieu", "aval"), level))
            self.wait(15)
        self.before = self.told()
        self.restart(edited or rules, away=AWAY, behind=ALL)

    def read_on(self, *points: str, level: float = 1.0) -> None:
        """Take the backlog, one quarter of an hour after the other, while the clock asks what is due."""
        for quarters in range(23, -1, -1):
            self.observe(dict.fromkeys(points, level), timedelta(minutes=15 * quarters))
            self.tick()

    def told_since(self) -> list[tuple[str, ...]]:
        """Subject and change of what was told since it was away."""
        told = self.told()
        assert told[: len(self.before)] == self.before
        return [item[1:] for item in told[len(self.before) :]]


@pytest.mark.parametrize("name", SILENCES)
def test_nobody_who_spoke_meanwhile_is_said_to_be_silent(database: Database, name: str) -> None:
    engine = Resumed(database, SILENCES[name])
    engine.read_on("amont", "milieu", "aval")
    engine.behind = frozenset()
    engine.wait(30)
    assert engine.told_since() == []


@pytest.mark.parametrize("name", SILENCES)
def test_who_really_is_silent_is_told_when_all_is_read(database: Database, name: str) -> None:
    engine = Resumed(database, SILENCES[name])
    engine.read_on("amont", "milieu")
    assert engine.told_since() == []
    engine.behind = frozenset()
    engine.tick()
    assert engine.told_since() == [("area:vallee" if name == "network" else "aval", "fired")]


def test_a_network_waits_for_its_stations_though_nothing_of_its_own_does(database: Database) -> None:
    engine = Resumed(database, NETWORK)
    engine.behind = frozenset(ALL) - {partition(("network", "area:vallee"))}
    assert engine.tick() == engine.now + LOOK_AGAIN
    engine.read_on("amont", "milieu", "aval")
    engine.behind = frozenset()
    engine.wait(5)
    assert engine.told_since() == []


def test_an_edit_made_meanwhile_tells_no_silence_either(database: Database) -> None:
    engine = Resumed(database, UNKNOWN, edited=UNKNOWN.replace("2 m", "3 m"))
    engine.read_on("amont", "milieu", "aval")
    engine.behind = frozenset()
    engine.wait(5)
    assert engine.told_since() == []


def test_what_fires_is_not_taken_back_because_a_backlog_is_old(database: Database) -> None:
    engine = Resumed(database, RESOLVES, level=2.5)
    assert len(engine.before) == 3
    engine.read_on("amont", "milieu", "aval", level=2.5)
    engine.behind = frozenset()
    engine.wait(5)
    assert engine.told_since() == []


def test_a_flood_in_the_backlog_is_told_before_all_is_read(database: Database) -> None:
    engine = Resumed(database, rule("flood", "when: {above: [level, 2 m]}"))
    engine.observe({"amont": 2.5}, timedelta(minutes=1))
    assert engine.told_since() == [("amont", "fired")]


HIGH = "{at_least: [{how_many: {at_least: [%s, 2 m]}}, 2]}"
AT_ONCE = rule("network", f"when: {HIGH % 'level'}\n  for: 30 min", "across: {kind: water-level, by: area}")
IN_A_DAY = rule(
    "network", f"when: {HIGH % '{max_over: [level, 1 d, 0 %]}'}\n  for: 30 min", "across: {kind: water-level, by: area}"
)
NEAR = rule("near", "when: {above: [level, 9 m]}")


@pytest.mark.parametrize(
    ("new", "put_off"),
    [
        pytest.param(AT_ONCE, 0, id="decided at once"),
        pytest.param(AT_ONCE, 1, id="put off while a queue is read"),
        pytest.param(IN_A_DAY, 2, id="put off until its history has come"),
    ],
)
def test_a_new_rule_about_several_points_holds_from_when_it_looks_first(
    database: Database, new: str, put_off: int
) -> None:
    engine = Engine(database, NEAR)
    engine.observe(dict.fromkeys(("amont", "milieu", "aval"), 2.5))
    engine.now += timedelta(minutes=14)
    if put_off == 1:
        engine.behind = frozenset(ALL)
    engine.take_up(NEAR + new)
    engine.wait(put_off)
    engine.behind = frozenset()
    engine.tick()
    engine.wait(29)
    assert engine.told() == []
    engine.wait(1)
    assert engine.told() == [("network", "area:vallee", "fired")]
