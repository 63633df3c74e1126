"""Samples that no rule reads any more are forgotten; nothing that any rule decides is another for it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.playing import Play
from tests.unit.services.rules_engine.domain.plays import BAD, MINUTE, book, levels

DEEP = {"id": "profond", "when": "{above: [{max_over: [level, 3000 d, 0 %]}, 14 m]}"}
"""It never fires and forgets nothing: what another rule decides beside it, it decides on all that ever was."""

ALL = {"for_each": None, "across": "{kind: water-level, points: [pont-neuf]}"}
RULES = [
    {"when": "{above: [{baseline: [{avg_over: [level, 2 h, 10 %]}, 1 d, 2 d, 1]}, 2 m]}"},
    {"when": "{above: [{baseline: [{avg_over: [level, 2 h, 10 %]}, 1 d, 2 d, 1]}, 2 m]}", "every": "6 h"},
    {"when": "{above: [{baseline: [{sum_over: [level, 6 h, 0 %]}, 6 h, 1 d, 1]}, 4 m]}", "every": "1 d"},
    {"when": "{above: [{delta_over: [level, 1 d]}, 0.5 m]}", "every": "1 d"},
    {"when": "{above: [{rate_over: [level, 3 h]}, 0.2 m/h]}"},
    {"when": "{unchanged_for: [level, 1 d]}"},
    {"when": "{unchanged_for: [level, 5 h]}", "every": "6 h"},
    {"when": "{above: [{last: level}, 2 m]}", "every": "12 h"},
    {"when": "{changed: level}", "every": "1 h"},
    {"when": "{above: [{forecast: [level, 6 h, 12 h, 10 %]}, 3 m]}"},
    {"when": "{above: [{percentile_over: [level, 75, 1 d, 5 %]}, 1.5 m]}", "every": "1 d", "for_": "2 times"},
    {"when": "{above: [{max_of: {value: {delta_over: [level, 1 d]}}}, 0.5 m]}", "every": "1 d", **ALL},
    {"when": "{above: [{how_many: {unchanged_for: [level, 1 d]}}, 0]}", **ALL},
]
VALUES = st.sampled_from([1.0, 1.0, 1.5, 2.0, 2.5, 3.5, BAD])
READINGS = st.lists(st.tuples(st.integers(10, 200), VALUES, st.sampled_from([0, 0, 0, 30])), min_size=20, max_size=90)
STARTS = st.sampled_from([datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])


def _events(made, seen, end):
    return [
        (each.transition.kind, each.transition.at, each.transition.decided_at, each.transition.values)
        for each in Play(made).run(seen, end)
        if each.rule != "profond"
    ]


@pytest.mark.parametrize("lines", RULES, ids=lambda lines: " ".join(f"{value}" for value in lines.values() if value))
@settings(max_examples=25, deadline=None)
@given(READINGS, STARTS)
def test_what_is_forgotten_changes_no_decision(lines, readings, start):
    minute, seen = 0, []
    for gap, value, delay in readings:
        minute += gap
        seen += levels([(minute, value)], start=start, delay=delay)
    lines = {"then": '[{notify: {team: astreinte, message: "{point}"}}]', **lines}
    end = start + (minute + 120) * MINUTE
    assert _events(book(lines), seen, end) == _events(book(lines, DEEP), seen, end)


def test_only_what_is_needed_is_kept():
    made = book({"when": "{above: [{avg_over: [level, 1 h]}, 2 m]}"})
    play = Play(made)
    list(play.run(levels([(15 * index, 1) for index in range(1000)]), levels({15000: 1})[0].moment))
    kept = play.scene(
        ("gemapi.crue", "pont-neuf"), datetime(2022, 1, 20, tzinfo=UTC), datetime(2022, 1, 20, tzinfo=UTC)
    )
    assert 5 <= len(kept.series["level"]) <= 8
