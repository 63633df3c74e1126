"""What a request does to an override."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.orders.holding import Outcome, gives_another_order, take
from services.lighting_controller.domain.orders.override import Override, Standing
from shared.errors import InputError
from shared.model.alerts import Criticality
from shared.model.lighting import OverrideState

MINUTE = timedelta(minutes=1)
Make = Callable[..., Any]


@pytest.fixture
def acting(hold: Make, t0: datetime) -> Override:
    """The override after its first HOLD."""
    override = take(None, hold(), t0).override
    assert override is not None
    return override


def test_first_hold_begins_it(hold: Make, t0: datetime) -> None:
    answer = take(None, hold(), t0)
    assert answer.outcome is Outcome.BEGUN
    assert answer.override is not None
    assert answer.override.standing is Standing.ACTING
    assert [(told.state, told.at) for told in answer.told] == [(OverrideState.STARTED, t0)]
    assert answer.moves_lights


def test_renewal_moves_the_lease_and_nothing_else(acting: Override, hold: Make, t0: datetime) -> None:
    answer = take(acting, hold(t0 + 5 * MINUTE, trace="another"), t0 + 5 * MINUTE)
    assert answer.outcome is Outcome.RENEWED
    assert answer.override == replace(acting, asked_at=t0 + 5 * MINUTE, lease_until=t0 + 20 * MINUTE)
    assert not answer.told
    assert not answer.moves_lights


def test_renewal_of_an_edited_rule_changes_the_order(acting: Override, hold: Make, t0: datetime) -> None:
    answer = take(acting, hold(t0 + MINUTE, level=80), t0 + MINUTE)
    assert answer.outcome is Outcome.CHANGED
    assert answer.override is not None
    assert answer.override.order.level == 80
    assert answer.moves_lights


@pytest.mark.parametrize("late", [timedelta(), MINUTE], ids=["the same", "an older one"])
def test_hold_that_is_not_newer_is_outdated(acting: Override, hold: Make, t0: datetime, late: timedelta) -> None:
    answer = take(acting, hold(t0 - late, level=1), t0)
    assert (answer.outcome, answer.override) == (Outcome.OUTDATED, acting)


@pytest.mark.parametrize("lease_until", [timedelta(), -MINUTE])
def test_hold_whose_lease_has_ended_is_not_begun(hold: Make, t0: datetime, lease_until: timedelta) -> None:
    answer = take(None, hold(lease_until=t0 + lease_until), t0)
    assert (answer.outcome, answer.override) == (Outcome.LAPSED, None)


def test_release_ends_it_and_an_older_hold_does_not_bring_it_back(
    acting: Override, hold: Make, release: Make, t0: datetime
) -> None:
    answer = take(acting, release(t0 + 5 * MINUTE), t0 + 5 * MINUTE)
    assert answer.outcome is Outcome.RELEASED
    assert [told.state for told in answer.told] == [OverrideState.RELEASED]
    assert take(answer.override, hold(t0 + 4 * MINUTE), t0 + 6 * MINUTE).outcome is Outcome.OUTDATED
    assert take(answer.override, release(t0 + 7 * MINUTE), t0 + 7 * MINUTE).outcome is Outcome.OUTDATED


def test_release_that_comes_before_its_hold_is_remembered(hold: Make, release: Make, t0: datetime) -> None:
    released = take(None, release(t0 + MINUTE), t0 + MINUTE)
    assert not released.told
    assert take(released.override, hold(t0), t0 + 2 * MINUTE).outcome is Outcome.OUTDATED


def test_release_that_is_older_than_the_last_hold_is_outdated(acting: Override, release: Make, t0: datetime) -> None:
    assert take(acting, release(t0 - MINUTE), t0).outcome is Outcome.OUTDATED


def test_release_of_the_moment_of_the_last_hold_ends_it(acting: Override, release: Make, t0: datetime) -> None:
    """A rule that fires and is let go by one reading asks both at the time of that."""
    assert take(acting, release(t0), t0 + MINUTE).outcome is Outcome.RELEASED


def test_release_of_what_expired_before_is_not_told(acting: Override, release: Make, t0: datetime) -> None:
    expired = replace(acting, standing=Standing.EXPIRED)
    answer = take(expired, release(t0 + 60 * MINUTE), t0 + 60 * MINUTE)
    assert (answer.outcome, answer.told) == (Outcome.RELEASED, ())


def test_hold_after_a_release_begins_anew(acting: Override, hold: Make, release: Make, t0: datetime) -> None:
    spent = replace(acting, used=timedelta(hours=3))
    released = take(spent, release(t0 + MINUTE), t0 + MINUTE).override
    answer = take(released, hold(t0 + 2 * MINUTE), t0 + 2 * MINUTE)
    assert answer.outcome is Outcome.BEGUN
    assert answer.override is not None
    assert answer.override.used == timedelta()


def test_hold_after_the_lease_lapsed_resumes_with_the_time_already_used(
    acting: Override, hold: Make, t0: datetime
) -> None:
    expired = replace(acting, standing=Standing.EXPIRED, used=timedelta(hours=3))
    answer = take(expired, hold(t0 + 60 * MINUTE), t0 + 60 * MINUTE)
    assert answer.outcome is Outcome.RESUMED
    assert answer.override is not None
    assert (answer.override.standing, answer.override.used) == (Standing.ACTING, timedelta(hours=3))
    assert answer.override.counted_until == t0 + 60 * MINUTE


@pytest.mark.parametrize("criticality", [Criticality.NORMAL, Criticality.COMFORT])
def test_lapsed_lease_gives_no_new_time_to_a_spent_override(
    acting: Override, hold: Make, t0: datetime, criticality: Criticality
) -> None:
    spent = replace(acting, standing=Standing.EXPIRED, used=timedelta(hours=4))
    answer = take(spent, hold(t0 + 60 * MINUTE, criticality=criticality), t0 + 60 * MINUTE)
    assert answer.override is not None
    assert answer.override.standing is Standing.USED_UP
    assert not answer.told


def test_used_up_override_stays_so_when_renewed_and_acts_when_its_time_is_raised(
    acting: Override, hold: Make, t0: datetime
) -> None:
    spent = replace(acting, standing=Standing.USED_UP, used=timedelta(hours=4))
    renewed = take(spent, hold(t0 + MINUTE, criticality=Criticality.NORMAL), t0 + MINUTE)
    assert (renewed.outcome, renewed.override and renewed.override.standing) == (Outcome.RENEWED, Standing.USED_UP)
    more = hold(t0 + MINUTE, criticality=Criticality.NORMAL, at_most_s=6 * 3600.0)
    raised = take(spent, more, t0 + MINUTE)
    assert (raised.outcome, raised.override and raised.override.standing) == (Outcome.RESUMED, Standing.ACTING)


@pytest.mark.parametrize(
    "standing",
    [
        pytest.param(Standing.EXPIRED, id="its lease ended in the moment in which its time was used up"),
        pytest.param(Standing.USED_UP, id="the rule was a normal one until now"),
    ],
)
def test_vital_rule_that_still_fires_is_granted_its_time_again_when_it_asks(
    acting: Override, hold: Make, t0: datetime, standing: Standing
) -> None:
    spent, later = replace(acting, standing=standing, used=timedelta(hours=4)), t0 + 60 * MINUTE
    answer = take(spent, hold(later), later)
    assert answer.override is not None
    assert (answer.override.standing, answer.override.used) == (Standing.ACTING, timedelta())
    assert [told.state for told in answer.told] == [OverrideState.STARTED, OverrideState.GRANTED_AGAIN]
    assert answer.moves_lights
    without = take(spent, hold(later, at_most_s=0.0), later)
    assert without.override is not None
    assert without.override.standing is Standing.USED_UP, "no time at all is none again"


@pytest.mark.parametrize("known", [None, Standing.EXPIRED], ids=["begun", "resumed"])
def test_time_counts_from_when_it_acts_however_late_the_reading_came(
    acting: Override, hold: Make, t0: datetime, known: Standing | None
) -> None:
    now, asked = t0 + 180 * MINUTE, hold(t0 + MINUTE, lease_until=t0 + 195 * MINUTE)
    answer = take(None if known is None else replace(acting, standing=known), asked, now)
    assert answer.override is not None
    assert answer.override.counted_until == now


@pytest.mark.parametrize(
    ("late", "level", "another"),
    [
        pytest.param(MINUTE, 80, True, id="edited"),
        pytest.param(MINUTE, 100, False, id="renewed"),
        pytest.param(timedelta(), 80, False, id="no newer"),
    ],
)
def test_only_a_newer_hold_gives_another_order(
    acting: Override, hold: Make, release: Make, t0: datetime, late: timedelta, level: int, another: bool
) -> None:
    assert gives_another_order(acting, hold(t0 + late, level=level)) is another
    assert not gives_another_order(acting, release(t0 + late, level=level))


@pytest.mark.parametrize("level", [-1, 101])
def test_level_that_is_no_percentage_is_refused(hold: Make, t0: datetime, level: int) -> None:
    with pytest.raises(InputError):
        take(None, hold(level=level), t0)
