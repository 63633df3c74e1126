"""A run that is cut tells what an uninterrupted one tells: restarts, moved partitions, deployments, edits of words.

``make soak`` makes up thousands of lives instead (``tests/soak/engine_in_time.py``).
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.component.rules_engine.cutting import LIVES, check
from tests.component.rules_engine.playground import database_in


def test_a_cut_run_tells_what_an_uninterrupted_one_tells(tmp_path: Path) -> None:
    database = database_in(tmp_path)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(LIVES)
    def check_life(life: object) -> None:
        check(database, life)

    check_life()
