"""Whoever names the folder of a directorate means the rules in it."""

from pathlib import Path

import pytest

from services.console.rule_paths import rules_at

FILES = (
    "inventory/points.yaml",
    "teams.yaml",
    "gemapi/crue.yaml",
    "gemapi/pluie/fine.yaml",
    "bruit/nuit.yaml",
    "kinds/water.yaml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("[]\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".", ["bruit/nuit.yaml", "gemapi/crue.yaml", "gemapi/pluie/fine.yaml"]),
        ("gemapi", ["gemapi/crue.yaml", "gemapi/pluie/fine.yaml"]),
        ("gemapi/pluie", ["gemapi/pluie/fine.yaml"]),
        ("gemapi/crue.yaml", ["gemapi/crue.yaml"]),
        ("nowhere.yaml", ["nowhere.yaml"]),
    ],
)
def test_the_files_at_a_path(folder: Path, path: str, found: list[str]) -> None:
    assert [str(file.relative_to(folder)) for file in rules_at(folder / path)] == found
