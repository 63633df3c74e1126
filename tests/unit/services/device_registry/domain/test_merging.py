"""What the rules folder says beside what was changed in operation."""

import msgspec
import pytest

from services.device_registry.domain.assembling import draft_of, inventory_of, problems_of, standing, things
from services.device_registry.domain.loading import load
from services.device_registry.domain.merging import merge, plain
from shared.model.registry import Device, Site


@pytest.fixture
def folder(city):
    return load(city())


def with_title(inventory, point, title):
    points = (msgspec.structs.replace(item, title=title) if item.id == point else item for item in inventory.points)
    return msgspec.structs.replace(inventory, points=tuple(points))


def without(inventory, point):
    return msgspec.structs.replace(
        inventory,
        points=tuple(item for item in inventory.points if item.id != point),
        mounts=tuple(mount for mount in inventory.mounts if mount.point != point),
    )


def merged(before, known, folder):
    said = {(sort, thing.id): plain(thing) for sort, thing in things(before)}
    result = merge(said, known, draft_of((sort, standing(sort, thing)) for sort, thing in things(folder)))
    return inventory_of(result.draft), result.conflicts


def title_of(inventory, point):
    return next(item.title for item in inventory.points if item.id == point)


def test_what_the_folder_left_as_it_was_stays_as_operation_changed_it(folder):
    known = with_title(folder, "quay", "Quai neuf")
    assert merged(folder, known, folder) == (known, ())


def test_what_the_folder_changed_is_taken_and_nothing_else(folder):
    known = with_title(folder, "quay", "Quai neuf")
    new, conflicts = merged(folder, known, with_title(folder, "bridge", "Pont neuf"))
    assert (title_of(new, "bridge"), title_of(new, "quay"), conflicts) == ("Pont neuf", "Quai neuf", ())


def test_what_both_changed_is_taken_from_the_folder_and_named(folder):
    known = with_title(folder, "quay", "Quai neuf")
    new, conflicts = merged(folder, known, with_title(folder, "quay", "Quai vieux"))
    assert title_of(new, "quay") == "Quai vieux"
    assert conflicts == (("points", "quay"),)


def test_what_both_changed_alike_is_no_conflict(folder):
    known = with_title(folder, "quay", "Quai neuf")
    assert merged(folder, known, known) == (known, ())


def test_what_came_by_import_stays(folder):
    known = msgspec.structs.replace(folder, devices=(*folder.devices, Device(id="X1", model="gauge")))
    new, conflicts = merged(folder, known, folder)
    assert (new, conflicts) == (known, ())


def at_site(inventory, point, site):
    points = (msgspec.structs.replace(item, site=site) if item.id == point else item for item in inventory.points)
    return msgspec.structs.replace(inventory, points=tuple(points))


def test_a_site_that_operation_made_and_filled_stays(folder):
    made = msgspec.structs.replace(folder, sites=(*folder.sites, Site(id="weir", title="Le seuil")))
    known = at_site(made, "quay", "weir")
    assert merged(folder, known, folder) == (known, ())
    new, conflicts = merged(folder, known, with_title(folder, "bridge", "Pont neuf"))
    assert {point.id: point.site for point in new.points} == {"bridge": None, "lamp": "cabinet", "quay": "weir"}
    assert conflicts == ()


def test_a_site_that_vanished_under_a_point_of_operation_is_told_with_the_point(folder):
    known = at_site(folder, "quay", "cabinet")
    said = {(sort, thing.id): plain(thing) for sort, thing in things(folder)}
    dropped = msgspec.structs.replace(at_site(folder, "lamp", None), sites=())
    draft = merge(said, known, draft_of((sort, standing(sort, thing)) for sort, thing in things(dropped))).draft
    assert [(problem.slug, problem.file) for problem in problems_of(draft)] == [
        ("unknown-site", "registry points quay")
    ]


def test_what_is_gone_from_the_folder_goes_with_what_operation_mounted_there(folder):
    moved = msgspec.structs.replace(folder.mounts[0], id="X@later", point="quay")
    known = msgspec.structs.replace(folder, mounts=(*folder.mounts, moved))
    new, conflicts = merged(folder, known, without(folder, "quay"))
    assert {point.id for point in new.points} == {"bridge", "lamp"}
    assert {mount.point for mount in new.mounts} == {"bridge"}
    assert conflicts == ()


def test_what_operation_changed_and_the_folder_dropped_is_named(folder):
    known = with_title(folder, "quay", "Quai neuf")
    _, conflicts = merged(folder, known, without(folder, "quay"))
    assert conflicts == (("points", "quay"),)


def test_what_operation_removed_stays_away_while_the_folder_says_the_same(folder):
    known = without(folder, "quay")
    new, conflicts = merged(folder, known, folder)
    assert {point.id for point in new.points} == {"bridge", "lamp"}
    assert conflicts == ()


def test_a_kind_that_vanished_under_an_imported_point_is_told_with_the_point(folder):
    imported = msgspec.structs.replace(folder.points[0], id="imported", kind="fog")
    known = msgspec.structs.replace(folder, points=(*folder.points, imported))
    said = {(sort, thing.id): plain(thing) for sort, thing in things(folder)}
    draft = merge(said, known, draft_of((sort, standing(sort, thing)) for sort, thing in things(folder))).draft
    (problem,) = problems_of(draft)
    assert (problem.slug, problem.file) == ("unknown-kind", "registry points imported")
