"""Prints the luminaires of a group: what each is commanded and does, who decides, what was cut, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from services.console.lighting_words import CUTS, FAULTS, SOURCES, percent, short_local

Found = Mapping[str, Any]


def table_of(*heads: str) -> Table:
    """A table in which all is read, however narrow the terminal is."""
    table = Table()
    for index, head in enumerate(heads):
        table.add_column(head, no_wrap=index == 0, overflow="fold")
    return table


def luminaires(found: Found) -> Table:
    """The luminaires of a group, a line for each; red: something is wrong."""
    deciding = {each["override"]: f"{SOURCES[each['source']]}, {each['by']}" for each in found["overrides"]}
    table = table_of(
        "luminaire",
        "commandé / target",
        "retour / feedback",
        "lumière / actual",
        "par / by",
        "limité / cut",
        "défauts / faults",
    )
    for lamp in found["luminaires"]:
        levels = (percent(lamp[name]) for name in ("target", "feedback", "actual"))
        source = lamp["source"] or "-"
        cells = (lamp["luminaire"], *levels, deciding.get(source) or SOURCES.get(source, source), _cut(lamp))
        table.add_row(*map(Text, (*cells, _faults(lamp))), style="red" if lamp["faults"] else None)
    return table


def _cut(lamp: Found) -> str:
    """What was wanted, which limits keep it from that, and when they may allow more."""
    if not lamp["cuts"]:
        return "-"
    limits = ", ".join(CUTS[cut] for cut in lamp["cuts"])
    until = f" → {short_local(lamp['look_at'])}" if lamp["look_at"] else ""
    return f"{percent(lamp['wanted'])} : {limits}{until}"


def _faults(lamp: Found) -> str:
    return "\n".join(f"{FAULTS[each['fault']]}, {short_local(each['since'])}" for each in lamp["faults"]) or "-"
