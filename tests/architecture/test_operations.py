"""What the pages for operators list is all there is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from shared.model.rejections import RejectionReason
from shared.runtime.settings import PREFIX, Settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
OBSERVATIONS = (DOCS / "observations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("reason", list(RejectionReason), ids=str)
def test_every_reason_has_its_row(reason: RejectionReason) -> None:
    assert f"| `{reason}` |" in OBSERVATIONS


@pytest.mark.parametrize("name", [f"{PREFIX}{item.name.upper()}" for item in fields(Settings)])
def test_every_setting_is_told(name: str) -> None:
    assert f"`{name}`" in OPERATIONS
