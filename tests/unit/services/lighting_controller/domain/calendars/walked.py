"""An oracle of calendars that shares nothing with the code: it reads a plain dict, and walks minute by minute.

Who walks looks at the wall clock and at the sky: a time once shown stays passed until noon. Public holidays are worked
out from Easter. The same dict, written as YAML, is what the loader gets.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import astral.sun
from astral import Observer

PARIS = ZoneInfo("Europe/Paris")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
EVENINGS, MORNINGS = ["sunset", "dusk"], ["dawn", "sunrise"]
GROUP = "quai"


def walk(data: dict[str, Any], where: tuple[float, float], first: date, nights: int) -> Iterator[tuple[datetime, int]]:
    """The level in each minute from noon of a day on, UTC; ``where``: latitude and longitude."""
    for night in (first + number * DAY for number in range(nights)):
        steps = programme(data, night)
        yield from _walk_night(steps, where, night, _last(programme(data, night - DAY)) if steps else 0)


def _last(steps: dict[str, str]) -> int:
    return int(list(steps.values())[-1].split()[0]) if steps else 0


def _walk_night(steps: dict[str, str], where: tuple[float, float], night: date, before: int) -> Iterator[Any]:
    written = [(when, int(level.split()[0])) for when, level in steps.items()]
    suns = {when: _sun(when, where, night) for when, _ in written if not when[0].isdigit()}
    clocks = {when: _clock(when, night) for when, _ in written if when[0].isdigit()}
    moment = datetime.combine(night, time(12), PARIS).astimezone(UTC)
    end = datetime.combine(night + DAY, time(12), PARIS).astimezone(UTC)
    shown: set[str] = set()
    while moment < end:
        wall = moment.astimezone(PARIS).replace(tzinfo=None)
        shown.update(when for when, at in clocks.items() if wall >= at)
        level = before
        for when, own in written:
            if when in suns and moment < suns[when]:
                break  # whatever is written below waits for the sun
            if when in suns or when in shown:
                level = own
        yield moment, level
        moment += MINUTE


def _sun(when: str, where: tuple[float, float], night: date) -> datetime:
    event, _, offset = when.partition(" ")
    day = night if event in EVENINGS else night + DAY
    moment = getattr(astral.sun, event)(Observer(*where), day, tzinfo=PARIS)
    minutes = int(offset.replace(" ", "").removesuffix("min")) if offset else 0
    return (moment.astimezone(UTC) + minutes * MINUTE).replace(microsecond=0)


def _clock(when: str, night: date) -> datetime:
    at = time.fromisoformat(when)
    return datetime.combine(night if at.hour >= 12 else night + DAY, at)


def programme(data: dict[str, Any], night: date) -> dict[str, str]:
    """The steps of that night."""
    calendar = data["calendars"][0]
    special = {entry["id"]: entry for entry in data.get("nights", [])}
    for rule in calendar.get("days", []):
        named = rule.get("night")
        is_named = named is None or any(_fits(special[name], night) for name in named)
        if is_named and _fits(rule, night):
            return dict(calendar["programmes"][rule["programme"]])
    return dict(calendar["steps"])


def _fits(rule: dict[str, Any], night: date) -> bool:
    checks = {
        "on": lambda days: f"{night:%m-%d}" in days or f"{night:%Y-%m-%d}" in days,
        "weekday": lambda names: WEEKDAYS[night.weekday()] in names,
        "month": lambda months: night.month in months,
        "nth": lambda words: night == _nth(words, night),
        "holiday": lambda _: night in holidays(night.year),
        "eve": lambda _: night + DAY in holidays((night + DAY).year),
    }
    if not all(check(rule[word]) for word, check in checks.items() if word in rule):
        return False
    if "from" not in rule:
        return True
    first, last = rule["from"], rule["to"]
    if len(first) > 5:
        return first <= f"{night:%Y-%m-%d}" <= last
    # Walk from the evening back to the first one; who meets the last one before is outside.
    day = night
    while f"{day:%m-%d}" != first:
        day -= DAY
        if f"{day:%m-%d}" == last:
            return False
    return True


def _nth(words: str, night: date) -> date:
    which, name = words.split()
    month = [night.replace(day=1) + number * DAY for number in range(31)]
    found = [day for day in month if day.month == night.month and WEEKDAYS[day.weekday()] == name]
    place = -1 if which == "last" else int(which) - 1
    return found[place] if place < len(found) else date.min


def holidays(year: int) -> set[date]:
    """Of France, by Gauss's Easter."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    easter = date(year, f // 31, f % 31 + 1)
    moving = {easter + days * DAY for days in (1, 39, 50)}
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return moving | {date(year, month, day) for month, day in fixed}


def made_up(chance: random.Random) -> dict[str, Any]:
    """A calendar as somebody might write it, or nearly; a bylaw lets it be dark whenever it likes."""
    names = ["fête", "week-end", "été"][: chance.randrange(4)]
    special = [{"id": "a", "title": "A", **_nights(chance)}, {"id": "b", "title": "B", **_nights(chance)}]
    calendar = {"id": "c", "title": "C", "groups": [GROUP], "steps": _steps(chance)}
    if names:
        calendar["programmes"] = {name: _steps(chance) for name in names}
        calendar["days"] = [
            {**_nights(chance), **chance.choice([{}, {"night": ["a"]}, {"night": ["a", "b"]}]), "programme": name}
            for name in chance.choices(names, k=chance.randrange(1, 6))
        ]
    zone = {"id": "z", "bylaw": "Z", "since": "2000-01-01", "from": "12:00", "to": "11:59", "groups": [GROUP]}
    return {"default": "other", "nights": special, "extinctions": [zone], "calendars": [calendar, OTHER]}


OTHER = {"id": "other", "title": "O", "steps": {"dusk": "100 %", "dawn": "0 %"}}


def _steps(chance: random.Random) -> dict[str, str]:
    """In the order of the night; the clock stands between two steps of the sun, or before, or after."""
    evening = _shifted(chance, chance.choice(EVENINGS))
    morning = _shifted(chance, chance.choice(MORNINGS))
    minutes = sorted(chance.sample(range(5 * 60, 20 * 60, 15), k=chance.randrange(6)))
    clocks = [f"{time((12 + at // 60) % 24, at % 60):%H:%M}" for at in minutes]
    early = chance.choice([0, 0, 0, 1])
    late = chance.choice([0, 0, 0, 1])
    times = [*clocks[:early], evening, *clocks[early : len(clocks) - late], morning, *clocks[len(clocks) - late :]]
    levels = [chance.choice([0, 20, 30, 50, 70, 100, chance.randrange(101)]) for _ in times]
    return {when: f"{level} %" for when, level in zip(dict.fromkeys(times), levels, strict=False)}


def _shifted(chance: random.Random, event: str) -> str:
    minutes = chance.choice([0, 0, -45, -20, 15, 40])
    return event if not minutes else f"{event} {'+' if minutes > 0 else '-'} {abs(minutes)} min"


def _nights(chance: random.Random) -> dict[str, Any]:
    days = ["02-28", "02-29", "03-01", "06-21", "07-14", "12-31", "2028-02-29", "2026-10-24"]
    found: Sequence[dict[str, Any]] = [
        {"on": chance.sample(days, k=chance.randrange(1, 4))},
        {"weekday": chance.sample(WEEKDAYS, k=chance.randrange(1, 4))},
        {"nth": f"{chance.choice(['1', '2', '5', 'last'])} {chance.choice(WEEKDAYS)}"},
        {"month": chance.sample(range(1, 13), k=3)},
        {"holiday": "FR"},
        {"eve": "FR"},
        {"from": chance.choice(["06-15", "02-28", "11-15"]), "to": chance.choice(["09-15", "03-15", "12-31"])},
        {"from": "2026-10-01", "to": "2028-03-01"},
    ]
    return {word: value for each in chance.sample(found, k=chance.randrange(1, 3)) for word, value in each.items()}
