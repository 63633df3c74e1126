"""What comes late or in another order: in the end the same is known and the same holds, and the past is not told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.component.rules_engine.arriving import IN_TIME, TOO_LATE, Arrivals, arrivals, check
from tests.component.rules_engine.playground import database_in


@pytest.mark.parametrize(
    "delays",
    [
        pytest.param(IN_TIME, id="within what the network may take"),
        pytest.param(TOO_LATE, id="later than that"),
    ],
)
def test_when_it_comes_makes_no_other_end(tmp_path: Path, delays: Sequence[int]) -> None:
    database = database_in(tmp_path)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(arrivals(delays))
    def check_life(life: Arrivals) -> None:
        check(database, life)

    check_life()
