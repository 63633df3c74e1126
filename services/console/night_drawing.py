"""Draws how a night went for a group of luminaires: plan, target, light, orders, faults, power; SVG, French first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

from services.console.night_lanes import LANE, lanes, lanes_of
from services.console.night_parts import LEFT, RIGHT, Axis, Found, clock, ends, height, moment_of, stairs, text

_WIDTH: Final = 1200
_LEVELS: Final = (96, 316)
_LANES: Final = 342
_POWER: Final = 170
_HOUR: Final = timedelta(hours=1)
_STYLE: Final = """
text{font:13px system-ui,'DejaVu Sans',sans-serif;fill:#1d2433}
.h{font-size:21px;font-weight:600}.s{fill:#5b6478;font-size:12px}.b{font-weight:600}.e{text-anchor:end}.m{text-anchor:middle}
.grid{stroke:#1d2433;stroke-opacity:.1}.axis{stroke:#5b6478}
.plan{fill:none;stroke:#10151f;stroke-width:1.4;stroke-dasharray:6 4}
.target{fill:none;stroke:#1f5fbf;stroke-width:2.2}
.light{fill:none;stroke:#e08a10;stroke-width:6;stroke-linejoin:round}.range{fill:#f0a030;fill-opacity:.26}
.power{fill:#f0a030;fill-opacity:.55}.guess{fill:url(#doubt)}
.full{fill:none;stroke:#1d2433;stroke-width:1.2;stroke-dasharray:2 4}
.order{fill:#1f5fbf;fill-opacity:.16;stroke:#1f5fbf}.fault{fill:#c02020;fill-opacity:.2;stroke:#c02020}
.unknown{fill:url(#doubt)}.ahead{fill:#fff;fill-opacity:.75}
"""


def draw_night(night: Found) -> str:
    """The picture of the answer to ``/v1/lighting/night``; clock times are those of the place."""
    axis = Axis(moment_of(night["since"]), moment_of(night["until"]))
    power_top = _LANES + lanes_of(night) * LANE + 58
    bottom = power_top + _POWER + 104
    parts = [
        *_heading(night),
        *_sky(night, axis, _LEVELS[0], power_top + _POWER),
        *_levels(night, axis),
        *lanes(night, axis, _LANES),
        *_power(night, axis, power_top),
        *_hours(night, axis, power_top + _POWER),
        *_totals(night["used"], bottom - 32),
    ]
    defs = (
        '<defs><pattern id="doubt" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="#c9cdd6" fill-opacity=".55"/>'
        '<path d="M0 0V7" stroke="#6b7280" stroke-width="2"/>'
        "</pattern></defs>"
    )
    title = f"{night['title']}, {night['night']}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom}" width="{_WIDTH}" height="{bottom}" '
        f'role="img" aria-label={quoteattr(title)}><style>{_STYLE}</style>{defs}'
        f'<rect width="{_WIDTH}" height="{bottom}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _heading(night: Found) -> Iterator[str]:
    begun = date.fromisoformat(night["night"])
    words = f"nuit du {begun:%d/%m} au {begun + timedelta(days=1):%d/%m/%Y}"
    yield text(20, 32, f"{night['title']} : {words}", "h")
    number = night["luminaires"]
    yield text(20, 54, f"{night['calendar']} · {number} luminaires · {night['group']}", "s")
    keys = (
        ("plan", "prévu / planned"), ("target", "voulu / wanted"), ("light", "constaté, moyenne / reported, mean"),
    )  # fmt: skip
    x = 20
    for name, label in keys:
        yield f'<path class="{name}" d="M{x} 76h30"/>' + text(x + 37, 80, label)
        x += 62 + 7 * len(label)
    yield f'<rect class="range" x="{x}" y="68" width="26" height="14"/>' + text(x + 33, 80, "min – max")
    x += 112
    yield f'<rect class="unknown" x="{x}" y="68" width="26" height="14"/>'
    yield text(x + 33, 80, "inconnu, estimé / unknown, estimated")


def _sky(night: Found, axis: Axis, top: int, bottom: int) -> Iterator[str]:
    """Day is white, twilight grey-blue, night darker: who looks sees at once whether lights burn by day."""
    sun = {name: axis.x(moment_of(at)) for name, at in night["sun"].items()}
    pieces = (
        (sun["sunset"], sun["dusk"], 0.09), (sun["dusk"], sun["dawn"], 0.17), (sun["dawn"], sun["sunrise"], 0.09),
    )  # fmt: skip
    for begin, end, depth in pieces:
        size = f'width="{end - begin:.1f}" height="{bottom - top}"'
        yield f'<rect x="{begin}" y="{top}" {size} fill="#2b3f78" fill-opacity="{depth}"/>'


def _levels(night: Found, axis: Axis) -> Iterator[str]:
    top, floor = _LEVELS
    for level in range(0, 101, 25):
        y = height(level, 100, top, floor)
        yield f'<path class="grid" d="M{LEFT} {y}H{RIGHT}"/>' + text(LEFT - 8, y + 4, f"{level} %", "e s")
    moments, end = night["moments"], axis.x(moment_of(night["known_until"]))
    yield from _doubt(night, axis, top, floor)
    for begin, stop, low, high in _ranges(moments, axis, end):
        y, below = height(high, 100, top, floor), height(low, 100, top, floor)
        yield f'<rect class="range" x="{begin}" y="{y}" width="{stop - begin:.1f}" height="{below - y:.1f}"/>'
    target = [(axis.x(moment_of(it["at"])), it["target"]) for it in moments]
    light = [(axis.x(moment_of(it["at"])), it["level"]) for it in moments]
    plan = [(axis.x(moment_of(it["at"])), it["level"]) for it in night["plan"]]
    yield f'<path class="light" d="{stairs(light, end, 100, top, floor)}"/>'
    yield f'<path class="target" d="{stairs(target, end, 100, top, floor)}"/>'
    yield f'<path class="plan" d="{stairs(plan, RIGHT, 100, top, floor)}"/>'


def _ranges(moments: list[Found], axis: Axis, end: float) -> Iterator[tuple[float, float, int, int]]:
    for it, stop in zip(moments, ends(moments, axis, end), strict=True):
        if it["least"] is not None and it["least"] < it["most"]:
            yield axis.x(moment_of(it["at"])), stop, it["least"], it["most"]


def _doubt(night: Found, axis: Axis, top: int, floor: int) -> Iterator[str]:
    """From below, as high as the share of luminaires of which nothing is known."""
    moments, end = night["moments"], axis.x(moment_of(night["known_until"]))
    for it, stop in zip(moments, ends(moments, axis, end), strict=True):
        if it["unknown"]:
            begin, y = axis.x(moment_of(it["at"])), height(it["unknown"], night["luminaires"], top, floor)
            yield f'<rect class="unknown" x="{begin}" y="{y}" width="{stop - begin:.1f}" height="{floor - y:.1f}"/>'


def _power(night: Found, axis: Axis, top: int) -> Iterator[str]:
    floor, moments = top + _POWER, night["moments"]
    end = axis.x(moment_of(night["known_until"]))
    most = max(1.0, night["full_w"], *(it["power_w"] for it in moments)) * 1.05
    unit, per = ("kW", 1000.0) if most >= 2000 else ("W", 1.0)
    yield text(20, top - 12, f"Puissance / Power ({unit})", "b")
    yield text(RIGHT, top - 12, "tirets : le calendrier seul / dashes: calendar alone · points : 100 %", "e s")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        watts = share * night["full_w"]
        y = height(watts, most, top, floor)
        yield f'<path class="grid" d="M{LEFT} {y}H{RIGHT}"/>' + text(LEFT - 8, y + 4, f"{watts / per:.3g}", "e s")
    for it, stop in zip(moments, ends(moments, axis, end), strict=True):
        begin = axis.x(moment_of(it["at"]))
        known = it["power_w"] - it["estimated_w"]
        for sort, low, high in (("power", 0.0, known), ("guess", known, it["power_w"])):
            y, below = height(high, most, top, floor), height(low, most, top, floor)
            if below > y:
                size = f'width="{stop - begin:.1f}" height="{below - y:.1f}"'
                yield f'<rect class="{sort}" x="{begin}" y="{y}" {size}/>'
    watts_planned = [
        (axis.x(moment_of(it["at"])), watts) for it, watts in zip(night["plan"], night["calendar_w"], strict=True)
    ]
    yield f'<path class="plan" d="{stairs(watts_planned, RIGHT, most, top, floor)}"/>'
    dusk, dawn = (axis.x(moment_of(night["sun"][name])) for name in ("dusk", "dawn"))
    y = height(night["full_w"], most, top, floor)
    yield f'<path class="full" d="M{dusk} {floor}V{y}H{dawn}V{floor}"/>'


def _hours(night: Found, axis: Axis, floor: int) -> Iterator[str]:
    zone, moment = ZoneInfo(night["zone"]), axis.since
    yield f'<path class="axis" d="M{LEFT} {floor}H{RIGHT}M{LEFT} {_LEVELS[1]}H{RIGHT}"/>'
    while moment <= axis.until:
        x, local = axis.x(moment), moment.astimezone(zone)
        yield f'<path class="grid" d="M{x} {_LEVELS[0]}V{_LEVELS[1]}M{x} {floor - _POWER}V{floor + 5}"/>'
        # Every hour that clocks show, also the one that they show twice, or skip.
        yield text(x, floor + 19, f"{local:%H}", "m s")
        moment += _HOUR
    for name, label in (("sunset", "coucher / sunset"), ("sunrise", "lever / sunrise")):
        at = moment_of(night["sun"][name])
        yield text(axis.x(at), floor + 36, f"{label} {clock(night['sun'][name], zone)}", "m s")
    if moment_of(night["known_until"]) < axis.until:
        x = axis.x(moment_of(night["known_until"]))
        size = f'width="{RIGHT - x:.1f}" height="{_LEVELS[1] - _LEVELS[0]}"'
        yield f'<rect class="ahead" x="{x}" y="{_LEVELS[0]}" {size}/>'
        yield text(x + 6, _LEVELS[0] + 16, f"à venir depuis {clock(night['known_until'], zone)} / to come", "s")


def _totals(used: Found, y: int) -> Iterator[str]:
    words = f"{'≈ ' if used['unknown_h'] else ''}{used['energy_kwh']:.2f} kWh"
    if used["cost_eur"] is not None:
        words += f" · {used['cost_eur']:.2f} € HT"
    yield text(20, y, words, "h")
    if used["unknown_h"]:
        doubt = f"dont {used['estimated_kwh']:.2f} kWh estimés, pour {used['unknown_h']:.1f} h inconnues"
        yield text(20, y + 20, f"{doubt} / estimated, for the hours in which a luminaire was unknown", "s")
    against = (
        ("calendrier seul / calendar alone", used["saved_calendar_kwh"], used["calendar_kwh"]),
        ("100 % toute la nuit / all night", used["saved_full_kwh"], used["full_kwh"]),
    )
    for line, (name, saved, whole) in enumerate(against):
        told = f"{name} : {whole:.2f} kWh, soit / so {-saved:+.2f} kWh ({_percent(-saved, whole)})"
        yield text(RIGHT, y - 10 + 18 * line, told, "e")


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:+.0f} %" if whole else "–"
