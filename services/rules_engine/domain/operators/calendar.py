"""Calendars: ``time_between: ["22:00", "06:00"]``, ``sun_between: [dusk, dawn]``, ``weekday: [sat]``."""

from __future__ import annotations

from typing import Final

from holidays import list_supported_countries

from services.rules_engine.domain.fields import described
from services.rules_engine.domain.inputs.calendar import (
    FARTHEST,
    WEEKDAYS,
    Between,
    Holiday,
    Mark,
    Season,
    SunMark,
    Weekday,
    parse_date,
    parse_mark,
)
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.operators.arguments import Arguments
from services.rules_engine.domain.operators.reader import Reader
from shared.documents import did_you_mean

_FRENCH_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
"""Authors are French, days are written as everywhere; the slip is likely."""


def _between(given: Arguments) -> Input:
    given.count(2, 2, f'{given.name}: ["22:00", "06:00"], or [dusk -30 min, dawn]')
    begin, end = (_mark(given, index) for index in (0, 1))
    if begin == end:
        hint = "a while has a beginning and another end; leave it out if it is always"
        raise given.misread(given.path, f"from {begin} to {end} is no time at all", hint)
    return Between(begin, end)


def _mark(given: Arguments, index: int) -> Mark:
    mark = given.parsed(index, parse_mark, "a time such as 22:00, or dusk -30 min", '"22:00"')
    if isinstance(mark, SunMark) and abs(mark.offset) > FARTHEST:
        message = f"{mark} is more than half a day from the sun's {mark.event}"
        raise given.misread(given.place(index), message, "at most 12 h before or after it")
    return mark


def _weekday(given: Arguments) -> Input:
    given.count(1, 7, "weekday: [sat, sun]")
    for index, value in enumerate(given.values):
        if value not in WEEKDAYS:
            hint = _likely_day(value) or f"there are: {', '.join(WEEKDAYS)}"
            raise given.misread(given.place(index), f"{described(value)} is no day of the week", hint)
    return Weekday(tuple(sorted({WEEKDAYS.index(value) for value in given.values})))


def _likely_day(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    for french, day in zip(_FRENCH_DAYS, WEEKDAYS, strict=True):
        if value.lower() in (french, french[:3]):
            return f"write {day}"
    return did_you_mean(value, WEEKDAYS)


def _season(given: Arguments) -> Input:
    given.count(2, 2, 'date_between: ["06-15", "09-15"]')
    begin, end = (given.parsed(index, parse_date, "a day of the year such as 06-15", '"06-15"') for index in (0, 1))
    return Season(begin, end)


def _holiday(given: Arguments) -> Input:
    given.count(1, 1, "holiday: FR")
    country = given.values[0]
    if not isinstance(country, str) or country not in list_supported_countries(include_aliases=False):
        raise given.misread(given.place(0), f"no public holidays of {described(country)}", "holiday: FR")
    return Holiday(country)


READERS: Final = (
    Reader(("time_between", "sun_between"), 'time_between: ["22:00", "06:00"]', _between),
    Reader(("weekday",), "weekday: [sat, sun]", _weekday),
    Reader(("date_between",), 'date_between: ["06-15", "09-15"]', _season),
    Reader(("holiday",), "holiday: FR", _holiday),
)
