"""Prints what an order to street lights would change, and what becomes of it minute by minute; French, then English."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console

from services.console.lighting_words import FAULTS, SOURCES, local, percent
from shared.civil_time import PARIS

Found = Mapping[str, Any]

_MOST: Final = 12
_MINUTES: Final = 30
"""More lines nobody reads: the last one tells when all is done."""


def preview(console: Console, found: Found) -> None:
    """What an order would change."""
    number, changed = len(found["luminaires"]), found["changed"]
    _line(console, f"{', '.join(found['groups'])} : {found['level']} %", "bold")
    _line(console, f"  {local(found['starts_at'])} → {local(found['ends_at'])}")
    if found["never"]:
        _line(
            console,
            "  n'agirait pas : éteint jusqu'à la fin ; --day l'impose / would not act: unlit until its end",
            "yellow",
        )
    elif not found["acts_at_once"]:
        _line(
            console,
            f"  n'agit qu'à partir de / acts only from {local(found['at'])} (--day : tout de suite / at once)",
            "yellow",
        )
    _line(console, f"  {number} luminaires, {changed} changent / change")
    for change, names in _changes(found["luminaires"]).items():
        _line(console, f"    {change} : {_names(names)}")
    _wishes(console, "l'emporte sur / beats", found["beats"])
    _wishes(console, "cède à / is beaten by", found["beaten_by"], "yellow")
    if found["ungrouped"]:
        ungrouped = _names(found["ungrouped"])
        _line(console, f"  sans groupe, non commandés / in no group, not commanded : {ungrouped}", "yellow")
    if found["course"] is not None:
        _course(console, found["course"])


def _wishes(console: Console, title: str, wishes: Sequence[Found], style: str = "") -> None:
    for wish in wishes:
        who = "" if wish["by"] in SOURCES else f" {wish['by']}"
        why = f" ({wish['reason']})" if wish["reason"] else ""
        until = f" → {local(wish['until'])}" if wish["until"] else ""
        _line(console, f"  {title} : {SOURCES[wish['source']]}{who} {wish['level']} %{why}{until}", style)


def _changes(luminaires: Sequence[Found]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in luminaires:
        limited = " (limite de la voie / limit of the street)" if each["after"] == each["floor"] else ""
        found[f"{each['before']} % → {each['after']} %{limited}"].append(each["luminaire"])
    return dict(sorted(found.items()))


def _course(console: Console, course: Found) -> None:
    """How the limits of the streets let it happen."""
    minutes = course["minutes"]
    if minutes:
        _line(console, "  minute par minute / minute by minute :")
    for minute in minutes[:_MINUTES]:
        moves = ", ".join(_move(move, alone=len(minute["moves"]) == 1) for move in minute["moves"])
        whose = f"{minute['luminaires']} lum., {minute['share']} % de la zone / of the zone"
        _line(console, f"    {_clock(minute['at'])}  {whose} : {moves}")
    if len(minutes) > _MINUTES:
        _line(console, f"    … (+{len(minutes) - _MINUTES} minutes)")
    _waiting(console, "baissés récemment, attendent / dimmed recently, wait", course["dwelling"])
    _waiting(console, "armoire coupée, attendent / cabinet without power, wait", course["dark"])
    held = [(each["luminaire"], f"{SOURCES[each['source']]} {each['level']} %") for each in course["held"]]
    _named(console, "tenus par plus fort / held by something stronger", held)
    faulty = [(each["luminaire"], FAULTS[each["fault"]]) for each in course["faulty"]]
    _named(console, "en défaut, ne suivront pas / faulty, will not follow", faulty, "red")
    if course["unfinished"]:
        late = f"{len(course['unfinished'])} lum. : {_names(course['unfinished'])}"
        _line(console, f"  pas au niveau avant la fin / not at the level before the end : {late}", "yellow")
    elif course["done_at"] is not None:
        _line(console, f"  tous au niveau / all at the level : {local(course['done_at'])}", "bold")


def _move(move: Found, *, alone: bool) -> str:
    number = "" if alone else f"{move['luminaires']} × "
    ramp = f" en / in {move['ramp_s']:g} s" if move["ramp_s"] else ""
    return f"{number}{percent(move['before'])} → {move['level']} %{ramp}"


def _waiting(console: Console, title: str, waiting: Sequence[Found]) -> None:
    words = [(each["luminaire"], f"jusqu'à / until {_clock(each['until'])}") for each in waiting]
    _named(console, title, words, "yellow")


def _named(console: Console, title: str, found: Sequence[tuple[str, str]], style: str = "yellow") -> None:
    """A line for each reason, with whom it is for."""
    why = defaultdict[str, list[str]](list)
    for luminaire, words in found:
        why[words].append(luminaire)
    for words, luminaires in sorted(why.items()):
        _line(console, f"  {title} {words} : {len(luminaires)} lum. : {_names(luminaires)}", style)


def _names(luminaires: Sequence[str]) -> str:
    more = f" … (+{len(luminaires) - _MOST})" if len(luminaires) > _MOST else ""
    return f"{', '.join(luminaires[:_MOST])}{more}"


def _clock(moment: str) -> str:
    """By the clocks of Paris."""
    return f"{datetime.fromisoformat(moment).astimezone(PARIS):%H h %M}"


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=not console.is_terminal, highlight=False, markup=False)
