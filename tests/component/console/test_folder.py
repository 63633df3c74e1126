"""A data folder belongs to one story at a time, and nothing of others is ever removed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.console.folder import LIVE, Story, opened
from shared.errors import InputError

MOMENT = datetime(2022, 1, 10, tzinfo=UTC)


def test_a_story_that_was_cut_short_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path, "crue") as story:
        assert story.moment is None
        Story("crue", MOMENT).save(tmp_path)
    with opened(tmp_path, "crue") as story:
        assert story.moment == MOMENT


def test_a_finished_story_begins_anew_and_strangers_stay(tmp_path: Path) -> None:
    Story("crue", MOMENT, finished=True).save(tmp_path)
    (tmp_path / "telemetry.sqlite").touch()
    (tmp_path / "thesis.txt").touch()
    with opened(tmp_path, "crue") as story:
        assert story.moment is None
    assert not (tmp_path / "telemetry.sqlite").exists()
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize(("kept", "wanted"), [("crue", LIVE), (LIVE, "crue"), ("demo", "crue")])
def test_another_story_is_refused_and_loses_nothing(tmp_path: Path, kept: str, wanted: str) -> None:
    Story(kept, MOMENT, finished=True).save(tmp_path)
    (tmp_path / "telemetry.sqlite").touch()
    with pytest.raises(InputError, match=f"holds '{kept}', not '{wanted}'"), opened(tmp_path, wanted):
        pass
    assert (tmp_path / "telemetry.sqlite").exists()


def test_two_cities_cannot_share_a_folder(tmp_path: Path) -> None:
    with opened(tmp_path, LIVE), pytest.raises(InputError, match="another vigie"), opened(tmp_path, LIVE):
        pass
