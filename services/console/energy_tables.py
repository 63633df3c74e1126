"""Tables of what lights used, for a terminal: a bar for each night, and what is estimated marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from services.console.lighting_words import FAULTS

_BAR: Final = 12
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
_HEADS: Final = (
    "nuit\nnight", "", "kWh", "€ HT", "calendrier\ncalendar\nkWh", "écart\nagainst it", "100 %\nkWh",
    "écart\nagainst it", "inconnu\nunknown\nh",
)  # fmt: skip
_UPKEEP_HEADS: Final = (
    "luminaire", "modèle\nmodel", "heures\nhours", "estimées\nestimated", "de sa vie\nof its life", "défauts\nfaults",
    "à présent\nnow",
)  # fmt: skip
Found = Mapping[str, Any]


def energy_table(view: Found) -> Table:
    """One group, or the city."""
    title = "Ville / City" if view["group"] is None else f"{view['title']} ({view['group']})"
    table = _table(_HEADS, escape(title))
    most = max((max(night["energy_kwh"], night["full_kwh"]) for night in view["nights"]), default=0.0)
    for night in view["nights"]:
        table.add_row(night["night"], bar(night["energy_kwh"], most), *_cells(night))
    table.add_section()
    table.add_row("total", "", *_cells(view["total"]), style="bold")
    return table


def bar(value: float, most: float) -> str:
    """As long as the value, in eighths of a letter; the longest possible is of ``most``."""
    eighths = 0 if most <= 0 else round(8 * _BAR * value / most)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")


def upkeep_table(luminaires: Iterable[Found]) -> Table:
    """Which luminaires have burnt longest."""
    table = _table(_UPKEEP_HEADS)
    for it in luminaires:
        table.add_row(
            escape(it["luminaire"]),
            escape(it["model"]),
            f"{it['burning_h'] + it['burning_estimated_h']:.1f}",
            f"{it['burning_estimated_h']:.1f}" if it["burning_estimated_h"] else "",
            "-" if it["life_share"] is None else f"{100 * it['life_share']:.2f} %",
            str(it["faults"]),
            FAULTS.get(it["fault"], it["fault"]) or "",
        )
    return table


def _table(heads: Iterable[str], title: str | None = None) -> Table:
    """Its first column is never cut: without the night or the luminaire the others say nothing."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for head in heads:
        table.add_column(head, no_wrap=True)
    return table


def _cells(night: Found) -> list[str]:
    used, mark = night["energy_kwh"], "~" if night["unknown_h"] else ""
    euros = "-" if night["cost_eur"] is None else f"{mark}{night['cost_eur']:.2f}"
    return [
        f"{mark}{used:.2f}",
        euros,
        f"{night['calendar_kwh']:.2f}",
        _against(used, night["calendar_kwh"]),
        f"{night['full_kwh']:.2f}",
        _against(used, night["full_kwh"]),
        f"{night['unknown_h']:.1f}" if night["unknown_h"] else "",
    ]


def _against(used: float, whole: float) -> str:
    return f"{100 * (used - whole) / whole:+.1f} %" if whole else "-"
