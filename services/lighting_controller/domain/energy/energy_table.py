"""What was used as a table to take away: one line for each night of each group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_COLUMNS: Final = (
    ("energy_kwh", "energy_kWh"), ("reported_kwh", "reported_kWh"), ("estimated_kwh", "estimated_kWh"),
    ("calendar_kwh", "calendar_kWh"), ("full_kwh", "full_kWh"),
    ("saved_calendar_kwh", "saved_calendar_kWh"), ("saved_full_kwh", "saved_full_kWh"),
    ("cost_eur", "cost_EUR"), ("cost_calendar_eur", "cost_calendar_EUR"), ("cost_full_eur", "cost_full_EUR"),
    ("co2_g", "co2_g"), ("lit_h", "lit_h"), ("lit_estimated_h", "lit_estimated_h"), ("unknown_h", "unknown_h"),
    ("switchings", "switchings"),
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_QUOTED: Final = re.compile(r'[",\r\n]')
HEADER: Final = ",".join(("night", "group", "title", *(name for _, name in _COLUMNS))) + "\r\n"
"""Units stand in the names; lines end with CR LF, as RFC 4180 has it."""


def as_csv(views: Iterable[Mapping[str, Any]]) -> str:
    """The table of an answer; the group of the whole city is empty. Numbers have a decimal point, unknown is empty."""
    lines = (
        ",".join((str(night["night"]), _cell(view["group"] or ""), _cell(view["title"]), *_numbers(night))) + "\r\n"
        for view in views
        for night in view["nights"]
    )
    return HEADER + "".join(lines)


def _numbers(night: Mapping[str, Any]) -> Iterable[str]:
    return ("" if night[key] is None else f"{night[key]:.15g}" for key, _ in _COLUMNS)


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, in quotation marks where it needs them."""
    safe = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if _QUOTED.search(safe) else safe
