"""An inventory is put in place of the one that is known, and told to all."""

import msgspec
import pytest
from sqlalchemy import text

from services.device_registry.domain.changing import SORTS
from services.device_registry.use_cases.announce import announce
from services.device_registry.use_cases.answer import snapshot, summary
from services.device_registry.use_cases.import_folder import import_folder
from services.device_registry.use_cases.issue_key import issue_key
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, ProblemsFound


def without_point(inventory, identifier):
    """The inventory without a point and what stands there; no group may name it."""
    return msgspec.structs.replace(
        inventory,
        points=tuple(point for point in inventory.points if point.id != identifier),
        mounts=tuple(mount for mount in inventory.mounts if mount.point != identifier),
    )


def test_the_first_import_is_revision_1_and_is_told_complete(database, inventory, now, told, say):
    result = say(inventory)
    (message,) = told()
    assert (result.revision, message.revision, message.at) == (1, 1, now)
    assert message.inventory == inventory
    assert snapshot(database).inventory == inventory


def test_the_same_inventory_again_changes_nothing_and_tells_nothing(database, inventory, now, told, say):
    say(inventory)
    again = say(inventory)
    assert (again.revision, again.is_new) == (1, False)
    assert len(told()) == 1


def test_a_difference_is_counted_and_makes_the_next_revision(database, inventory, now, told, say):
    say(inventory)
    smaller = without_point(inventory, "wyndham-1511221")
    result = say(smaller)
    assert (result.revision, result.added, result.changed, result.removed) == (2, 0, 0, 2)
    assert [message.revision for message in told()] == [1, 2]
    assert told()[1].inventory == smaller


def test_a_changed_thing_takes_the_place_of_the_old_one(database, inventory, now, say):
    say(inventory)
    first, *others = inventory.devices
    changed = msgspec.structs.replace(inventory, devices=(msgspec.structs.replace(first, dev_eui="0" * 16), *others))
    result = say(changed)
    assert (result.added, result.changed, result.removed) == (0, 1, 0)
    assert snapshot(database).inventory == changed


def test_who_imported_what_stands_in_the_audit(database, inventory, now, say):
    say(inventory, Actor("engineer:lucie"))
    with database.transaction() as transaction:
        row = transaction.connection.execute(text("SELECT actor, act, subject, detail FROM audit")).one()
    assert row[:3] == ("engineer:lucie", "import_inventory", "revision 1")
    assert f"points : {len(inventory.points)} ajouts" in row.detail


def test_one_directorates_officer_does_not_import_for_all(database, inventory, now, told, say):
    with pytest.raises(Forbidden):
        say(inventory, Actor("officer:paul", "dechets"))
    assert told() == []
    assert snapshot(database).revision == 0


def test_keys_survive_an_import(database, inventory, now, say):
    say(inventory)
    issue_key(database, SYSTEM, now, directorate="gemapi")
    say(without_point(inventory, "wyndham-1511221"))
    (credential,) = snapshot(database).inventory.credentials
    assert credential.directorate == "gemapi"


def test_a_folder_with_problems_changes_nothing(database, now, told, rules, tmp_path):
    import_folder(database, rules, SYSTEM, now)
    known = snapshot(database)
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "wrong.yaml").write_text("kinds: [{id: x}]", encoding="utf-8")
    with pytest.raises(ProblemsFound):
        import_folder(database, tmp_path, SYSTEM, now)
    assert snapshot(database) == known
    assert len(told()) == 1


def test_the_current_revision_is_told_again_as_it_was_told_first(database, inventory, now, told, say):
    assert announce(database) == 0
    say(inventory)
    assert announce(database) == 1
    first, again = told()
    assert again == first


def test_the_summary_counts_each_sort(database, inventory, now, say):
    say(inventory)
    counts = {sort: len(getattr(inventory, sort)) for sort in SORTS}
    assert counts["points"] > 40
    assert summary(database) == {"revision": 1, **counts, "credentials": 0}
