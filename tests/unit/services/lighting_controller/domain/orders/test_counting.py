"""What becomes of an override as time passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.calendars.calendar import Calendar, Plan, Step, SunTime
from services.lighting_controller.domain.daylight import Site, SunEvent
from services.lighting_controller.domain.orders.counting import advance
from services.lighting_controller.domain.orders.holding import take
from services.lighting_controller.domain.orders.override import Order, Override, Standing
from shared.model.alerts import Criticality
from shared.model.lighting import OverrideState

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAWN = datetime(2022, 1, 10, 6, 54, 4, tzinfo=UTC)
DUSK = datetime(2022, 1, 10, 17, 9, 42, tzinfo=UTC)


@pytest.fixture
def begun(hold: Callable[..., Any], t0: datetime) -> Callable[..., Override]:
    """A function that gives an override begun at 02:45 local, with a lease of ten days."""

    def make(**fields: Any) -> Override:
        override = take(None, hold(**({"lease_until": t0 + 240 * HOUR} | fields)), t0).override
        assert override is not None
        return override

    return make


def states(override: Override, now: datetime, plan: Plan | None) -> list[tuple[OverrideState, datetime]]:
    return [(told.state, told.at) for told in advance(override, now, plan).told]


@pytest.mark.parametrize("criticality", [Criticality.NORMAL, Criticality.COMFORT])
def test_lit_time_is_used_up_across_the_day_between(
    begun: Callable[..., Override], bank: Plan, t0: datetime, criticality: Criticality
) -> None:
    override = begun(criticality=criticality, at_most_s=8 * 3600.0)
    over = DUSK + (8 * HOUR - (DAWN - t0))
    before = advance(override, over - timedelta(seconds=1), bank)
    assert before.told == ()
    after = advance(before.override, over + HOUR, bank)
    assert [(told.state, told.at) for told in after.told] == [(OverrideState.USED_UP, over)]
    assert after.override.standing is Standing.USED_UP
    assert after.override.used == 8 * HOUR


def test_vital_rule_is_granted_its_time_again_at_once(begun: Callable[..., Override], bank: Plan, t0: datetime) -> None:
    advanced = advance(begun(at_most_s=7200.0), t0 + 5 * HOUR, bank)
    first, second = t0 + 2 * HOUR, t0 + 4 * HOUR
    assert [(told.state, told.at) for told in advanced.told] == [
        (OverrideState.USED_UP, first),
        (OverrideState.GRANTED_AGAIN, first),
        (OverrideState.USED_UP, second),
        (OverrideState.GRANTED_AGAIN, second),
    ]
    assert advanced.override.used == HOUR
    assert advanced.override.standing is Standing.ACTING


def test_vital_rule_that_no_longer_fires_is_not_granted_again(
    begun: Callable[..., Override], bank: Plan, t0: datetime
) -> None:
    override = begun(at_most_s=7200.0, lease_until=t0 + 2 * HOUR)
    assert states(override, t0 + 3 * HOUR, bank) == [
        (OverrideState.USED_UP, t0 + 2 * HOUR),
        (OverrideState.EXPIRED, t0 + 2 * HOUR),
    ]


def test_vital_rule_without_any_time_is_used_up_and_not_granted_for_ever(
    begun: Callable[..., Override], bank: Plan, t0: datetime
) -> None:
    assert states(begun(at_most_s=0.0), t0, bank) == [(OverrideState.USED_UP, t0)]


def test_all_time_counts_by_day_true(begun: Callable[..., Override], bank: Plan) -> None:
    override = replace(begun(day=True, at_most_s=3600.0), counted_until=DAWN + HOUR)
    assert states(override, DAWN + 2 * HOUR, bank)[0] == (OverrideState.USED_UP, DAWN + 2 * HOUR)


def test_lease_ends_at_its_own_time_however_late_it_is_looked_at(
    begun: Callable[..., Override], bank: Plan, t0: datetime
) -> None:
    override = begun(lease_until=t0 + 15 * MINUTE)
    advanced = advance(override, t0 + 9 * HOUR, bank)
    assert [(told.state, told.at) for told in advanced.told] == [(OverrideState.EXPIRED, t0 + 15 * MINUTE)]
    assert advanced.override.used == 15 * MINUTE
    assert advanced.override.due_at is None


def test_lease_is_over_in_its_moment_and_leaves_nothing_due(
    begun: Callable[..., Override], bank: Plan, t0: datetime
) -> None:
    override = begun(lease_until=t0 + 15 * MINUTE)
    assert states(override, t0 + 15 * MINUTE - timedelta(seconds=1), bank) == []
    over = advance(override, t0 + 15 * MINUTE, bank)
    assert [told.state for told in over.told] == [OverrideState.EXPIRED]
    assert over.override.used_up_at is None


def test_scheduled_override_that_nobody_looked_at_in_time_never_starts_after_its_end(
    begun: Callable[..., Override], bank: Plan, t0: datetime
) -> None:
    override = replace(begun(lease_until=t0 + HOUR), standing=Standing.SCHEDULED, starts_at=t0 + 2 * HOUR)
    assert states(override, t0 + 3 * HOUR, bank) == [(OverrideState.EXPIRED, t0 + HOUR)]


def test_ended_override_stays_as_it_is(begun: Callable[..., Override], bank: Plan, t0: datetime) -> None:
    ended = replace(begun(), standing=Standing.RELEASED)
    assert advance(ended, t0 + 100 * HOUR, bank).override is ended


def test_scheduled_override_starts_when_its_time_comes(
    begun: Callable[..., Override], bank: Plan, t0: datetime
) -> None:
    order = replace(begun().order, source=Source.OPERATOR, at_most=None)
    override = replace(begun(), order=order, standing=Standing.SCHEDULED, starts_at=t0 + HOUR)
    assert override.due_at == t0 + HOUR
    assert override.wish(lit=True) is None
    advanced = advance(override, t0 + HOUR, bank)
    assert [(told.state, told.at) for told in advanced.told] == [(OverrideState.STARTED, t0 + HOUR)]
    assert advanced.override.wish(lit=True) is not None


def test_group_that_is_not_known_uses_no_lit_time(begun: Callable[..., Override], t0: datetime) -> None:
    advanced = advance(begun(at_most_s=60.0), t0 + HOUR, None)
    assert (advanced.told, advanced.override.used) == ((), timedelta())


@pytest.mark.parametrize(("lit", "day", "acts"), [(True, False, True), (False, False, False), (False, True, True)])
def test_override_acts_while_the_calendar_is_lit_or_by_day_true(
    begun: Callable[..., Override], lit: bool, day: bool, acts: bool
) -> None:
    assert (begun(day=day).wish(lit=lit) is not None) == acts


@settings(max_examples=60, deadline=None)
@given(looks=st.lists(st.integers(1, 5 * 24 * 60), max_size=12), vital=st.booleans())
def test_how_often_it_is_looked_at_changes_nothing(looks: list[int], vital: bool) -> None:
    # Fixtures can't be used with given: the same override and plan, made by hand.
    start = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
    steps = (Step(SunTime(SunEvent.DUSK), 100), Step(SunTime(SunEvent.DAWN), 0))
    plan = Plan(Calendar("c", "C", steps), Site(43.6, 1.44, ZoneInfo("Europe/Paris")))
    source = Source.VITAL_RULE if vital else Source.NORMAL_RULE
    order = Order(
        source=source, by="r", alert="a", rule="r", owner="o", group="g", level=100, reason="x", at_most=5.5 * HOUR
    )
    override = Override(
        id="o",
        order=order,
        starts_at=start,
        asked_at=start,
        lease_until=start + 100 * HOUR,
        standing=Standing.ACTING,
        used=timedelta(),
        counted_until=start,
    )
    end = start + 120 * HOUR
    at_once = advance(override, end, plan)
    told = []
    for minutes in sorted(looks):
        step = advance(override, start + minutes * MINUTE, plan)
        override = step.override
        told.extend(step.told)
    last = advance(override, end, plan)
    assert (*told, *last.told) == at_once.told
    assert (last.override.used, last.override.standing) == (at_once.override.used, at_once.override.standing)
