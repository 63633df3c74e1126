"""What holds for every rule and every series: the clock makes progress, stored state is enough, unknown never fires."""

from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.rules_engine.domain import advancing
from services.rules_engine.domain.advancing import advance
from services.rules_engine.domain.alert import AlertState, Change, Phase, Sample
from shared.model.observations import Quality

LIGHT = "[{light: {group: lampes, level: 100 %, at_most: 4 h, reason: crue}}]"
CONDITIONS = [
    "{above: [level, 2 m]}",
    "{and: [{above: [level, 2 m]}, {above: [flow, 100]}]}",
    "{or: [{above: [level, 2 m]}, {above: [flow, 100]}]}",
    '{">": [{var: [level, 3]}, 2]}',
]
HOLDS = ["0 s", "10 min", "40 min", "2 h"]

RULES = st.fixed_dictionaries(
    {
        "when": st.sampled_from(CONDITIONS),
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


def _play(rule, series, start, between=lambda state: state):
    """All transitions of a series with every due tick taken, and on for six hours; ``between`` sees every state."""
    state, row, told, now = AlertState(), {}, [], start
    for gap, name, value, quality in [*series, (360, None, 0.0, Quality.GOOD)]:
        moment = now + timedelta(minutes=gap)
        while state.due_at is not None and state.due_at < moment:
            due = state.due_at
            step = advance(rule, between(state), row, at=due, now=due)
            assert step.state.due_at is None or step.state.due_at > due, "a tick must make progress"
            assert step.state != state, "a tick at due_at must change something"
            state = step.state
            told += step.transitions
        now = moment
        if name is not None:
            row = {**row, name: Sample(value, now, quality)}
            step = advance(rule, between(state), row, at=now, now=now)
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
def test_the_short_way_of_a_calm_alert_leads_where_the_long_one_does(rule, minutes, lines, series):
    made = rule(**_lines(lines))
    short = _play(made, series, minutes(0))
    with patch.object(advancing, "_is_calm", return_value=False):
        assert _play(made, series, minutes(0)) == short


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
        row = {**row, name: Sample(value, now, quality)}
        state = advance(made, state, row, at=now, now=now).state
        assert advance(made, state, row, at=now, now=now).transitions == ()


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
