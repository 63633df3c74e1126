"""What history is asked for when rules read further back than before, and what waits for it."""

from datetime import timedelta

import pytest

from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.warming import ASK_AGAIN, PATIENCE, Reach, grow, waits_until
from tests.unit.services.rules_engine.domain.conftest import START
from tests.unit.services.rules_engine.domain.plays import book

HOUR, DAY = Depth(timedelta(hours=1)), Depth(timedelta(days=1))
LEVEL, FLOW = ("pont-neuf", "level"), ("pont-neuf", "flow")
UNTIL = START + PATIENCE


def test_at_the_very_beginning_all_is_asked_for_and_nothing_waits():
    growth = grow({LEVEL: HOUR, FLOW: Depth()}, {}, START)
    assert growth.changed == {LEVEL: Reach(HOUR), FLOW: Reach(Depth())}
    assert growth.asked == (LEVEL,)


@pytest.mark.parametrize("deeper", [DAY, Depth(HOUR.span, samples=5)])
def test_what_is_read_further_back_than_before_is_asked_for_and_waited_for(deeper):
    growth = grow({LEVEL: deeper}, {LEVEL: Reach(HOUR)}, START)
    assert growth.changed == {LEVEL: Reach(deeper, HOUR, UNTIL)}
    assert growth.asked == (LEVEL,)


def test_a_point_that_is_new_is_asked_for_and_waited_for():
    growth = grow({LEVEL: HOUR, FLOW: HOUR}, {FLOW: Reach(HOUR)}, START)
    assert growth.changed == {LEVEL: Reach(HOUR, Depth(), UNTIL)}


def test_what_is_on_its_way_goes_on_from_what_was_there():
    waiting = Reach(DAY, HOUR, UNTIL)
    later = START + timedelta(seconds=30)
    week = Depth(timedelta(days=7))
    assert grow({LEVEL: week}, {LEVEL: waiting}, later).changed == {LEVEL: Reach(week, HOUR, later + PATIENCE)}
    assert grow({LEVEL: DAY}, {LEVEL: waiting}, later).changed == {}


def test_what_was_dropped_is_asked_for_again():
    less = grow({LEVEL: HOUR}, {LEVEL: Reach(DAY)}, START)
    assert (less.changed, less.asked) == ({LEVEL: Reach(HOUR)}, ())
    assert grow({LEVEL: DAY}, less.changed, START).asked == (LEVEL,)


def test_a_wish_that_came_to_nothing_is_repeated_and_nothing_waits_for_it():
    failed = Reach(DAY, HOUR, UNTIL)
    assert grow({LEVEL: DAY}, {LEVEL: failed}, UNTIL + ASK_AGAIN - timedelta(seconds=1)).asked == ()
    later = UNTIL + ASK_AGAIN
    growth = grow({LEVEL: DAY}, {LEVEL: failed}, later)
    assert growth.asked == (LEVEL,)
    again = growth.changed[LEVEL]
    assert again == Reach(DAY, HOUR, later)
    made = book({"id": "far", "when": "{above: [{max_over: [level, 1 d]}, 2]}"})
    assert waits_until(made, ("far", "pont-neuf"), growth.changed, later) is None
    assert again.is_met(again.since(later), DAY.samples)
    assert not again.is_met(failed.since(later) + timedelta(seconds=1) + ASK_AGAIN, DAY.samples)
    assert grow({LEVEL: DAY}, growth.changed, later + timedelta(seconds=1)).asked == ()


def test_what_nobody_reads_any_more_is_forgotten():
    assert grow({}, {LEVEL: Reach(DAY)}, START).forgotten == (LEVEL,)


def test_only_rules_that_read_further_than_what_is_there_wait():
    made = book(
        {"id": "near", "when": "{above: [{max_over: [level, 1 h]}, 2]}"},
        {"id": "far", "when": "{above: [{max_over: [level, 1 d]}, 2]}"},
    )
    waiting = {LEVEL: Reach(made.depth(*LEVEL), Depth(timedelta(hours=12)), UNTIL)}
    assert waits_until(made, ("near", "pont-neuf"), waiting, START) is None
    assert waits_until(made, ("far", "pont-neuf"), waiting, START) == UNTIL
    assert waits_until(made, ("far", "pont-neuf"), waiting, UNTIL) is None
    assert waits_until(made, ("far", "pont-neuf"), {}, START) is None
