"""What is known of a device from its uplinks."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from services.device_registry.domain.hearing import Wanted, newest, states
from services.device_registry.domain.loading import load
from shared.model.devices import Heard

NOW = datetime(2022, 1, 10, 12, tzinfo=UTC)
ALL = Wanted()


def heard(minutes, device="S1", **said):
    return Heard(device=device, at=NOW - timedelta(minutes=minutes), **said)


@pytest.fixture
def told(city):
    """The state of each device at NOW."""

    def ask(*uplinks, wanted=ALL):
        found = states(load(city()), newest({}, uplinks), wanted, NOW)
        return {state.device: state for state in found}

    return ask


def test_the_newest_wins_in_whatever_order_they_come():
    uplinks = (heard(30, battery_percent=90), heard(20, rssi_dbm=-80), heard(10, battery_percent=80, snr_db=7))
    expected = heard(10, battery_percent=80, rssi_dbm=-80, snr_db=7)
    for order in permutations(uplinks):
        assert newest({}, order) == {"S1": expected}
        known = newest({}, order[:1])
        assert newest(known, order[1:]) == {"S1": expected}


def test_a_device_that_spoke_in_time_is_not_late(told):
    state = told(heard(40))["S1"]
    assert (state.point, state.period_s, state.silent_for_s, state.is_late) == ("bridge", 900, 2400, False)


def test_a_device_is_late_after_its_kinds_longest_silence(told):
    assert told(heard(46))["S1"].is_late


def test_a_device_that_never_spoke_is_listed_and_silent_since_it_was_installed(told):
    state = told()["S1"]
    assert (state.heard, state.is_late) == (None, True)
    assert state.silent_for_s == (NOW - datetime(2021, 6, 30, 22, tzinfo=UTC)).total_seconds()


def test_a_device_that_stands_nowhere_is_never_late(told):
    state = told(heard(5000, device="G1"))["G1"]
    assert (state.point, state.is_late, state.silent_for_s) == (None, False, 300_000)


@pytest.mark.parametrize(
    ("wanted", "devices"),
    [
        (ALL, {"G1", "G2", "S1"}),
        (Wanted(points=frozenset({"bridge"})), {"S1"}),
        (Wanted(devices=frozenset({"G1", "G2"})), {"G1", "G2"}),
    ],
    ids=["all", "of points", "by name"],
)
def test_only_what_is_asked_for_is_told(told, wanted, devices):
    assert told(wanted=wanted).keys() == devices
