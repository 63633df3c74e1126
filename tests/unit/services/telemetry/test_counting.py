"""From what a counter shows to what it counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain.counting import increase


@pytest.mark.parametrize(
    ("before", "after", "wraps_at", "counted"),
    [
        pytest.param(10, 17, None, 7, id="it grew"),
        pytest.param(10, 10, None, 0, id="nobody came"),
        pytest.param(500, 3, None, 3, id="a new battery: from 0"),
        pytest.param(65_530, 4, 65_536, 10, id="behind the largest number"),
        pytest.param(100, 3, 65_536, 3, id="so many can't have come: from 0"),
        pytest.param(70_000, 3, 65_536, 3, id="more than it can show"),
        pytest.param(5, -2, None, 0, id="never negative"),
    ],
)
def test_what_was_counted_between_two_readings(
    before: float, after: float, wraps_at: float | None, counted: float
) -> None:
    assert increase(before, after, wraps_at) == counted


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.none() | st.sampled_from([256.0, 65_536.0, 2.0**32]))
def test_nothing_is_ever_counted_backwards(before: float, after: float, wraps_at: float | None) -> None:
    assert increase(before, after, wraps_at) >= 0
