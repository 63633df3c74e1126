"""Draws the plan of a year as an SVG picture: a column for each night, from noon down to noon, in the colour of light.

The hours are those of the clocks, so that the two changes of the clocks are the steps that people see in the evening.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from services.console.lighting_colours import DAY, NIGHT, colour_of
from services.console.picture_words import described, nights, programme_colours, summary
from services.lighting_controller.domain.calendars.planning import NightPlan, YearPlan

_LEFT, _TOP, _PER_NIGHT, _PER_HOUR = 72.0, 174.0, 3.0, 19.5
_HEIGHT: Final = 24 * _PER_HOUR
_BOTTOM: Final = _TOP + _HEIGHT
_STRIP: Final = 10
_WIDTH_OF_ALL, _HEIGHT_OF_ALL = 1240, 877
"""The proportions of a sheet of A4, lying."""
_LEANS_LEFT, _BETWEEN = 900.0, 21.0
_STEP: Final = timedelta(minutes=15)
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_STYLE: Final = (
    "text{font-family:'DejaVu Sans',Verdana,Arial,sans-serif;fill:#1d2433;font-size:12px}"
    ".title{font-size:26px;font-weight:bold}.sub{font-size:14px;fill:#465066}"
    ".small{font-size:11px;fill:#465066}.mark{font-size:11.5px}.month{font-size:13px;font-weight:bold}"
    ".grid{stroke:#8b97ad;stroke-width:.6;stroke-opacity:.55}.midnight{stroke:#fff;stroke-width:1;stroke-opacity:.8}"
    ".sun{fill:none;stroke:#1d2433;stroke-width:1.1}.clock{stroke:#c0273d;stroke-width:1;stroke-dasharray:4 3}"
)

Mark = tuple[float, str, str]
"""Where it is, what it says, its colour."""


def drawn(plan: YearPlan) -> str:
    """The picture."""
    size = f'viewBox="0 0 {_WIDTH_OF_ALL} {_HEIGHT_OF_ALL}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc" lang="fr">',
        f'<title id="title">{escape(f"{plan.title} : plan d’éclairage {plan.year}")}</title>',
        f'<desc id="desc">{escape(described(plan))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH_OF_ALL}" height="{_HEIGHT_OF_ALL}" fill="#fff"/>',
        _text(_LEFT, 46, f"{plan.title} – plan d’éclairage {plan.year}", "title"),
        _text(_LEFT, 70, plan.calendar, "sub"),
        *_light(plan),
        *_grid(plan),
        *_suns(plan),
        *_marks(plan),
        *_strip(plan),
        *_months(plan),
        *_legend(plan),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _light(plan: YearPlan) -> Iterator[str]:
    """The field of the day, and on it a path for each colour, which is smaller than a shape for each night."""
    width = len(plan.nights) * _PER_NIGHT
    yield f'<rect x="{_n(_LEFT)}" y="{_n(_TOP)}" width="{_n(width)}" height="{_n(_HEIGHT)}" fill="{DAY}"/>'
    paths: dict[str, list[str]] = defaultdict(list)
    for index, night in enumerate(plan.nights):
        for colour, since, until in _colours(night):
            for top, height in _pieces(since, until, night, ZoneInfo(plan.zone)):
                paths[colour].append(f"M{_n(_x(index))} {_n(top)}h{_n(_PER_NIGHT)}v{_n(height)}h-{_n(_PER_NIGHT)}z")
    for colour, path in paths.items():
        yield f'<path shape-rendering="crispEdges" fill="{colour}" d="{"".join(path)}"/>'


def _colours(night: NightPlan) -> Iterator[tuple[str, datetime, datetime]]:
    for interval in night.intervals():
        if interval.level:
            yield colour_of(interval.level), interval.since, interval.until
        elif max(interval.since, night.dusk) < min(interval.until, night.dawn):
            yield NIGHT, max(interval.since, night.dusk), min(interval.until, night.dawn)


def _pieces(since: datetime, until: datetime, night: NightPlan, zone: ZoneInfo) -> Iterator[tuple[float, float]]:
    """Top and height; in a night in which clocks are changed a piece for each quarter of an hour."""
    if night.ends - night.begins == timedelta(days=1):
        yield _y(since, zone), (until - since) / timedelta(hours=1) * _PER_HOUR
        return
    while since < until:
        end = min(since + _STEP, until)
        yield _y(since, zone), (end - since) / timedelta(hours=1) * _PER_HOUR
        since = end


def _grid(plan: YearPlan) -> Iterator[str]:
    right = _x(len(plan.nights))
    for hours in range(0, 25, 3):
        y, name = _TOP + hours * _PER_HOUR, f"{(12 + hours) % 24} h"
        sort = "midnight" if hours == 12 else "grid"
        yield f'<line class="{sort}" x1="{_n(_LEFT)}" x2="{_n(right)}" y1="{_n(y)}" y2="{_n(y)}"/>'
        yield _text(_LEFT - 8, y + 4, name, "", "end")
        yield _text(right + 8, y + 4, name, "small")
    for index, night in enumerate(plan.nights):
        if night.night.day == 1 and index:
            x = _n(_x(index))
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_n(_TOP)}" y2="{_n(_BOTTOM + _STRIP + 6)}"/>'


def _suns(plan: YearPlan) -> Iterator[str]:
    """The lines of dusk and dawn, with the steps that the clocks make."""
    zone = ZoneInfo(plan.zone)
    for moments in ([night.dusk for night in plan.nights], [night.dawn for night in plan.nights]):
        points = ((index, _y(moment, zone)) for index, moment in enumerate(moments))
        line = "".join(f"{'M' if not index else 'L'}{_n(_x(index))} {_n(y)}h{_n(_PER_NIGHT)}" for index, y in points)
        yield f'<path class="sun" d="{line}"/>'


def _marks(plan: YearPlan) -> Iterator[str]:
    """Above the field: the special nights, and the mornings on which the clocks are changed."""
    places = list[Mark]()
    for index, night in enumerate(plan.nights):
        x = _x(index) + _PER_NIGHT / 2
        if night.ends - night.begins != timedelta(days=1):
            season = "d’été" if night.ends - night.begins < timedelta(days=1) else "d’hiver"
            places.append((x, f"{_day(night.night + timedelta(days=1))} : heure {season}", "#c0273d"))
            y = f'y1="{_n(_TOP - 4)}" y2="{_n(_BOTTOM)}"'
            yield f'<line class="clock" x1="{_n(x)}" x2="{_n(x)}" {y}/>'
        if night.occasion:
            day = _day(night.night)
            places.append((x, night.occasion if day in night.occasion else f"{day} : {night.occasion}", "#1d2433"))
            yield f'<path fill="#1d2433" d="M{_n(x)} {_n(_TOP - 3)}l-4 -7h8z"/>'
    # At the right edge words lean to the left, and the last of them is the first that keeps its place.
    yield from _leaning([place for place in places if place[0] < _LEANS_LEFT], 1)
    yield from _leaning([place for place in reversed(places) if place[0] >= _LEANS_LEFT], -1)


def _leaning(places: Iterable[Mark], way: int) -> Iterator[str]:
    """Words that keep clear of the one before them; ``way``: 1 to the right, -1 to the left."""
    last = float("-inf")
    for x, words, colour in places:
        last = max(x * way, last + _BETWEEN)
        place = f'transform="translate({_n(last * way)} {_n(_TOP - 13)}) rotate({-32 * way})"'
        anchor = f'text-anchor="{"start" if way > 0 else "end"}"'
        yield f'<text class="mark" style="fill:{colour}" {anchor} {place}>{escape(words)}</text>'


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _strip(plan: YearPlan) -> Iterator[str]:
    """Below the field: which programme each night has."""
    colours = programme_colours(plan)
    runs = [
        0,
        *(i for i, (a, b) in enumerate(pairwise(plan.nights), 1) if a.programme != b.programme),
        len(plan.nights),
    ]
    for first, last in pairwise(runs):
        size = f'width="{_n((last - first) * _PER_NIGHT)}" height="{_STRIP}"'
        colour = colours[plan.nights[first].programme]
        yield f'<rect x="{_n(_x(first))}" y="{_n(_BOTTOM + 4)}" {size} fill="{colour}" shape-rendering="crispEdges"/>'


def _months(plan: YearPlan) -> Iterator[str]:
    """The names of the months, and how long the lights burn in each."""
    y = _BOTTOM + _STRIP + 24
    for month in plan.months:
        days = [index for index, night in enumerate(plan.nights) if night.night.month == month.month]
        middle = (_x(days[0]) + _x(days[-1] + 1)) / 2
        yield _text(middle, y, _MONTHS[month.month - 1], "month", "middle")
        yield _text(middle, y + 18, f"{month.lit_s / 3600:.0f} h", "small", "middle")
        yield _text(middle, y + 34, f"{month.full_load_s / 3600:.0f} h", "small", "middle")
    yield _text(_LEFT - 8, y + 18, "allumé", "small", "end")
    yield _text(_LEFT - 8, y + 34, "à 100 %*", "small", "end")


def _legend(plan: YearPlan) -> Iterator[str]:
    y = _BOTTOM + _STRIP + 88
    levels = sorted({item.level for month in plan.months for item in month.levels}, reverse=True)
    entries = [(colour_of(level), f"{level} %") for level in levels]
    if any(month.dark_s for month in plan.months):
        entries.append((NIGHT, "éteint la nuit"))
    yield from _row(y, "Lumière", [*entries, (DAY, "jour")])
    number = Counter(night.programme for night in plan.nights)
    programmes = programme_colours(plan).items()
    yield from _row(y + 26, "Programmes", [(colour, f"{name} ({nights(number[name])})") for name, colour in programmes])
    for line, words in enumerate(summary(plan)):
        yield _text(_LEFT, y + 56 + 18 * line, words, "")


def _row(y: float, title: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield _text(_LEFT, y, title, "month")
    x = _LEFT + 104
    for colour, words in entries:
        size = 'width="22" height="13" stroke="#8b97ad" stroke-width=".6"'
        yield f'<rect x="{_n(x)}" y="{_n(y - 11)}" {size} fill="{colour}"/>'
        yield _text(x + 29, y, words, "")
        x += 52 + 7.4 * len(words)


def _x(index: int) -> float:
    return _LEFT + index * _PER_NIGHT


def _y(moment: datetime, zone: ZoneInfo) -> float:
    local = moment.astimezone(zone)
    return _TOP + ((local.hour - 12) % 24 + local.minute / 60 + local.second / 3600) * _PER_HOUR


def _text(x: float, y: float, words: str, sort: str, anchor: str = "start") -> str:
    kind = f' class="{sort}"' if sort else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{kind} text-anchor="{anchor}">{escape(words)}</text>'


def _n(number: float) -> str:
    """A coordinate, to a hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
