"""A clock that was ahead: what was noted by it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.commanding.setting_back import luminaire_as_of, override_as_of
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.luminaire import Confined, InFlight, Luminaire, Told
from services.lighting_controller.domain.orders.holding import Outcome, take
from services.lighting_controller.domain.orders.override import Override

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Make = Callable[..., Any]


def lamp(at: datetime) -> Luminaire:
    """A lamp of which everything was noted then, and is due a minute later."""
    return Luminaire(
        id="l1",
        confined=Confined((), at, at + MINUTE),
        told=Told(50, 100, at, at, at),
        in_flight=InFlight(50, 1, at + MINUTE, at),
        reported_at=at,
        findings=(Finding(Fault.LAMP, at, at, at),),
        changed_at=at,
        examine_at=at + MINUTE,
        observed_at=at,
    )


def test_nothing_that_was_done_to_a_luminaire_is_still_to_come(t0: datetime) -> None:
    after = luminaire_as_of(lamp(t0 + DAY), t0)
    assert after == structs.replace(
        lamp(t0), confined=Confined((), t0, t0), in_flight=InFlight(50, 1, t0, t0), examine_at=t0
    )


def test_luminaire_of_which_nothing_is_known_stays_as_it_is(t0: datetime) -> None:
    assert luminaire_as_of(Luminaire(id="l1"), t0) == Luminaire(id="l1")


@pytest.fixture
def ahead(hold: Make, t0: datetime) -> Override:
    """A rule's override that was asked for by a clock that was a day ahead."""
    override = take(None, hold(t0 + DAY), t0 + DAY).override
    assert override is not None
    return dataclasses.replace(override, used_up_at=t0 + DAY + 5 * MINUTE)


def test_lease_of_a_rule_lasts_no_longer_than_it_would(
    ahead: Override, hold: Make, release: Make, t0: datetime
) -> None:
    after = override_as_of(ahead, t0)
    assert (after.asked_at, after.lease_until, after.counted_until) == (t0, t0 + 15 * MINUTE, t0)
    assert after.used_up_at is None
    assert take(after, hold(t0 + MINUTE), t0 + MINUTE).outcome is Outcome.RENEWED
    assert take(after, release(t0 + MINUTE), t0 + MINUTE).outcome is Outcome.RELEASED
    assert override_as_of(after, t0) is after


def test_end_that_a_person_asked_for_is_a_time_of_the_clock(ahead: Override, t0: datetime) -> None:
    persons = dataclasses.replace(ahead, order=dataclasses.replace(ahead.order, source=Source.OPERATOR, rule=""))
    assert override_as_of(persons, t0) == dataclasses.replace(persons, asked_at=t0)
