"""The officers' page about calendars says what is so: its example is read, and every word and fault is in it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.calendars.reading_nights import KEYS

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "calendriers-eclairage.md").read_text(encoding="utf-8")


def test_the_example_is_read_without_a_fault_or_a_warning() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    calendars = load_calendars(example, "page.yaml")
    assert calendars.warnings == ()
    bourg = calendars.by_group["rue-haute"]
    nights = {date(2026, 7, 14): "nuit de fête", date(2026, 7, 18): "samedi", date(2026, 9, 19): "ordinaire"}
    assert {night: bourg.programme_of(night).name for night in nights} == nights


def test_every_word_for_nights_has_its_row() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", PAGE, re.MULTILINE)
    assert {*KEYS, "night"} <= {word for row in rows for word in re.findall(r"`(\w+)`", row)}


def test_every_fault_has_its_row() -> None:
    domain = ROOT / "services" / "lighting_controller" / "domain"
    files = [*(domain / "calendars").glob("*.py"), domain / "reading.py"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    slugs = set(re.findall(r'"((?:dark|step|night|unknown|double|no|heritage|unused)-[a-z-]+)"', text))
    assert len(slugs) > 12
    assert {slug for slug in slugs if f"`{slug}`" not in PAGE} == set()
