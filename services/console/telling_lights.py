"""Prints street lights, orders to them and what these would change: French, with English beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.console.lighting_words import LOSSES, SOURCES, local, percent
from services.console.telling_luminaires import luminaires, table_of

Found = Mapping[str, Any]

_STATES: Final = {
    "scheduled": "à venir / to come",
    "to-come": "à venir / to come",
    "acting": "en cours / acting",
    "in-force": "en cours / in force",
    "used-up": "temps épuisé / time used up",
    "over": "terminée / over",
}
_IDLE: Final = "en cours, sans effet à présent / in force, without effect now"


def groups(console: Console, found: Sequence[Found]) -> None:
    """A line for each group."""
    if not found:
        _line(console, "Aucun groupe de luminaires. / No group of luminaires.")
        return
    table = table_of(
        "groupe / group", "calendrier / plan", "voulu / wanted", "par / by", "rapporté / reported", "défauts / faults"
    )
    for each in found:
        faults = sum(lamp["fault"] is not None for lamp in each["luminaires"])
        cells = (
            each["group"],
            f"{each['planned']} %",
            f"{each['level']} %",
            _decides(each),
            _counted(lamp["actual"] for lamp in each["luminaires"]),
            str(faults) if faults else "-",
        )
        table.add_row(*map(Text, cells), style="red" if faults else None)
    _print(console, table)


def group(console: Console, found: Found) -> None:
    """One group, luminaire by luminaire."""
    _line(console, f"{found['group']}  {found['title']}", "bold")
    until = f" jusqu'à / until {local(found['until'])}" if found["until"] else ""
    _line(console, f"  {found['calendar']} : {found['planned']} %")
    _line(console, f"  voulu / wanted : {found['level']} %, {_decides(found)}{until}")
    for lost in found["lost"]:
        _line(console, f"  battu / beaten : {SOURCES[lost['source']]} {lost['level']} % ({LOSSES[lost['why']]})", "dim")
    _print(console, luminaires(found))


def overrides(console: Console, emergencies: Sequence[Found], found: Sequence[Found], groups: Sequence[Found]) -> None:
    """The emergencies, then what else stands; ``groups``: their state, which says what decides."""
    beaten = _beaten(found, {each["group"]: each for each in groups})
    for each in emergencies:
        parts = {item["override"] for item in found if item["emergency"] == each["emergency"]}
        emergency(console, each, idle=bool(parts) and parts <= beaten.keys())
    others = [each for each in found if each["emergency"] is None]
    if not others and not emergencies:
        _line(console, "Aucune commande : tout suit son calendrier. / No override: all follows its calendar.")
    for each in others:
        decides = beaten.get(each["override"])
        state = _STATES[each["state"]] if decides is None else _IDLE
        _line(console, f"{each['group']}  {each['level']} %  {state}", "bold")
        if decides is not None:
            _line(console, f"  décide à présent / decides now : {_decides(decides)}, {decides['level']} %", "yellow")
        _line(console, f"  {SOURCES[each['source']]} : {each['by']} : {each['reason']}")
        day = ", de jour aussi / by day too" if each["day"] else ""
        _line(console, f"  {local(each['starts_at'])} → {local(each['lease_until'])}{day}{_used(each)}")
        _line(console, f"  {each['override']}", "dim")


def emergency(console: Console, found: Found, *, idle: bool = False) -> None:
    """One emergency; ``idle``: it is in force, and nowhere does it decide."""
    state = _IDLE if idle else _STATES[found["state"]]
    _line(console, f"{found['emergency']}  {found['level']} %  {state}", "bold red")
    _line(console, f"  {SOURCES['emergency']} : {found['by']} : {found['reason']}")
    _line(console, f"  {found['where']} : {found['luminaires']} luminaires, {', '.join(found['groups'])}")
    _line(console, f"  {local(found['starts_at'])} → {local(found['until'])}")


def _decides(found: Found) -> str:
    deciding = next((each for each in found["overrides"] if each["override"] == found["source"]), None)
    words = SOURCES.get(found["source"], str(found["source"]))
    if deciding is not None:
        words = f"{SOURCES[deciding['source']]}, {deciding['by']}"
    partly = [each for each in found["overrides"] if each["luminaires"] is not None and each is not deciding]
    return "".join((words, *(f" + {each['emergency']} ({each['luminaires']} lum.)" for each in partly)))


def _beaten(found: Sequence[Found], groups: Mapping[str, Found]) -> dict[str, Found]:
    """The group of each override that acts on all of it and does not decide there: another outranks it, or is brighter.

    Of one that acts on a part of its group nothing is said: its luminaires may not have been decided yet.
    """
    whole = (each for each in found if each["state"] == "acting" and each["luminaires"] is None)
    holders = ((each["override"], groups.get(each["group"])) for each in whole)
    return {name: group for name, group in holders if group is not None and group["source"] != name}


def _used(found: Found) -> str:
    if found["at_most_s"] is None:
        return ""
    used, most = (f"{found[name] / 3600:.1f} h" for name in ("used_s", "at_most_s"))
    return f", {used} de / of {most}"


def _counted(levels: Iterable[int | None]) -> str:
    counted = Counter(map(percent, levels))
    return ", ".join(f"{number} × {level}" for level, number in counted.most_common()) or "-"


def _print(console: Console, table: Table) -> None:
    if not console.is_terminal:
        # In a file or a pipe nothing is cut off.
        console = Console(file=console.file, width=200)
    console.print(table)


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=not console.is_terminal, highlight=False, markup=False)
