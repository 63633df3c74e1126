"""An inventory is put in place of the one that is known, and told to all."""

import msgspec
import pytest
from sqlalchemy import text

from services.device_registry.use_cases.announce import announce
from services.device_registry.use_cases.answer import snapshot, summary
from services.device_registry.use_cases.import_folder import import_folder
from services.device_registry.use_cases.import_inventory import import_inventory
from services.device_registry.use_cases.issue_key import issue_key
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, ProblemsFound
from shared.runtime.settings import shipped_rules


def without_point(inventory, identifier):
    kept = tuple(point for point in inventory.points if point.id != identifier)
    return msgspec.structs.replace(inventory, points=kept)


def test_the_first_import_is_revision_1_and_is_told_complete(database, inventory, now, told):
    result = import_inventory(database, inventory, SYSTEM, now)
    (message,) = told()
    assert (result.revision, message.revision, message.at) == (1, 1, now)
    assert message.inventory == inventory
    assert snapshot(database).inventory == inventory


def test_the_same_inventory_again_changes_nothing_and_tells_nothing(database, inventory, now, told):
    import_inventory(database, inventory, SYSTEM, now)
    again = import_inventory(database, inventory, SYSTEM, now)
    assert (again.revision, again.is_new) == (1, False)
    assert len(told()) == 1


def test_a_difference_is_counted_and_makes_the_next_revision(database, inventory, now, told):
    import_inventory(database, inventory, SYSTEM, now)
    smaller = without_point(inventory, "wyndham-1511221")
    result = import_inventory(database, smaller, SYSTEM, now)
    assert (result.revision, result.added, result.changed, result.removed) == (2, 0, 0, 1)
    assert [message.revision for message in told()] == [1, 2]
    assert told()[1].inventory == smaller


def test_a_changed_thing_takes_the_place_of_the_old_one(database, inventory, now):
    import_inventory(database, inventory, SYSTEM, now)
    first, *others = inventory.devices
    changed = msgspec.structs.replace(inventory, devices=(msgspec.structs.replace(first, dev_eui="0" * 16), *others))
    result = import_inventory(database, changed, SYSTEM, now)
    assert (result.added, result.changed, result.removed) == (0, 1, 0)
    assert snapshot(database).inventory == changed


def test_who_imported_what_stands_in_the_audit(database, inventory, now):
    import_inventory(database, inventory, Actor("engineer:lucie"), now)
    with database.transaction() as transaction:
        row = transaction.connection.execute(text("SELECT actor, act, subject, detail FROM audit")).one()
    assert row[:3] == ("engineer:lucie", "import_inventory", "revision 1")
    assert "points : 50 ajouts" in row.detail


def test_one_directorates_officer_does_not_import_for_all(database, inventory, now, told):
    with pytest.raises(Forbidden):
        import_inventory(database, inventory, Actor("officer:paul", "dechets"), now)
    assert told() == []
    assert snapshot(database).revision == 0


def test_keys_survive_an_import(database, inventory, now):
    import_inventory(database, inventory, SYSTEM, now)
    issue_key(database, SYSTEM, now, directorate="gemapi")
    import_inventory(database, without_point(inventory, "berge-12"), SYSTEM, now)
    (credential,) = snapshot(database).inventory.credentials
    assert credential.directorate == "gemapi"


def test_a_folder_with_problems_changes_nothing(database, now, told, tmp_path):
    import_folder(database, shipped_rules(), SYSTEM, now)
    known = snapshot(database)
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "wrong.yaml").write_text("kinds: [{id: x}]", encoding="utf-8")
    with pytest.raises(ProblemsFound):
        import_folder(database, tmp_path, SYSTEM, now)
    assert snapshot(database) == known
    assert len(told()) == 1


def test_the_current_revision_is_told_again_as_it_was_told_first(database, inventory, now, told):
    assert announce(database) == 0
    import_inventory(database, inventory, SYSTEM, now)
    assert announce(database) == 1
    first, again = told()
    assert again == first


def test_the_summary_counts_each_sort(database, inventory, now):
    import_inventory(database, inventory, SYSTEM, now)
    assert summary(database) == {
        "revision": 1,
        "directorates": 5,
        "kinds": 3,
        "models": 3,
        "areas": 3,
        "points": 50,
        "devices": 38,
        "mounts": 38,
        "groups": 1,
        "credentials": 0,
    }
