"""A change is what people reckon it to be: a threshold on it means the same wherever the values stand."""

import pytest

from services.rules_engine.domain.inputs.windows import difference
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.series import Series


@pytest.fixture
def decided(compiled, kind, minutes, scene):
    """Decide a condition with two levels, an hour apart."""

    def _decided(tree, earlier, later):
        levels = Series([Sample(earlier, minutes(0)), Sample(later, minutes(60))])
        return compiled(tree).decide_in(scene({"level": levels}, minutes(60)))

    return _decided


@pytest.mark.parametrize(("earlier", "later"), [(0.0, 0.3), (1.9, 2.2), (2.0, 2.3), (14.7, 15.0), (0.1, 0.4)])
@pytest.mark.parametrize("change", [{"delta_over": ["level", "1 h"]}, {"change": "level"}])
def test_thirty_centimetres_are_not_more_than_thirty(decided, change, earlier, later):
    assert decided({"above": [change, "0.3 m"]}, earlier, later) is False
    assert decided({"at_least": [change, "30 cm"]}, earlier, later) is True
    assert decided({"at_least": [change, "0.3 m"]}, earlier, later - 0.001) is False
    assert decided({"above": [change, "0.3 m"]}, earlier, later + 0.001) is True


def test_a_rate_of_thirty_centimetres_an_hour_is_not_more_than_that(decided):
    assert decided({"above": [{"rate_over": ["level", "1 h"]}, "0.3 m/h"]}, 1.9, 2.2) is False


def test_a_fall_is_as_exact_as_a_rise():
    assert (difference(1.4, 1.2), difference(1.2, 1.4)) == (0.2, -0.2)
    assert (difference(1e-9, 0.0), difference(4_000_000_017.0, 4_000_000_000.0)) == (1e-9, 17.0)
