"""What telemetry hears of devices is kept, the newest of each."""

from datetime import timedelta

import pytest

from services.device_registry.domain.hearing import Wanted
from services.device_registry.use_cases.hear import show_heard, take_heard
from shared.model.devices import DevicesHeard, Heard
from shared.runtime.database import Received


@pytest.fixture(autouse=True)
def imported(say, inventory):
    say(inventory)


@pytest.fixture
def hear(database, now):
    """A function that takes one message: what a device said some minutes ago."""

    def take(identifier, minutes, device="O200004001", **said):
        heard = Heard(device=device, at=now - timedelta(minutes=minutes), **said)
        take_heard(database, [Received(identifier, DevicesHeard(devices=(heard,)))])

    return take


@pytest.fixture
def state(database, now):
    """A function that tells the state of the gauge at Pont-Neuf."""

    def ask():
        (found,) = show_heard(database, Wanted(points=frozenset({"garonne-toulouse"})), now)
        return found

    return ask


def test_a_device_that_never_spoke_is_told_as_late(state):
    assert (state().heard, state().is_late) == (None, True)


def test_what_was_heard_last_is_told_with_battery_and_radio(hear, state):
    hear("1", 20, battery_percent=88.0)
    hear("2", 5, rssi_dbm=-97.0, snr_db=4.5, gateways=2, frame_counter=7, battery_v=3.6)
    heard = state().heard
    assert (heard.battery_percent, heard.battery_v, heard.rssi_dbm, heard.snr_db) == (88.0, 3.6, -97.0, 4.5)
    assert (heard.gateways, heard.frame_counter, state().silent_for_s, state().is_late) == (2, 7, 300, False)


def test_an_older_message_that_comes_late_does_not_take_the_newers_place(hear, state):
    hear("new", 5, battery_percent=80.0)
    hear("old", 50, battery_percent=90.0)
    assert (state().silent_for_s, state().heard.battery_percent) == (300, 80.0)


def test_the_same_message_again_changes_nothing(hear, state):
    hear("1", 5, battery_percent=80.0)
    before = state()
    hear("1", 5, battery_percent=80.0)
    assert state() == before


def test_all_devices_are_told_whether_they_spoke_or_not(database, hear, now, inventory):
    hear("1", 5)
    told = show_heard(database, Wanted(), now)
    assert [item.device for item in told] == [device.id for device in inventory.devices]
    assert [item.device for item in told if item.heard] == ["O200004001"]
