"""The lanes of a drawn night: who ordered what and why, and which luminaires were faulty when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from services.console.lighting_words import FAULTS, SOURCES
from services.console.night_parts import LEFT, RIGHT, Axis, Found, clock, moment_of, text

LANE: Final = 24
"""The height of one."""

_MOST_FAULTS: Final = 6


def lanes_of(night: Found) -> int:
    """How many lanes a night needs."""
    orders = len({_order_name(order) for order in night["overrides"]})
    return max(1, orders) + max(1, min(len(_by_luminaire(night["faults"])), _MOST_FAULTS + 1))


def lanes(night: Found, axis: Axis, y: int) -> Iterator[str]:
    """The lanes from a height downwards."""
    zone = ZoneInfo(night["zone"])
    yield text(20, y - 4, "Ordres / Orders", "b")
    by_order: dict[str, list[Found]] = {}
    for it in night["overrides"]:
        by_order.setdefault(_order_name(it), []).append(it)
    if not by_order:
        yield text(LEFT, y + 15, "aucun : le calendrier a décidé toute la nuit / none, the calendar decided", "s")
    for name, spans in by_order.items() or {"": []}.items():
        yield from _lane(spans, axis, y, "order", name, zone)
        y += LANE
    y += 18
    yield text(20, y - 4, "Défauts / Faults", "b")
    faulty = _by_luminaire(night["faults"])
    if not faulty:
        yield text(LEFT, y + 15, "aucun / none", "s")
    for name, spans in list(faulty.items())[:_MOST_FAULTS]:
        words = f"{name} : {FAULTS[spans[0]['fault']]}"
        yield from _lane(spans, axis, y, "fault", words, zone)
        y += LANE
    if len(faulty) > _MOST_FAULTS:
        yield text(LEFT, y + 15, f"… et {len(faulty) - _MOST_FAULTS} autres luminaires / and more luminaires", "s")


def _lane(spans: Iterable[Found], axis: Axis, y: int, sort: str, words: str, zone: ZoneInfo) -> Iterator[str]:
    """Bars, and beside the first of them what they are, on the side where there is room."""
    first = last = None
    for it in spans:
        begin, end = axis.x(moment_of(it["since"])), axis.x(moment_of(it["until"]))
        first, last = (begin if first is None else first), end
        width = max(end - begin, 2.0)
        yield f'<rect class="{sort}" x="{begin}" y="{y + 2}" width="{width:.1f}" height="{LANE - 6}" rx="3"/>'
    if first is not None and last is not None:
        only = list(spans)
        if len(only) == 1:
            words += f" · {clock(only[0]['since'], zone)} – {clock(only[0]['until'], zone)}"
        right = first + 7.4 * len(words) < RIGHT and last < first + 60
        if right or last + 7.4 * len(words) < RIGHT:
            yield text(last + 8, y + 16, words)
        elif first - 7.4 * len(words) > LEFT:
            yield text(first - 8, y + 16, words, "e")
        else:
            yield text(first + 8, y + 16, words)


def _by_luminaire(faults: Iterable[Found]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for it in faults:
        found.setdefault(it["luminaire"], []).append(it)
    return found


def _order_name(order: Found) -> str:
    level = "" if order["level"] is None else f"{order['level']} % · "
    source = SOURCES.get(order["source"], order["source"])
    return f"{level}{order['reason'] or '?'} · {source} ({order['by']})"
