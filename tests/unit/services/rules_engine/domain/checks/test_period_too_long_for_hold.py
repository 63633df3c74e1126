import msgspec
import pytest

from services.rules_engine.domain.preparing import prepare


@pytest.fixture
def found(rule, kind):
    """The problems of a rule at a kind of other rhythm, seconds."""

    def _found(period, stale, **lines):
        other = msgspec.structs.replace(kind, period_s=period, stale_after_s=stale)
        return [(problem.slug, problem.severity) for problem in prepare(rule(**lines).rule, {other.id: other}).problems]

    return _found


@pytest.mark.parametrize("name", ["for_", "until_for"])
def test_a_hold_longer_than_values_count_when_they_come_more_seldom(found, name):
    assert found(7200, 3600, **{name: "90 min"}) == [("period-too-long-for-hold", "error")]


def test_a_hold_that_one_observation_satisfies_is_a_warning(found):
    assert found(900, 2700, for_="10 min") == [("period-too-long-for-hold", "warning")]


@pytest.mark.parametrize("hold", ["15 min", "3 h"])
def test_a_hold_of_whole_periods_is_fine(found, hold):
    assert found(900, 2700, for_=hold) == []


@pytest.mark.parametrize("hold", ["3 times", "1 times"])
def test_a_count_of_observations_needs_no_rhythm(found, hold):
    assert found(7200, 3600, for_=hold) == []


def test_a_hold_by_the_clock_needs_no_rhythm(found):
    assert found(900, 2700, when="{absent_for: [level, 2 h]}", for_="5 min") == []


@pytest.mark.parametrize(
    ("every", "hold", "slugs"),
    [("1 h", "90 min", 1), ("1 h", "2 h", 0), ("15 min", "5 min", 1)],
    ids=["one-and-a-half", "two", "a-third"],
)
def test_a_hold_of_a_rule_that_decides_for_periods_is_of_whole_ones(found, every, hold, slugs):
    assert found(900, 2700, every=every, for_=hold) == [("period-too-long-for-hold", "warning")] * slugs


@pytest.mark.parametrize(
    "when",
    [
        "{absent_for: [level, 10 min]}", "{above: [{age: level}, 10 min]}",
        "{above: [{how_many: {where: {absent_for: [level, 10 min]}}}, 0]}",
    ],
    ids=["silence", "age", "silence-of-others"],
)  # fmt: skip
def test_less_silence_than_lies_between_two_observations_is_a_warning(found, when):
    assert found(900, 2700, when=when) == [("period-too-long-for-hold", "warning")]


def test_silence_of_a_period_and_more_is_something(found):
    assert found(900, 2700, when="{absent_for: [level, 15 min]}") == []
