"""Prints the plan of a group of luminaires: a year as a table by month, a night as a bar of light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.console.lighting_colours import NIGHT, colour_of
from services.console.picture_words import nights
from services.console.wide_tables import print_whole
from services.lighting_controller.domain.calendars.planning import MonthPlan, NightPlan, YearPlan
from shared.civil_time import long_local
from shared.errors import InputError

_HOUR_S: Final = 3600
_CELL: Final = timedelta(minutes=20)
_MONTHS: Final = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_SHADES: Final = ((100, "█"), (67, "▓"), (34, "▒"), (1, "░"))
_SUN: Final = {"sunset": "coucher du soleil", "dusk": "crépuscule", "dawn": "aube", "sunrise": "lever du soleil"}


@dataclass(frozen=True)
class Printed:
    """Prints plans."""

    console: Console

    def year(self, plan: YearPlan) -> None:
        """The table by month, then special nights, programmes and bylaws."""
        levels = sorted({item.level for month in plan.months for item in month.levels}, reverse=True)
        table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        table.add_column("mois\nmonth", no_wrap=True)
        for words in ("allumage\non", "extinction\noff", "allumé\nlit", *(f"{level} %" for level in levels)):
            table.add_column(words, justify="right", no_wrap=True)
        table.add_column("éteint\ndark", justify="right", no_wrap=True)
        table.add_column("à 100 %\nfull", justify="right", no_wrap=True)
        for month in plan.months:
            table.add_row(*_row(month, levels))
        table.add_section()
        table.add_row(*_total(plan, levels), style="bold")
        self._line(f"{plan.title}, {plan.year}", "bold")
        self._line(f"{plan.calendar} ({plan.group}, {plan.zone})")
        print_whole(self.console, table)
        for words in _notes(plan):
            self._line(words)

    def night(self, plan: YearPlan, night: date) -> None:
        """One night: the bar, then each change.

        Raises:
            InputError: the night is not of that year.
        """
        found = next((each for each in plan.nights if each.night == night), None)
        if found is None:
            raise InputError(f"{night} n'est pas en / is not in {plan.year}")
        zone = ZoneInfo(plan.zone)
        words = long_local(found.begins, zone).rpartition(" à ")[0]
        occasion = f", {found.occasion}" if found.occasion else ""
        self._line(f"{plan.title} : nuit du / night of {words}{occasion} ({found.programme})", "bold")
        self._line(_hours(found, zone), "dim")
        self.console.print(_bar(found), soft_wrap=True)
        for change in found.changes[1:]:
            self._line(f"{_clock(change.at, zone)}  {change.level:>3} %  {in_words(change.by)}".rstrip())
        if hours := (found.ends - found.begins) // timedelta(hours=1) - 24:
            words = (
                "25 heures : à 3 h il est 2 h / 25 hours" if hours > 0 else "23 heures : à 2 h il est 3 h / 23 hours"
            )
            self._line(f"cette nuit, de midi à midi, dure {words}", "yellow")

    def _line(self, words: str, style: str = "") -> None:
        self.console.print(words, style=style, highlight=False, markup=False, soft_wrap=True)


def in_words(step: str) -> str:
    """A step of the sun with its French name: ``dusk - 15 min`` is ``crépuscule - 15 min``; of the clock nothing."""
    if step[:1].isdigit():
        return ""
    event, _, offset = step.partition(" ")
    return f"{_SUN.get(event, event)} {offset}".strip()


def _row(month: MonthPlan, levels: list[int]) -> Iterator[str]:
    held = {item.level: item.seconds for item in month.levels}
    yield _MONTHS[month.month - 1]
    yield _span(month.earliest_on, month.latest_on)
    yield _span(month.earliest_off, month.latest_off)
    yield _h(month.lit_s)
    yield from (_h(held.get(level, 0)) for level in levels)
    yield from (_h(month.dark_s), _h(month.full_load_s))


def _total(plan: YearPlan, levels: list[int]) -> Iterator[str]:
    held: Counter[int] = Counter()
    for month in plan.months:
        held.update({item.level: round(item.seconds) for item in month.levels})
    yield from ("année", "", "", _h(sum(month.lit_s for month in plan.months)))
    yield from (_h(held[level]) for level in levels)
    yield _h(sum(month.dark_s for month in plan.months))
    yield _h(sum(month.full_load_s for month in plan.months))


def _notes(plan: YearPlan) -> Iterator[str]:
    yield "éteint : sans lumière entre le crépuscule et l'aube / dark: without light between dusk and dawn"
    yield "à 100 % : le temps qui, à pleine puissance, ferait autant de lumière / full: that would be as much light"
    programmes = Counter(night.programme for night in plan.nights)
    yield "programmes : " + ", ".join(f"{name} ({nights(number)})" for name, number in programmes.most_common())
    special = [f"{night.night:%d/%m} {night.occasion}" for night in plan.nights if night.occasion]
    if special:
        yield f"nuits particulières / special nights : {', '.join(special)}"
    for zone in plan.extinctions:
        yield f"extinction / may be dark : {zone.bylaw} ; {zone.begins} - {zone.ends}, depuis le / since {zone.since}"


def _span(first: str | None, last: str | None) -> str:
    if first is None or last is None:
        return "-"
    return first if first == last else f"{first}-{last}"


def _h(seconds: float) -> str:
    return f"{seconds / _HOUR_S:.0f} h" if seconds else "-"


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    """By the clocks, which show the hour after three in the morning twice in October."""
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M}" + ((" (heure d'hiver)" if local.fold else " (heure d'été)") if twice else "")


def _cells(night: NightPlan) -> Iterator[datetime]:
    moment = night.begins
    while moment < night.ends:
        yield moment
        moment += _CELL


def _hours(night: NightPlan, zone: ZoneInfo) -> str:
    """A mark at each third hour of the clock."""
    line = ""
    for number, moment in enumerate(_cells(night)):
        local = moment.astimezone(zone)
        if local.minute == 0 and local.hour % 3 == 0:
            line = f"{line:<{number}}{local.hour}h"
    return line


def _bar(night: NightPlan) -> Text:
    bar = Text()
    for moment in _cells(night):
        middle = moment + _CELL / 2
        level = next(each.level for each in night.intervals() if each.since <= middle < each.until)
        if level:
            shade = next(shade for least, shade in _SHADES if level >= least)
            bar.append(shade, style=f"{colour_of(level)} on {NIGHT}")
        else:
            is_night = night.dusk <= middle < night.dawn
            bar.append("·" if is_night else " ", style=f"white on {NIGHT}" if is_night else "")
    return bar
