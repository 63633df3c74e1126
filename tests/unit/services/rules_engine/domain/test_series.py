"""Samples of one property: in order whatever the order in which they come, bounded, and never a number that is none."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.series import Series
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.conftest import START


def at(minute, value=1.0, quality=Quality.GOOD):
    return Sample(value, START + timedelta(minutes=minute), quality)


@given(st.permutations(range(12)))
def test_samples_lie_in_the_order_of_their_time_whatever_the_order_in_which_they_come(minutes):
    series = Series(at(minute, float(minute)) for minute in minutes)
    assert [sample.value for sample in series] == [float(minute) for minute in range(12)]


@pytest.mark.parametrize(("first", "second", "newest"), [(0, 5, True), (5, 0, False), (5, 5, False)])
def test_adding_tells_whether_the_sample_is_the_newest(first, second, newest):
    series = Series([at(first)])
    assert series.add(at(second, 2.0)) is newest


def test_a_second_sample_of_one_moment_takes_the_place_of_the_first():
    series = Series([at(0, 1.0), at(0, 2.0, Quality.SUSPECT)])
    assert list(series) == [at(0, 2.0, Quality.SUSPECT)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e300, -1e101])
def test_a_number_that_nothing_measures_is_distrusted(value):
    assert [sample.quality for sample in Series([at(0, value)])] == [Quality.SUSPECT]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=200), st.integers(0, 600), st.integers(1, 20))
def test_what_a_span_and_a_count_need_is_kept_and_little_more(gaps, span, least):
    series, all_of_them, minute = Series(), [], 0
    for gap in gaps:
        minute += gap
        series.add(at(minute))
        all_of_them.append(minute)
        series.keep(timedelta(minutes=span), least)
    kept = [(sample.time - START) // timedelta(minutes=1) for sample in series]
    inside = [each for each in all_of_them if each > minute - span]
    assert kept == all_of_them[-len(kept) :]
    assert len(kept) >= min(len(all_of_them), least)
    assert set(inside) <= set(kept)
    before = [each for each in all_of_them if each <= minute - span]
    assert not before or before[-1] in kept
    assert len(kept) <= max(4, 2 * least, (len(inside) + 1) * 8 // 7 + 1)


@pytest.mark.parametrize(("until", "count"), [(-1, 0), (0, 1), (3, 1), (5, 2), (99, 3)])
def test_so_many_samples_are_not_later_than_a_moment(until, count):
    series = Series([at(0), at(5), at(10)])
    assert series.until(series.times[0] + until * 60_000_000) == count
    assert series.until(None) == 3
