"""What differs between two inventories."""

import msgspec

from services.device_registry.domain.changing import SORTS, Act, Change, difference
from shared.model.registry import Credential, Device, Directorate, Inventory, Text


def device(identifier, model="m"):
    return Device(id=identifier, model=model)


def test_the_same_inventory_differs_in_nothing():
    inventory = Inventory(devices=(device("a"),))
    changes = difference(inventory, inventory)
    assert not changes
    assert changes.in_words() == ""


def test_what_came_changed_and_went_is_told_by_sort_and_id():
    old = Inventory(devices=(device("kept"), device("changed"), device("gone")))
    new = Inventory(devices=(device("kept"), device("changed", "other"), device("new")))
    assert set(difference(old, new).changes) == {
        Change("devices", "changed", Act.CHANGED),
        Change("devices", "gone", Act.REMOVED),
        Change("devices", "new", Act.ADDED),
    }


def test_changes_are_counted_in_words():
    title = Text(fr="GEMAPI", en="Rivers")
    old = Inventory(devices=(device("gone"),))
    new = Inventory(devices=(device("a"), device("b")), directorates=(Directorate(id="gemapi", title=title),))
    changes = difference(old, new)
    assert changes.in_words() == "directions : 1 ajout ; capteurs : 2 ajouts, 1 retrait"
    assert [changes.count(act) for act in Act] == [3, 0, 1]


def test_order_is_no_difference():
    assert not difference(Inventory(devices=(device("a"), device("b"))), Inventory(devices=(device("b"), device("a"))))


def test_keys_are_no_part_of_an_import():
    key = Credential(id="k", key_sha256="0", device="a")
    assert not difference(Inventory(credentials=(key,)), Inventory())


def test_every_sort_of_the_inventory_is_compared():
    fields = {field.name for field in msgspec.structs.fields(Inventory)}
    assert fields - {"credentials"} == set(SORTS)
