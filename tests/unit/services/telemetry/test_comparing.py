"""New, repeated, contradictory."""

from __future__ import annotations

from datetime import UTC, datetime

from services.telemetry.domain.comparing import first_of_each, key_of, sort_out
from shared.model.observations import Observation


def seen(value: float, minute: int = 0) -> Observation:
    time = datetime(2022, 1, 10, 1, minute, tzinfo=UTC)
    return Observation(point="p", property="level", time=time, value=value, unit="m")


def test_what_is_not_stored_is_new() -> None:
    assert sort_out([seen(1.0)], {}).new == (seen(1.0),)


def test_the_same_value_again_is_a_duplicate() -> None:
    parted = sort_out([seen(1.0)], {key_of(seen(1.0)): 1.0})
    assert (parted.new, parted.duplicates, parted.conflicts) == ((), 1, ())


def test_another_value_for_a_time_is_a_conflict() -> None:
    parted = sort_out([seen(2.0)], {key_of(seen(1.0)): 1.0})
    assert parted.new == ()
    assert [(item.observation.value, item.stored_value) for item in parted.conflicts] == [(2.0, 1.0)]


def test_the_first_of_one_request_counts() -> None:
    parted = sort_out([seen(1.0), seen(2.0), seen(1.0), seen(3.0, minute=1)], {})
    assert [item.value for item in parted.new] == [1.0, 3.0]
    assert parted.duplicates == 1
    assert len(parted.conflicts) == 1


def test_only_the_first_of_each_may_be_stored() -> None:
    firsts = first_of_each([seen(1.0), seen(2.0), seen(3.0, minute=1)])
    assert firsts == {key_of(seen(1.0)): seen(1.0), key_of(seen(3.0, minute=1)): seen(3.0, minute=1)}
