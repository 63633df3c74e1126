"""Made-up rotations against the oracle that walks minute by minute, for a whole year each."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from tests.unit.services.notifier.domain.on_call.differing import first_difference
from tests.unit.services.notifier.domain.on_call.walked import made_up

_YEAR = 2026


def run(rotations: int, seed: int) -> dict[str, Any]:
    """How many differ from the oracle, in any minute of the year, and the first that does."""
    chance = random.Random(seed)  # noqa: S311 - made-up schedules, not secrets
    start, end = datetime(_YEAR, 1, 1, tzinfo=UTC), datetime(_YEAR + 1, 1, 1, tzinfo=UTC)
    found = [first_difference(made_up(chance, _YEAR), start, end) for _ in range(rotations)]
    wrong = [difference for difference in found if difference is not None]
    return {
        "rotations": rotations,
        "minutes": rotations * int((end - start).total_seconds() / 60),
        "wrong": len(wrong),
        "first": str(wrong[0]) if wrong else None,
        "good": not wrong,
    }
