"""What holds for every rule and every series: the clock makes progress, stored state is enough, unknown never fires."""

from datetime import timedelta
from itertools import pairwise

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.advancing import advance
from services.rules_engine.domain.alert import AlertState, Change, Phase
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.series import Series
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.conftest import KIND, POINT

LIGHT = "[{light: {group: lampes, level: 100 %, at_most: 4 h, reason: crue}}]"
CONDITIONS = [
    "{above: [level, 2 m]}",
    "{and: [{above: [level, 2 m]}, {above: [flow, 100]}]}",
    "{or: [{above: [level, 2 m]}, {above: [flow, 100]}]}",
    '{">": [{var: [level, 3]}, 2]}',
]
SMART = [
    "{above: [{max_over: [level, 1 h, 0 %]}, 2 m]}",
    "{at_least: [{avg_over: [level, 30 min, 20 %]}, 1.5 m]}",
    "{and: [{above: [level, 2 m]}, {time_between: ['02:00', '05:00']}]}",
    "{absent_for: [level, 75 min]}",
    "{or: [{above: [{age: level}, 50 min]}, {above: [{delta_over: [level, 30 min]}, 1 m]}]}",
]
HOLDS = ["0 s", "10 min", "40 min", "2 h", "2 times"]

RULES = st.fixed_dictionaries(
    {
        "when": st.sampled_from([*CONDITIONS, *SMART]),
        "until": st.sampled_from([None, "{and: [{below: [level, 1 m]}, {below: [flow, 90]}]}", "{below: [flow, 50]}"]),
        "for_": st.sampled_from(HOLDS),
        "until_for": st.sampled_from(HOLDS),
        "when_unknown": st.sampled_from(["hold", "resolve", "alert"]),
        "then": st.sampled_from([None, LIGHT]),
    }
)
OBSERVATIONS = st.tuples(
    st.integers(1, 90),
    st.sampled_from(["level", "flow"]),
    st.sampled_from([0.0, 1.5, 2.5, 60.0, 200.0]),
    st.sampled_from([Quality.GOOD, Quality.GOOD, Quality.GOOD, Quality.SUSPECT]),
)
SERIES = st.lists(OBSERVATIONS, max_size=12)
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _lines(lines):
    return {name: value for name, value in lines.items() if value is not None}


def _stored(state):
    return msgspec.json.decode(msgspec.json.encode(state), type=AlertState)


def _seen(row, at, now):
    series = {name: Series(samples) for name, samples in row.items()}
    return Scene(kind=KIND, point=POINT, series=series, at=at, now=now, subject=POINT.id)


def _play(rule, series, start, between=lambda state: state):
    """All transitions of a series with every due tick taken, and on for six hours; ``between`` sees every state."""
    first = advance(rule, AlertState(), _seen({}, start, start), fresh=False)
    state, row, told, now = first.state, {}, list(first.transitions), start
    for gap, name, value, quality in [*series, (360, None, 0.0, Quality.GOOD)]:
        moment = now + timedelta(minutes=gap)
        while state.due_at is not None and state.due_at < moment:
            due = state.due_at
            step = advance(rule, between(state), _seen(row, due, due), fresh=False)
            assert step.state.due_at is None or step.state.due_at > due, "a tick must make progress"
            state = step.state
            told += step.transitions
        now = moment
        if name is None:
            step = advance(rule, between(state), _seen(row, now, now), fresh=False)
            state = step.state
            told += step.transitions
        else:
            row = {**row, name: [*row.get(name, []), Sample(value, now, quality)]}
            step = advance(rule, between(state), _seen(row, now, now))
            state = step.state
            told += step.transitions
    return told, state


@SETTINGS
@given(lines=RULES, series=SERIES)
def test_a_run_that_is_stored_after_every_step_is_the_run_that_never_is(rule, minutes, lines, series):
    made = rule(**_lines(lines))
    assert _play(made, series, minutes(0), _stored) == _play(made, series, minutes(0))


@SETTINGS
@given(lines=RULES, series=SERIES)
def test_a_tick_that_nobody_asked_for_changes_no_transition(rule, minutes, lines, series):
    """Looking more often than is due finds nothing: what the clock changes was foreseen to the microsecond.

    Only where an end excludes a beginning: else a rule changes once with every look, as overlapping-until warns.
    """
    made = rule(**_lines({**lines, "until": None}))
    told, _ = _play(made, series, minutes(0))
    busy, _ = _play(made, [part for item in series for part in _interrupted(item)], minutes(0))
    assert _changes(busy) == _changes(told)


def _interrupted(item):
    gap, name, value, quality = item
    return [(gap / 3, None, 0.0, quality), (gap / 3, None, 0.0, quality), (gap - 2 * gap / 3, name, value, quality)]


def _changes(told):
    return [(each.kind, each.at, each.since) for each in told if each.kind is not Change.RENEWED]


@SETTINGS
@given(lines=RULES, series=SERIES)
def test_fired_and_resolved_take_turns_and_time_goes_forward(rule, minutes, lines, series):
    told, state = _play(rule(**_lines(lines)), series, minutes(0))
    turns = [each for each in told if each.kind is not Change.RENEWED]
    assert all(first.kind is not second.kind for first, second in pairwise(turns))
    assert not turns or turns[0].kind is Change.FIRED
    assert all(first.at <= second.at for first, second in pairwise(turns))
    assert all(each.since <= each.at <= each.decided_at for each in told)
    assert (state.phase is Phase.FIRING) == (bool(turns) and turns[-1].kind is Change.FIRED)


@SETTINGS
@given(lines=RULES, series=SERIES)
def test_renewals_come_only_while_it_fires_and_only_for_lights(rule, minutes, lines, series):
    told, _ = _play(rule(**_lines(lines)), series, minutes(0))
    firing = False
    for each in told:
        assert each.kind is not Change.RENEWED or (firing and lines["then"] is not None)
        firing = each.kind is not Change.RESOLVED


@SETTINGS
@given(lines=RULES, series=SERIES)
def test_what_is_only_ever_unknown_never_fires_unless_the_rule_says_so(rule, minutes, lines, series):
    lines = {**lines, "when": CONDITIONS[0]}
    blind = [(gap, name, value, Quality.SUSPECT) for gap, name, value, _ in series]
    told, _ = _play(rule(**_lines(lines)), blind, minutes(0))
    assert told == [] or lines["when_unknown"] == "alert"


@SETTINGS
@given(lines=RULES, series=SERIES)
def test_looking_again_at_the_same_moment_changes_nothing_but_what_is_due(rule, minutes, lines, series):
    made = rule(**_lines({**lines, "until": None}))
    row, state, now = {}, AlertState(), minutes(0)
    for gap, name, value, quality in series:
        now += timedelta(minutes=gap)
        row = {**row, name: [*row.get(name, []), Sample(value, now, quality)]}
        state = advance(made, state, _seen(row, now, now)).state
        assert advance(made, state, _seen(row, now, now), fresh=False).transitions == ()


@SETTINGS
@given(levels=st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0, 2.5]), max_size=30))
def test_hysteresis_is_that_of_a_naive_loop(rule, minutes, levels):
    told, _ = _play(
        rule(until="{below: [level, 1.5 m]}"), [(5, "level", level, Quality.GOOD) for level in levels], minutes(0)
    )
    firing, expected = False, []
    for index, level in enumerate(levels, 1):
        if (not firing and level > 2.0) or (firing and level < 1.5):
            firing = not firing
            expected.append((firing, minutes(5 * index)))
    assert [(each.kind is Change.FIRED, each.at) for each in told] == expected
