"""What lights used, as a table for a terminal."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from services.console.energy_tables import bar, energy_table, upkeep_table
from services.console.wide_tables import print_whole


@pytest.mark.parametrize(
    ("value", "most", "drawn"), [(0, 10, ""), (10, 10, "█" * 12), (5, 10, "█" * 6), (0.5, 10, "▋"), (1, 0, "")]
)
def test_a_bar_is_as_long_as_its_value(value: float, most: float, drawn: str) -> None:
    assert bar(value, most) == drawn


def night(**fields: Any) -> dict[str, Any]:
    values = {
        "night": "2026-10-24", "energy_kwh": 4.5, "calendar_kwh": 5.0, "full_kwh": 9.0, "cost_eur": 0.8,
        "unknown_h": 0.0,
    }  # fmt: skip
    return values | fields


def shown(table: Any, width: int = 200) -> str:
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        print_whole(console, table)
    assert console.width == width
    return captured.get()


def test_what_is_estimated_in_part_is_marked_and_what_has_no_price_has_none() -> None:
    view = {
        "group": "bank",
        "title": "Berges [x]",
        "nights": [night(), night(unknown_h=1.5, cost_eur=None)],
        "total": night(),
    }
    lines = shown(energy_table(view)).splitlines()
    assert "Berges [x] (bank)" in lines[0]
    cells = [line.split() for line in lines if "2026-10-24" in line]
    assert cells[0] == ["2026-10-24", "█" * 6, "4.50", "0.80", "5.00", "-10.0", "%", "9.00", "-50.0", "%"]
    assert cells[1][2:4] == ["~4.50", "-"]
    assert cells[1][-1] == "1.5"


def test_who_is_to_be_replaced_next_is_told_with_its_faults() -> None:
    lamp = {
        "luminaire": "l1", "model": "m", "burning_h": 10.0, "burning_estimated_h": 2.0, "life_share": 0.5, "faults": 3,
        "fault": "stuck",
    }  # fmt: skip
    assert all(word in shown(upkeep_table([lamp])) for word in ("l1", "12.0", "2.0", "50.00 %", "3", "bloqué / stuck"))


def test_nothing_is_cut_off_on_a_narrow_terminal() -> None:
    view = {"group": None, "title": "", "nights": [night()], "total": night()}
    narrow = shown(energy_table(view), width=40)
    assert "…" not in narrow
    assert "2026-10-24" in narrow
