"""What people do in the street: install, swap, retire."""

from datetime import UTC, datetime

import msgspec
import pytest

from services.device_registry.domain.assembling import inventory_of, laid_over, require_right
from services.device_registry.domain.loading import load
from services.device_registry.domain.operating import Acting, InTheFuture, NewDevice, NotStanding, RetiredPoint
from shared.errors import NotFound, ProblemsFound

NOW = datetime(2024, 5, 2, 8, 0, 0, 250, tzinfo=UTC)
SONAR = NewDevice(id="S2", model="sonar", sensor_height="390 cm")


@pytest.fixture
def known(city):
    return load(city())


@pytest.fixture
def after(known):
    """A function that does something and gives the inventory that it makes."""

    def act(what, *arguments, inventory=None):
        before = inventory or known
        draft = laid_over(before, getattr(Acting(before, NOW), what)(*arguments))
        require_right(draft)
        return inventory_of(draft)

    return act


def times(inventory, point):
    mounts = sorted((mount for mount in inventory.mounts if mount.point == point), key=lambda mount: mount.since)
    return [
        (mount.device, f"{mount.since:%Y-%m-%d %H:%M}", mount.until and f"{mount.until:%Y-%m-%d %H:%M}")
        for mount in mounts
    ]


def test_a_swap_closes_one_mount_and_opens_the_next_at_the_same_moment(after):
    new = after("swap", "bridge", "S1", SONAR, None)
    assert times(new, "bridge")[1:] == [
        ("S1", "2021-06-30 22:00", "2024-05-02 08:00"),
        ("S2", "2024-05-02 08:00", None),
    ]
    assert next(device.model for device in new.devices if device.id == "S2") == "sonar"


def test_a_swap_takes_over_no_calibration(after):
    with pytest.raises(ProblemsFound, match="from which height"):
        after("swap", "bridge", "S1", NewDevice(id="S2", model="sonar"), None)
    mount = next(mount for mount in after("swap", "bridge", "S1", SONAR, None).mounts if mount.device == "S2")
    assert (mount.sensor_height_m, mount.offsets) == (3.9, {})


def test_a_time_without_an_offset_is_one_of_the_points_zone(after):
    new = after("swap", "quay", "G2", NewDevice(id="G1"), "2024-05-02T06:00")
    assert times(new, "quay")[-1] == ("G1", "2024-05-01 20:00", None)


def test_a_device_stands_at_one_point_at_a_time(after):
    with pytest.raises(ProblemsFound, match="S1 still stands at bridge then"):
        after("install", "quay", NewDevice(id="S1", sensor_height=4.0), "2023-01-01")


def test_two_devices_do_not_observe_the_same_at_a_point(after):
    with pytest.raises(ProblemsFound, match="S1 observes level at bridge then"):
        after("install", "bridge", NewDevice(id="G1"), None)


def test_a_device_that_is_not_known_needs_a_model(after):
    with pytest.raises(ProblemsFound, match="no device 'G9'"):
        after("install", "quay", NewDevice(id="G9"), None)
    with pytest.raises(ProblemsFound, match="known already"):
        after("swap", "quay", "G2", NewDevice(id="G1", model="gauge"), None)


def test_what_does_not_stand_there_cannot_leave(after):
    for device, at in (("G1", None), ("S1", "2021-06-01"), ("G2", None)):
        with pytest.raises(NotStanding):
            after("swap", "bridge", device, SONAR, at)


def test_a_retired_device_stays_known_and_leaves_its_point_in_peace(after, known):
    new = after("retire_device", "S1", "2024-05-01")
    assert times(new, "bridge")[-1] == ("S1", "2021-06-30 22:00", "2024-04-30 22:00")
    assert new.devices == known.devices
    assert all(point.retired is None for point in new.points)


def test_a_retired_point_stays_known_without_its_devices(after):
    new = after("retire_point", "bridge", None)
    (bridge,) = (point for point in new.points if point.id == "bridge")
    assert bridge.retired == NOW.replace(microsecond=0)
    assert times(new, "bridge")[-1][2] == "2024-05-02 08:00"
    for what in (("retire_point", "bridge", None), ("install", "bridge", NewDevice(id="G1"), None)):
        with pytest.raises(RetiredPoint):
            after(*what, inventory=new)


def test_a_point_is_not_retired_ahead_of_time(after):
    with pytest.raises(InTheFuture):
        after("retire_point", "bridge", "2024-06-01")


def test_nothing_is_done_at_a_point_or_with_a_device_that_does_not_exist(after):
    for what in (("retire_point", "moon", None), ("retire_device", "X", None), ("install", "moon", SONAR, None)):
        with pytest.raises(NotFound):
            after(*what)


def test_a_wrong_time_is_a_problem(after):
    with pytest.raises(ProblemsFound, match="'soon' is not a day or a time"):
        after("retire_device", "S1", "soon")


def test_an_amount_has_the_unit_of_the_property(after):
    device = msgspec.structs.replace(SONAR, offsets={"level": "-3 cm"})
    mount = next(mount for mount in after("swap", "bridge", "S1", device, None).mounts if mount.device == "S2")
    assert mount.offsets == {"level": -0.03}
