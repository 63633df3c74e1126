"""Which points an inventory has, and what stands there."""

import pytest

from services.device_registry.domain.finding import Wanted, details, find
from services.device_registry.domain.loading import load
from shared.errors import NotFound


@pytest.mark.parametrize(
    ("wanted", "points"),
    [
        pytest.param(Wanted(), ["bridge", "lamp", "quay"], id="all"),
        pytest.param(Wanted(kind="water"), ["bridge", "quay"], id="of a kind"),
        pytest.param(Wanted(area="centre"), ["bridge", "lamp"], id="in an area"),
        pytest.param(Wanted(kind="water", area="centre"), ["bridge"], id="of a kind, in an area"),
        pytest.param(Wanted(directorate="light"), ["lamp"], id="of a directorate"),
        pytest.param(Wanted(group="bank"), ["lamp"], id="in a group"),
        pytest.param(Wanted(site="cabinet"), ["lamp"], id="at a site"),
        pytest.param(Wanted(group="nowhere"), [], id="in a group that does not exist"),
    ],
)
def test_points_have_all_that_is_wanted(city, wanted, points):
    assert [point.id for point in find(load(city()), wanted)] == points


def test_a_point_is_told_with_its_kind_and_every_device_that_ever_stood_there(city):
    told = details(load(city()), "bridge")
    assert (told.point.title, told.kind.id) == ("Au pont", "water")
    assert [device.id for device in told.devices] == ["G1", "S1"]
    assert [mount.device for mount in told.mounts] == ["G1", "S1"]


def test_a_point_that_does_not_exist_is_not_found(city):
    with pytest.raises(NotFound, match="no point 'moon'"):
        details(load(city()), "moon")
