"""What the registry answers, as tables for people: French, with English beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from shared.civil_time import short_local

_SHOWN: Final = 60
_COLOURS: Final = {"ajout": "green", "modification": "yellow", "retrait": "red"}
_ACTS: Final = {"ajout": "ajout / added", "modification": "modif. / changed", "retrait": "retrait / removed"}


def preview_table(preview: Mapping[str, Any]) -> RenderableType:
    """What an import would do, a line for each field that changes."""
    changes = preview["changes"]
    if not changes:
        return Text("Rien ne changerait. / Nothing would change.")
    table = _table("acte / act", "sorte / sort", "id", "champ / field", "avant / old", "après / new", whole=2)
    lines = [line for change in changes for line in _lines(change)]
    for act, *cells in lines[:_SHOWN]:
        table.add_row(Text(_ACTS[act], style=_COLOURS[act]), *(Text(cell) for cell in cells))
    parts: list[RenderableType] = [table]
    if len(lines) > _SHOWN:
        parts.append(Text(f"... et {len(lines) - _SHOWN} lignes de plus / more lines", style="dim"))
    return Group(*parts, Text(preview["in_words"]))


def _table(*heads: str, whole: int) -> Table:
    """A table whose column ``whole`` is never cut or wrapped: people copy ids from it."""
    table = Table()
    for index, head in enumerate(heads):
        table.add_column(head, no_wrap=index == whole, overflow="fold")
    return table


def _lines(change: Mapping[str, Any]) -> list[tuple[str, ...]]:
    head = (change["act"], change["sort"], change["id"])
    if change["act"] != "modification":
        title = next((item["new"] for item in change["fields"] if item["field"] == "title"), "")
        return [(*head, "", "", _value(title))]
    return [(*head, item["field"], _value(item["old"]), _value(item["new"])) for item in change["fields"]]


def _value(value: Any) -> str:
    if isinstance(value, dict) and "fr" in value:
        return str(value["fr"])
    text = "-" if value in (None, "", [], {}) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def heard_table(states: Sequence[Mapping[str, Any]]) -> Table:
    """Devices and when they were heard; those that are late in red."""
    table = _table("capteur / device", "point", "entendu / heard", "silence", "pile / battery", "radio", whole=0)
    for state in states:
        heard = state["heard"] or {}
        when = short_local(datetime.fromisoformat(heard["at"])) if heard else "jamais / never"
        silent = "-" if state["silent_for_s"] is None else _duration(state["silent_for_s"])
        cells = (state["device"], state["point"] or "-", when, silent, _battery(heard), _radio(heard))
        table.add_row(*(Text(cell) for cell in cells), style="red" if state["is_late"] else None)
    return table


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "j/d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _battery(heard: Mapping[str, Any]) -> str:
    percent, volts = heard.get("battery_percent"), heard.get("battery_v")
    said = [f"{percent:.0f} %" if percent is not None else "", f"{volts:.2f} V" if volts is not None else ""]
    return " ".join(word for word in said if word) or "-"


def _radio(heard: Mapping[str, Any]) -> str:
    units = {"rssi_dbm": "dBm", "snr_db": "dB", "gateways": "passerelles / gateways"}
    return ", ".join(f"{heard[name]:g} {unit}" for name, unit in units.items() if heard.get(name) is not None) or "-"


def keys_table(keys: Sequence[Mapping[str, Any]]) -> Table:
    """Whose keys there are."""
    table = _table("clé / key", "capteur / device", "direction / directorate", "depuis / since", whole=0)
    for key in keys:
        since = short_local(datetime.fromisoformat(key["issued_at"]))
        cells = (key["id"], key["device"] or "-", key["directorate"] or "-", since)
        table.add_row(*(Text(cell) for cell in cells))
    return table
