"""The demonstration is honest: each of its points says where its values come from, and lies in the metropolis."""

from pathlib import Path

import pytest

from services.console.scenario_files import load_scenarios
from services.console.scenarios import RecordedPart
from services.device_registry.domain.loading import load
from services.device_registry.sources.folder import read_folder
from shared.documents import read

RULES = Path(__file__).parents[2] / "rules"
CITY = load(read_folder(RULES))
POINTS = {point.id: point for point in CITY.points}
POINT_OF = {mount.device: POINTS[mount.point] for mount in CITY.mounts}
DEMO = load_scenarios(RULES)["demo"]
RECORDED = [part for part in DEMO.parts if isinstance(part, RecordedPart)]
MADE_UP = [part for part in DEMO.parts if not isinstance(part, RecordedPart)]
LUMINAIRES = [point for point in CITY.points if point.kind == "luminaire"]
MANIFESTS = {
    file.stem: read(file.read_text(encoding="utf-8"), file.name).data for file in (RULES / "recordings").glob("*.yaml")
}


def recorded_devices():
    return [(part.recording.id, device) for part in RECORDED for device in part.devices.values()]


def made_up_devices():
    return [device for part in MADE_UP for device in part.simulation.devices]


def demo_points():
    return [POINT_OF[device] for device in (*(device for _, device in recorded_devices()), *made_up_devices())]


def test_every_recording_is_played():
    assert {part.recording.id for part in RECORDED} == set(MANIFESTS)


def test_no_device_is_fed_twice():
    devices = [device for _, device in recorded_devices()] + made_up_devices()
    assert len(devices) == len(set(devices))


@pytest.mark.parametrize(("recording", "device"), recorded_devices())
def test_a_point_that_replays_says_what_was_recorded_where_and_when(recording, device):
    point, manifest = POINT_OF[device], MANIFESTS[recording]
    assert not point.simulated
    assert point.recording.place
    assert point.recording.period.fr == manifest["period"]["fr"]
    assert (point.recording.source, point.recording.licence) == (manifest["source"], manifest["licence"])


@pytest.mark.parametrize("device", made_up_devices())
def test_a_point_with_made_up_values_says_so(device):
    assert POINT_OF[device].simulated
    assert POINT_OF[device].recording is None


def test_luminaires_say_that_they_are_made_up():
    assert all(point.simulated for point in LUMINAIRES)


def test_devices_belong_to_the_directorate_that_sends_for_them():
    owners = {POINT_OF[device].directorate: part.directorate for part in RECORDED for device in part.devices.values()}
    owners |= {POINT_OF[device].directorate: part.directorate for part in MADE_UP for device in part.simulation.devices}
    assert owners == {name: name for name in ("bruit", "dechets", "eclairage", "gemapi", "mobilite")}


def test_every_point_of_the_demonstration_lies_in_a_commune_and_has_its_clock():
    groups = {point for group in CITY.groups if group.id != "berges-garonne" for point in group.points}
    points = [*demo_points(), *(POINTS[point] for point in groups)]
    outside = [point.id for point in points if sum(area.startswith("commune-") for area in point.areas) != 1]
    assert outside == []
    assert {point.zone for point in points} == {"Europe/Paris"}


def test_there_are_92_communes():
    communes = [area for area in CITY.areas if area.id.startswith("commune-")]
    assert len(communes) == 92
    assert sum(len(file.read_bytes()) for file in (RULES / "map").iterdir()) < 150_000


def test_each_theme_replays_something_real():
    kinds = {kind.id: kind.theme for kind in CITY.kinds}
    recorded = {kinds[POINT_OF[device].kind] for _, device in recorded_devices()}
    assert recorded == {"noise", "waste", "water", "mobility", "lighting"}
