"""Which directorates answer for a thing."""

import msgspec
import pytest

from services.device_registry.domain.changing import difference
from services.device_registry.domain.loading import load
from services.device_registry.domain.owning import owners, require_own
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden
from shared.model.registry import Device, Inventory, Site


@pytest.mark.parametrize(
    ("key", "directorates"),
    [
        (("points", "bridge"), {"rivers"}),
        (("points", "moon"), set()),
        (("mounts", "G2@2021-01-01T10:00:00Z"), {"rivers"}),
        (("devices", "G1"), {"rivers"}),
        (("groups", "bank"), {"light"}),
        (("sites", "cabinet"), {"light"}),
        (("sites", "moon"), set()),
        (("kinds", "water"), {None}),
        (("areas", "centre"), {None}),
    ],
)
def test_things_have_directorates_that_answer_for_them(city, key, directorates):
    assert owners(load(city()), key) == directorates


def test_a_device_that_never_stood_anywhere_is_nobodys(city):
    inventory = msgspec.structs.replace(load(city()), devices=(Device(id="new", model="gauge"),))
    assert owners(inventory, ("devices", "new")) == set()


def test_a_thing_is_not_taken_from_another_directorate(city):
    before = load(city())
    taken = tuple(msgspec.structs.replace(point, directorate="light") for point in before.points)
    after = msgspec.structs.replace(before, points=taken)
    changes = difference(before, after)
    require_own(SYSTEM, changes, (before, after))
    for name in ("light", "rivers"):
        with pytest.raises(Forbidden, match="change points"):
            require_own(Actor("officer", name), changes, (before, after))


def test_a_site_that_several_directorates_share_is_none_of_theirs_alone(city):
    before = load(city())
    shared = tuple(msgspec.structs.replace(point, site="cabinet") for point in before.points)
    after = msgspec.structs.replace(before, points=shared, sites=(Site(id="cabinet", title="Au pont"),))
    assert owners(after, ("sites", "cabinet")) == {"light", "rivers"}
    renamed = msgspec.structs.replace(after, sites=(Site(id="cabinet", title="Sous le pont"),))
    with pytest.raises(Forbidden, match="change sites cabinet"):
        require_own(Actor("officer", "light"), difference(after, renamed), (after, renamed))


def test_what_is_everybodys_is_changed_by_nobody_alone(city):
    before = load(city())
    with pytest.raises(Forbidden):
        require_own(Actor("officer", "rivers"), difference(before, Inventory()), (before, Inventory()))
