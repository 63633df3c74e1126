"""The files of a rules folder are read."""

import pytest

from services.device_registry.domain.loading import load
from services.device_registry.sources.folder import read_folder
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules


def test_yaml_and_geojson_below_kinds_and_inventory_are_read_in_order(tmp_path):
    rules = tmp_path / "rules"
    for name in ("inventory/b.yaml", "inventory/areas/a.geojson", "kinds/z.yml", "kinds/notes.txt", "gemapi/rule.yaml"):
        (rules / name).parent.mkdir(parents=True, exist_ok=True)
        (rules / name).write_text(f"# {name}", encoding="utf-8")
    assert [(source.file, source.text) for source in read_folder(rules)] == [
        ("rules/kinds/z.yml", "# kinds/z.yml"),
        ("rules/inventory/areas/a.geojson", "# inventory/areas/a.geojson"),
        ("rules/inventory/b.yaml", "# inventory/b.yaml"),
    ]


def test_a_file_that_is_not_text_is_a_problem(tmp_path):
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "latin.yaml").write_bytes("é".encode("latin-1"))
    with pytest.raises(ProblemsFound, match=r"kinds/latin\.yaml:1:1.*can't be read"):
        read_folder(tmp_path)


def test_a_folder_without_inventory_is_a_problem_not_an_empty_city(tmp_path):
    with pytest.raises(ProblemsFound, match="no kinds and no inventory"):
        read_folder(tmp_path)


def test_the_shipped_inventory_is_right():
    inventory = load(read_folder(shipped_rules()))
    groups = {group.id: len(group.points) for group in inventory.groups}
    kinds = [point.kind for point in inventory.points]
    assert groups["berges-garonne"] == 12
    assert (kinds.count("water-level"), kinds.count("drop-off-container")) >= (7, 31)
    inside = {point.id for point in inventory.points if point.areas}
    assert inside >= {"garonne-toulouse", "berge-01", "wyndham-1511190"}
    assert all(point.simulated or point.recording for point in inventory.points)


def test_the_shipped_containers_and_luminaires_stand_at_their_sites():
    inventory = load(read_folder(shipped_rules()))
    of = {site.id: [point.id for point in inventory.points if point.site == site.id] for site in inventory.sites}
    assert all(of.values())
    assert of["pav-castellane"] == ["pav-castellane-emballages-1", "pav-castellane-emballages-2"]
    assert of["armoire-quai-du-port"] == [f"vieux-port-{number:02}" for number in range(1, 6)]
    assert [point.id for point in inventory.points if "pav" in point.tags and point.site is None] == []


def test_the_points_of_the_recordings_come_when_asked_for():
    city, with_recordings = (load(read_folder(shipped_rules(), recorded=wanted)) for wanted in (False, True))
    assert {point.id for point in with_recordings.points} > {point.id for point in city.points}
    assert all(point.recording for point in with_recordings.points if point not in city.points)
