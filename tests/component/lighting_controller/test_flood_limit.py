"""A flood of two and a half days with ``at_most: 4 h``: what a vital and a normal rule get, and what owners hear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.lighting_controller.domain.daylight import Site
from shared.model.alerts import Criticality
from shared.model.lighting import OverrideChanged, OverrideState

FIRES = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
CLEARS = FIRES + timedelta(days=2, hours=12)
EVERY = timedelta(minutes=5)
FOUR_HOURS = timedelta(hours=4)
TOULOUSE = Site(43.6, 1.44, ZoneInfo("Europe/Paris"))
GROUPS = {"berges-garonne": ("lamp-1",), "vital": ("v-1",), "normal": ("n-1",)}


@pytest.fixture
def flooded(controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any]) -> Any:
    """The controller after the flood, with both rules firing from its begin to its end, their leases renewed."""
    controller = controller_of(GROUPS, now=FIRES - timedelta(hours=1))
    moment = FIRES
    wishes = {rule: {"override": rule, "group": rule, "level": 80, "criticality": Criticality(rule), "owner": rule}
              for rule in ("vital", "normal")}  # fmt: skip
    while moment < CLEARS:
        controller.run_until(moment)
        controller.take(*(hold(moment, **wish) for wish in wishes.values()))
        moment += EVERY
    controller.run_until(CLEARS)
    controller.take(*(release(CLEARS, **wish) for wish in wishes.values()))
    return controller


def told(controller: Any, rule: str) -> list[tuple[OverrideState, datetime]]:
    changes = controller.published(OverrideChanged, "override_changed")
    return [(change.state, change.at) for change in changes if change.override == rule and change.owner == rule]


def lit_at(controller: Any, lamp: str, level: int) -> list[tuple[datetime, datetime]]:
    """From when until when the lamp burned at that level."""
    seen: list[tuple[datetime, int]] = []
    for change in controller.changes():
        if change.luminaire == lamp and change.actual is not None and (not seen or seen[-1][1] != change.actual):
            seen.append((change.at, change.actual))
    seen.append((controller.now, -1))
    return [(since, until) for (since, at), (until, _) in pairwise(seen) if at == level]


def test_the_vital_rule_is_granted_its_time_again_within_the_minute_and_its_owner_told_each_time(flooded: Any) -> None:
    events = told(flooded, "vital")
    used_up = [at for state, at in events if state is OverrideState.USED_UP]
    granted = [at for state, at in events if state is OverrideState.GRANTED_AGAIN]
    assert len(used_up) >= 7
    assert all(
        timedelta() <= again - spent < timedelta(minutes=1) for spent, again in zip(used_up, granted, strict=True)
    )
    # Between two grants the calendar had the group lit for four hours, however long the day between them.
    plan = flooded.calendars.plan_of("vital", TOULOUSE)
    starts = [FIRES, *granted]
    assert [plan.lit_time(since, until) for since, until in zip(starts, used_up, strict=False)] == [FOUR_HOURS] * len(
        used_up
    )
    assert events[0] == (OverrideState.STARTED, FIRES)
    assert events[-1] == (OverrideState.RELEASED, CLEARS)
    stretches = lit_at(flooded, "v-1", 80)
    lit = sum((until - since for since, until in stretches), timedelta())
    assert lit == plan.lit_time(FIRES, CLEARS), "the light never left it by night"


def test_the_normal_rule_has_its_four_hours_and_then_the_calendar(flooded: Any) -> None:
    assert told(flooded, "normal") == [
        (OverrideState.STARTED, FIRES),
        (OverrideState.USED_UP, FIRES + FOUR_HOURS),
        (OverrideState.RELEASED, CLEARS),
    ]
    assert lit_at(flooded, "n-1", 80) == [(FIRES, FIRES + FOUR_HOURS)]
