"""A city of its own keeps its rules folder, also when somebody forgets to name it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.console.folder import LIVE, Story, opened
from services.console.rules_followed import OtherRules, follow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def named(folder: Path) -> dict[str, str]:
    return {"VIGIE_RULES_DIR": str(folder)}


def test_who_names_no_folder_is_refused_where_another_was_followed(data: Path, tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    follow(own, data, named(own))
    for _ in range(2):
        with pytest.raises(OtherRules, match=f"suit le dossier de règles {own}.*\n.*follows the rules folder {own}"):
            follow(shipped, data, {})
    follow(own, data, named(own))


def test_who_names_a_folder_means_it(data: Path, tmp_path: Path) -> None:
    own, other, shipped = tmp_path / "own", tmp_path / "other", tmp_path / "shipped"
    follow(own, data, named(own))
    follow(other, data, named(other))
    with pytest.raises(OtherRules, match=str(other)):
        follow(shipped, data, {})
    follow(shipped, data, named(shipped))
    follow(shipped, data, {})


def test_shipped_rules_are_followed_wherever_an_update_puts_them(data: Path, tmp_path: Path) -> None:
    follow(tmp_path / "vigie-1", data, {})
    follow(tmp_path / "vigie-2", data, {})


def test_an_emptied_folder_follows_whatever_it_is_given(data: Path, tmp_path: Path) -> None:
    Story("crue", finished=True).save(data)
    follow(tmp_path / "own", data, named(tmp_path / "own"))
    with opened(data, LIVE, fresh=True):
        follow(tmp_path / "shipped", data, {})
