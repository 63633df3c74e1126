"""Draws duty in the terminal: a line for each day, a column for each hour, a colour for each person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from shared.civil_time import long_local, short_local

_COLOURS: Final = ("green", "cyan", "magenta", "yellow", "blue", "bright_green", "bright_cyan", "bright_magenta")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DAYS: Final = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_HOUR: Final = timedelta(hours=1)
_NOBODY: Final = "personne / nobody"


@dataclass(frozen=True)
class Picture:
    """Prints answers of the city about duty."""

    console: Console

    def who(self, answer: dict[str, Any]) -> None:
        """Who is on call, until when, whom to ask next, and what is wrong with the calendar."""
        zone = ZoneInfo(answer["zone"])
        self._line(f"{answer['title']} – {long_local(_moment(answer['at']), zone)}", "bold")
        style = "green" if answer["people"] else "bold red"
        self._line(f"{_names(answer)}  ({_span(answer, zone)}){_reason(answer)}", style)
        for rung in answer["ladder"][1:]:
            self._line(f"puis / then : {_shown(rung)}", "")
        calendar = answer["calendar"]
        if calendar is not None and calendar["failure"]:
            since = "jamais / never" if calendar["fetched_at"] is None else short_local(_moment(calendar["fetched_at"]))
            self._line(f"agenda / calendar : {calendar['failure']} (copie du / copy of {since})", "red")

    def shifts(self, answer: dict[str, Any]) -> None:
        """The calendar, then who the letters are, then each shift."""
        zone, shifts = ZoneInfo(answer["zone"]), answer["shifts"]
        letters = _letters(shifts)
        self._line(f"{answer['title']} – {answer['zone']}", "bold")
        self._line("           0     6     12    18", "dim")
        for day in _days(shifts, zone):
            self.console.print(
                Text.assemble(f"{_DAYS[day.weekday()]} {day:%d/%m}  ", _drawn(day, shifts, zone, letters))
            )
        for names, (letter, colour) in letters.items():
            self.console.print(Text.assemble((letter, colour), f"  {names}"))
        for shift in shifts:
            self._line(f"{_span(shift, zone)}  {_names(shift)}{_reason(shift)}", "" if shift["people"] else "red")

    def gaps(self, answer: list[dict[str, Any]]) -> None:
        """Each gap of each schedule."""
        for item in answer:
            zone = ZoneInfo(item["zone"])
            self._line(item["title"], "bold")
            for gap in item["gaps"]:
                self._line(f"  {_span(gap, zone)}  {_NOBODY}", "red")
            if not item["gaps"]:
                self._line("  aucun trou / no gap", "green")

    def _line(self, words: str, style: str) -> None:
        self.console.print(words, style=style, highlight=False, markup=False, soft_wrap=True)


def _drawn(day: date, shifts: Sequence[dict[str, Any]], zone: ZoneInfo, letters: dict[str, tuple[str, str]]) -> Text:
    """A cell for each hour of a day, of which there are 23 or 25 twice a year; who is on duty when it begins."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    row = Text()
    while start < end:
        # What begins and ends between two hours is seen in the list below.
        found = [item for item in shifts if _moment(item["start"]) < start + _HOUR and _moment(item["end"]) > start]
        row.append(*_cell(found, letters))
        start += _HOUR
    return row


def _cell(found: Sequence[dict[str, Any]], letters: dict[str, tuple[str, str]]) -> tuple[str, str]:
    if not found:
        return " ", ""
    gap = next((item for item in found if not item["people"]), None)
    return ("·", "bold red") if gap else letters[_names(found[0])]


def _letters(shifts: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    names = dict.fromkeys(_names(shift) for shift in shifts if shift["people"])
    return dict(zip(names, zip(cycle(_LETTERS), cycle(_COLOURS), strict=False), strict=False))


def _days(shifts: Sequence[dict[str, Any]], zone: ZoneInfo) -> Iterator[date]:
    day = _moment(shifts[0]["start"]).astimezone(zone).date()
    last = (_moment(shifts[-1]["end"]) - timedelta(seconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _names(shift: dict[str, Any]) -> str:
    return _shown(shift["people"]) or _NOBODY


def _shown(people: Sequence[dict[str, str]]) -> str:
    return " ; ".join(person["shown"] for person in people)


def _reason(shift: dict[str, Any]) -> str:
    return f"  [{shift['by']}]" if shift["by"] else ""


def _span(stretch: dict[str, Any], zone: ZoneInfo) -> str:
    end = "…" if stretch["end"] is None else short_local(_moment(stretch["end"]), zone)
    return f"{short_local(_moment(stretch['start']), zone)} – {end}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
