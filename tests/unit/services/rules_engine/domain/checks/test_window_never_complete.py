import msgspec
import pytest

from services.rules_engine.domain.preparing import prepare


@pytest.fixture
def found(rule, kind):
    """The problems of a rule at a kind of other rhythm, seconds."""

    def _found(when, period=900, stale=2700, **lines):
        other = msgspec.structs.replace(kind, period_s=period, stale_after_s=stale)
        problems = prepare(rule(when=when, **lines).rule, {other.id: other}).problems
        return [(problem.slug, problem.severity) for problem in problems]

    return _found


WARNING = [("window-never-complete", "warning")]
ERROR = [("window-never-complete", "error")]


@pytest.mark.parametrize(
    ("when", "problems"),
    [
        pytest.param("{above: [{avg_over: [level, 1 h]}, 2]}", [], id="four"),
        pytest.param("{above: [{avg_over: [level, 15 min, 100 %]}, 2]}", [], id="one"),
        pytest.param("{above: [{avg_over: [level, 10 min]}, 2]}", WARNING, id="one-at-most"),
        pytest.param("{above: [{sum_over: [level, 10 min, 0 %]}, 2]}", [], id="events-come-when-they-come"),
        pytest.param("{above: [{count_over: [level, 10 min]}, 0]}", [], id="so-do-counts"),
        pytest.param("{above: [{forecast: [level, 1 h, 1 h]}, 2]}", [], id="a-trend-of-four"),
        pytest.param("{above: [{delta_over: [level, 5 min]}, 1]}", WARNING, id="a-difference-to-the-value-before"),
        pytest.param("{above: [{delta_over: [level, 15 min]}, 1]}", [], id="a-difference"),
        pytest.param("{above: [{rate_over: [level, 5 min]}, 1]}", [], id="a-rate-is-for-each-hour"),
        pytest.param("{above: [{baseline: [{avg_over: [level, 9 min]}, 1 d, 7 d]}, 2]}", WARNING, id="usual-of-one"),
        pytest.param("{above: [{baseline: [{avg_over: [level, 1 h]}, 1 d, 7 d]}, 2]}", [], id="usual"),
        pytest.param(
            "{above: [{baseline: [{avg_over: [level, 50 min, 100 %]}, 50 min, 1 d]}, 2]}",
            WARNING,
            id="usual-between-values",
        ),
        pytest.param(
            "{above: [{how_many: {where: {above: [{max_over: [level, 10 min]}, 2]}}}, 0]}", WARNING, id="others"
        ),
    ],
)
def test_a_window_has_to_hold_values(found, when, problems):
    assert found(when) == problems


def test_a_trend_of_one_value_is_never_known(loaded):
    found = loaded(when="{above: [{forecast: [level, 1 h, 15 min]}, 2]}")
    assert [(problem.slug, problem.severity) for problem in found.problems] == ERROR
    assert found.rules == ()


def test_a_difference_to_a_value_that_no_longer_counted_is_never_known(found):
    assert found("{above: [{delta_over: [level, 10 min]}, 1]}", period=3600, stale=1800) == ERROR


@pytest.mark.parametrize(("span", "problems"), [("50 min", WARNING), ("1 h", [])], ids=["odd", "whole"])
def test_windows_that_end_with_a_period_hold_whole_periods(found, span, problems):
    assert found(f"{{above: [{{avg_over: [level, {span}, 100 %]}}, 2]}}", every="1 h") == problems


def test_it_gives_the_numbers(loaded):
    (problem,) = loaded(when="{above: [{avg_over: [level, 10 min]}, 2]}").problems
    assert problem.message == "values come every 15 min: 10 min hold one at most"
    assert problem.hint == "give it a longer while: 30 min or more"


def test_a_value_for_messages_only_is_looked_at_too(loaded):
    then = '[{notify: {team: astreinte, message: "{mean}"}}]'
    (problem,) = loaded(let="{mean: {avg_over: [level, 10 min]}}", then=then).problems
    assert (problem.slug, problem.text) == ("window-never-complete", "{avg_over: [level, 10 min]}")
