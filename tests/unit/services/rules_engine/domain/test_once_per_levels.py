"""A rule of several levels that alerts once in a period: what is worse than all that was told is told."""

from datetime import timedelta

import pytest

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.playing import Seen, play
from services.rules_engine.domain.sample import Sample

LEVELS = """[
    {severity: yellow, when: {above: [level, 2 m]}, then: [{notify: {team: astreinte, message: "{point}"}}]},
    {severity: red, when: {above: [level, 3 m]}, then: [{notify: {team: astreinte, message: "{point}"}}]}]"""


@pytest.fixture
def told(loaded, inventory, minutes):
    """Play levels of each hour from 1 a.m., local; what was told, with its hour since the start."""

    def _told(levels, per="night"):
        plain = {"when": None, "severity": None, "then": None, "for_each": "{kind: water-level, points: [pont-neuf]}"}
        rules = loaded(levels=LEVELS.replace("\n", " "), once_per=per, **plain).rules
        quarters = [level for level in levels for _ in range(4)]
        seen = [Seen("pont-neuf", "level", Sample(level, minutes(15 * at))) for at, level in enumerate(quarters)]
        events = play(book_of(rules, inventory), seen, minutes(15 * len(quarters)))
        return [(each.transition.kind.value, (each.transition.at - minutes(0)) / timedelta(hours=1)) for each in events]

    return _told


def test_the_same_level_is_told_once_in_a_night(told):
    assert told([2.5, 1, 2.5, 1]) == [("fired", 0), ("resolved", 1)]


def test_a_worse_level_is_told_although_a_milder_one_was(told):
    assert told([2.5, 1, 3.5, 1]) == [("fired", 0), ("resolved", 1), ("fired", 2), ("resolved", 3)]


def test_and_then_it_is_told_once_too(told):
    assert told([2.5, 1, 3.5, 1, 3.5, 1, 2.5, 1])[4:] == []


def test_a_milder_level_is_not_told_after_a_worse_one(told):
    assert told([3.5, 1, 2.5, 1]) == [("fired", 0), ("resolved", 1)]


def test_an_alert_that_worsened_has_told_both(told):
    kinds = [kind for kind, _ in told([2.5, 3.5, 1, 3.5, 1])]
    assert kinds == ["fired", "worsened", "resolved"]


def test_the_next_period_begins_with_nothing_told(told):
    levels = [3.5] + [1] * 11 + [2.5, 1]
    assert told(levels) == [("fired", 0), ("resolved", 1), ("fired", 12), ("resolved", 13)]
