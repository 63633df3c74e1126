"""The rules engine in time at its full size: thousands of made-up lives that are cut, or come late, and a backlog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.component.rules_engine import arriving, backlog, cutting
from tests.component.rules_engine.playground import database_in

_LIVES_A_SENSOR: Final = 6
"""With 3,000 lives 500 sensors come back, each with six hours."""
_EVERY: Final = 100
_DELAYS: Final = {"shuffled": arriving.IN_TIME, "late": arriving.TOO_LATE}


def run(lives: int, number: int, folder: Path) -> dict[str, Any]:
    """Figures; ``good`` tells whether every life told what an undisturbed one tells.

    Args:
        lives: that are cut; half as many come shuffled, and half as many later than a network may take.
        number: from which all of them are made up.
    """
    database = database_in(folder)
    done: Counter[str] = Counter()

    def cut(life: cutting.Life) -> None:
        done["transitions"] += cutting.check(database, life)
        done["cuts"] += sum(map(len, life.cuts.values()))

    faults = _try("cut", cutting.LIVES, cut, lives, number, done)
    for what, delays in _DELAYS.items():
        check: Callable[[arriving.Arrivals], None] = lambda life: arriving.check(database, life)  # noqa: E731
        faults += _try(what, arriving.arrivals(delays), check, lives // 2, number, done)
    databases = [database_in(folder / name) for name in ("in-time", "away")]
    found = backlog.compare(databases, max(30, lives // _LIVES_A_SENSOR), number)
    return {
        **done, "backlog": found.observations, "backlog_late": found.late, "raised_by_it": found.raised,
        "faults": [*faults, *found.differences], "good": not faults and not found.differences,
    }  # fmt: skip


def _try(
    what: str,
    made_up: st.SearchStrategy[Any],
    check: Callable[[Any], None],
    lives: int,
    number: int,
    done: Counter[str],
) -> list[str]:
    """The first life that goes wrong, made as small as it can be."""

    @settings(
        max_examples=lives, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink], print_blob=False,
    )  # fmt: skip
    @seed(number)
    @given(made_up)
    def each(life: Any) -> None:
        done[what] += 1
        if done[what] % _EVERY == 0:
            print(f"engine-in-time: {done[what]} lives {what}", flush=True)  # noqa: T201
        check(life)

    try:
        each()
    except AssertionError as fault:
        return ["\n".join((f"{what}: {fault}", *getattr(fault, "__notes__", ())))]
    return []
