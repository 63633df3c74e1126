"""Rules about several points while these move, appear, fall silent or retire, and where another replica holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from services.rules_engine.storage.kept import partition
from shared import bus
from shared.model.registry import Point
from shared.runtime.database import Database
from tests.component.rules_engine.playground import (
    ALL,
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

VALLEY = written({"valley": RULES["valley"]})
NOW = VALLEY.replace("  for: 10 min\n", "")
ONE = written({"only-one": RULES["exactly"].replace("until_for: 10 min\n  ", "")})
NETWORK = written({"network": RULES["network"]})
AREA = "area:vallee"


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


def _stations(**areas: str | None) -> list[Point]:
    """The four, each in the valley unless it is said elsewhere; None: it is not there."""
    wanted = dict.fromkeys(NAMES, "vallee") | areas
    return [point(name, (area,)) for name, area in wanted.items() if area is not None]


def _levels(run: Run, levels: Mapping[str, float]) -> None:
    run.observe(observed(Seen(name, "level", Sample(value, run.now))) for name, value in levels.items())


def _changes(run: Run, rules: str, points: list[Point]) -> None:
    run.use(book_of(rules, valley(points)))
    run.look()


def _wait(run: Run, minutes: int) -> None:
    run.until(run.now + minutes * MINUTE)
    run.look()


def _told(run: Run) -> list[tuple[object, str, int]]:
    """Subject, what became of it, and after how many minutes."""
    found: list[tuple[object, str, int]] = []
    for _, subject, kind, at in sorted(run.told(), key=lambda row: repr(row[3])):
        assert isinstance(at, datetime)
        found.append((subject, str(kind), int((at - START) / MINUTE)))
    return found


def test_who_moves_away_ends_the_alert_that_stood_on_it(database: Database) -> None:
    run = Run(database, book_of(NOW))
    _levels(run, {"amont": 3, "milieu": 3, "aval": 1, "barrage": 1})
    _wait(run, 5)
    _changes(run, NOW, _stations(amont="plaine"))
    assert _told(run) == [(AREA, "fired", 0), (AREA, "resolved", 5)]


def test_who_moves_here_raises_what_holds_now(database: Database) -> None:
    run = Run(database, book_of(NOW, valley(_stations(amont="plaine"))))
    _levels(run, {"amont": 3, "milieu": 3, "aval": 1, "barrage": 1})
    _wait(run, 5)
    _changes(run, NOW, _stations())
    assert _told(run) == [(AREA, "fired", 5)]


@pytest.mark.parametrize("back", [True, False])
def test_an_alert_is_pending_only_while_its_members_make_it(database: Database, back: bool) -> None:
    run = Run(database, book_of(VALLEY))
    _levels(run, {"amont": 3, "milieu": 3, "aval": 1, "barrage": 1})
    _wait(run, 5)
    _changes(run, VALLEY, _stations(amont="plaine"))
    if back:
        _wait(run, 1)
        _changes(run, VALLEY, _stations())
    _wait(run, 20)
    assert _told(run) == ([(AREA, "fired", 16)] if back else [])


def test_a_move_that_leaves_the_count_as_it_was_leaves_the_alert(database: Database) -> None:
    run = Run(database, book_of(VALLEY))
    _levels(run, {"amont": 3, "milieu": 3, "aval": 3, "barrage": 1})
    _wait(run, 5)
    _changes(run, VALLEY, _stations(amont="plaine"))
    _wait(run, 10)
    _changes(run, VALLEY, _stations(barrage="plaine"))
    assert _told(run) == [(AREA, "fired", 10)]
    assert run.alerts()[0].points == ("milieu", "aval")


def test_who_retires_counts_no_more(database: Database) -> None:
    run = Run(database, book_of(NOW))
    _levels(run, {"amont": 3, "milieu": 3, "aval": 1, "barrage": 1})
    _wait(run, 5)
    _changes(run, NOW, [point(name, retired=run.now if name == "milieu" else None) for name in NAMES])
    assert _told(run) == [(AREA, "fired", 0), (AREA, "resolved", 5)]


def test_a_group_whose_last_member_leaves_is_gone_and_says_so(database: Database) -> None:
    run = Run(database, book_of(NOW))
    _levels(run, dict.fromkeys(NAMES, 3.0))
    _wait(run, 5)
    _changes(run, NOW, _stations(**dict.fromkeys(NAMES, "plaine")))
    # Where they went there is an alert at once: it holds there now.
    assert sorted(_told(run)) == [("area:plaine", "fired", 5), (AREA, "fired", 0), (AREA, "resolved", 5)]
    assert [each.resolution for each in run.alerts() if each.resolution] == ["point-removed"]


def test_members_that_fall_silent_make_it_unknown_and_those_that_speak_again_end_it(database: Database) -> None:
    run = Run(database, book_of(NETWORK))
    _levels(run, dict.fromkeys(NAMES, 1.0))
    _wait(run, 60)
    _levels(run, {"amont": 1, "milieu": 1, "aval": 1})
    _wait(run, 80)
    _levels(run, {"amont": 1, "milieu": 1})
    _wait(run, 30)
    _levels(run, {"aval": 1})
    assert _told(run) == [("rule:network", "fired", 135), ("rule:network", "resolved", 170)]


def test_who_has_just_been_put_up_is_not_silent_yet(database: Database) -> None:
    """Three stations are put up beside one that speaks; the network counts their silence from then on."""
    run = Run(database, book_of(NETWORK, valley(_stations(milieu=None, aval=None, barrage=None))))
    for _ in range(8):
        _levels(run, {"amont": 1})
        _wait(run, 15)
    _changes(run, NETWORK, _stations())
    for _ in range(5):
        _levels(run, {"amont": 1})
        _wait(run, 15)
        run.restart(0)
        run.look()
    assert _told(run) == [("rule:network", "fired", 120 + 75)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_another_replica_decides_on_what_its_members_replica_stored(database: Database, order: tuple[int, int]) -> None:
    run = Run(database, book_of(ONE), replicas=2)
    home = partition(("only-one", AREA))
    members = {bus.partition_of(name) for name in NAMES}
    assert home not in members
    run.move(ALL, order[0])
    run.move({home}, order[1])
    for high in ((), ("amont", "milieu"), ("milieu",), ("milieu", "aval"), ("aval", "barrage")):
        _levels(run, {name: 3.0 if name in high else 1.0 for name in NAMES})
        _wait(run, 15)
    # Two at one instant are never one: it is decided when the instant is over.
    assert _told(run) == [(AREA, "fired", 30), (AREA, "resolved", 45)]


def test_a_group_asked_for_by_who_knows_other_rules_is_not_lost(database: Database) -> None:
    """One replica has the new registry already, and asks for a group that the group's holder doesn't know."""
    before, after = book_of(NOW, valley(_stations(**dict.fromkeys(NAMES, "plaine")))), book_of(NOW)
    run = Run(database, before, replicas=2)
    home = partition(("valley", AREA))
    run.move(ALL - {home}, 0)
    run.move({home}, 1)
    run.look()
    run.books = [after, before]
    _levels(run, dict.fromkeys(NAMES, 3.0))
    assert not [each for each in _told(run) if each[0] == AREA]
    _wait(run, 2)
    run.books = [after, after]
    run.look()
    assert (AREA, "fired", 2) in _told(run)
