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
