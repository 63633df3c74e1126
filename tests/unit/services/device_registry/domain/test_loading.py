"""An inventory is read from files that people write."""

from datetime import UTC, datetime

import pytest

from services.device_registry.domain.loading import SourceText, load
from shared.errors import ProblemsFound
from shared.model.registry import Text


@pytest.fixture
def inventory(city):
    return load(city())


def by_id(things):
    return {thing.id: thing for thing in things}


def test_ranges_and_accuracies_are_told_in_the_propertys_unit(inventory):
    level = by_id(inventory.kinds)["water"].properties["level"]
    assert (level.minimum, level.maximum, level.accuracy, level.unit) == (-2.0, 15.0, 0.01, "m")


def test_a_value_is_stale_after_three_periods_unless_said_otherwise(inventory):
    kinds = by_id(inventory.kinds)
    assert kinds["water"].stale_after_s == 3 * 15 * 60
    assert kinds["lamp"].stale_after_s == 90 * 60


def test_a_file_says_once_what_holds_for_every_point_and_device(inventory):
    points, devices = by_id(inventory.points), by_id(inventory.devices)
    assert (points["quay"].kind, points["quay"].directorate) == ("water", "rivers")
    assert (points["lamp"].kind, points["lamp"].directorate) == ("lamp", "light")
    assert (devices["G1"].model, devices["S1"].model) == ("gauge", "sonar")


def test_a_recording_was_made_at_the_point_unless_said_otherwise(inventory):
    recording = by_id(inventory.points)["bridge"].recording
    assert (recording.place, recording.period) == ("Au pont", Text(fr="hier", en="yesterday"))


def test_points_know_the_areas_around_them(inventory):
    assert {point.id: point.areas for point in inventory.points} == {
        "bridge": ("centre",),
        "quay": (),
        "lamp": ("centre",),
    }


def test_points_say_which_place_they_share(inventory):
    assert {point.id: point.site for point in inventory.points} == {"bridge": None, "quay": None, "lamp": "cabinet"}
    assert [(site.id, site.title) for site in inventory.sites] == [("cabinet", "Armoire du pont")]


def test_a_day_begins_at_midnight_of_the_points_zone(inventory, city):
    since = {mount.device: mount.since for mount in inventory.mounts}
    assert since["G1"] == datetime(2019, 12, 31, 23, tzinfo=UTC)
    assert since["S1"] == datetime(2021, 6, 30, 22, tzinfo=UTC)
    assert since["G2"] == datetime(2021, 1, 1, 10, tzinfo=UTC)
    there = load(city('"2021-01-01T10:00:00Z"', "2021-01-01"))
    assert {mount.device: mount.since for mount in there.mounts}["G2"] == datetime(2020, 12, 31, 13, tzinfo=UTC)


def test_a_mount_has_its_calibration(inventory):
    mount = next(mount for mount in inventory.mounts if mount.device == "S1")
    assert (mount.point, mount.sensor_height_m, mount.offsets) == ("bridge", 4.2, {"level": 0.02})
    assert mount.id == "S1@2021-06-30T22:00:00Z"


def test_a_dev_eui_is_kept_in_one_spelling(inventory):
    assert by_id(inventory.devices)["S1"].dev_eui == "70b3d57ba0003bb8"


def test_things_stand_in_the_order_of_ids_whatever_the_order_of_files(city, inventory):
    assert [point.id for point in inventory.points] == ["bridge", "lamp", "quay"]
    assert load(reversed(city())) == inventory


def test_all_problems_of_all_files_are_told_at_once_in_their_order(city):
    broken = [
        SourceText("b.yaml", "points:\n\t- id: x\n"),
        SourceText("a.yaml", "pionts: []\nkinds: 3\n"),
        SourceText("c.yaml", "- a list\n"),
        *city("unit: mm}\n  - id: sonar", "unit: parsec}\n  - id: sonar"),
    ]
    with pytest.raises(ProblemsFound) as raised:
        load(broken)
    told = [(problem.file, problem.span.line, problem.slug) for problem in raised.value.problems]
    assert told == [
        ("a.yaml", 1, "unknown-property"),
        ("a.yaml", 2, "shape"),
        ("b.yaml", 2, "yaml"),
        ("c.yaml", 1, "shape"),
        ("kinds.yaml", 19, "unit"),
    ]


def test_a_fault_in_a_thing_is_not_told_again_wherever_the_thing_is_named(problems):
    (problem,) = problems("period: 15 min", "period: soon")
    assert str(problem).startswith("kinds.yaml:4:13: error[unit]: 'soon' is not a duration")


def test_a_fault_that_holds_for_every_point_is_told_once(problems):
    (problem,) = problems("  kind: water\n  directorate: rivers", "  kind: water\n  directorate: rivers\n  colour: red")
    assert (problem.slug, problem.span.line) == ("unknown-property", 7)
