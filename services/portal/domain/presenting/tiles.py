"""The home page's tiles: of each theme the one figure that matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.portal.domain.answers import LampGroup
from services.portal.domain.pages import BY_THEME
from services.portal.domain.presenting.flood import KIND, PROPERTY, levels
from services.portal.domain.presenting.mobility import passages_today
from services.portal.domain.presenting.noise import LIMITS
from services.portal.domain.presenting.pointing import Pointing, points_of
from services.portal.domain.presenting.waste import FILL, threshold_of
from services.portal.domain.severity import Tone
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.observations import Quality
from shared.model.registry import Theme


@dataclass(frozen=True)
class Tile:
    """A theme. ``figure`` None: nothing is known; ``detail``: a second fact, if there is one."""

    theme: Theme
    address: str
    title: str
    figure: str | None
    caption: str
    detail: str | None = None
    tone: Tone = Tone.CALM


@dataclass(frozen=True)
class Fact:
    """What a tile says."""

    figure: str | None
    caption: str
    detail: str | None = None
    tone: Tone = Tone.CALM


def present(snapshot: Snapshot, wording: Wording) -> tuple[Tile, ...]:
    """A tile for each theme: what is most urgent stands first."""
    pointing = Pointing(snapshot, wording)
    tiles = [_tile(theme, _fact(theme, pointing), wording) for theme in _FACTS]
    order = list(Tone)
    return tuple(sorted(tiles, key=lambda tile: -order.index(tile.tone)))


def _fact(theme: Theme, pointing: Pointing) -> Fact:
    part = pointing.snapshot.lamps if theme == "lighting" else pointing.snapshot.latest
    return Fact(None, pointing.wording.say("unavailable-short")) if part is None else _FACTS[theme](pointing)


def _tile(theme: Theme, fact: Fact, wording: Wording) -> Tile:
    page = BY_THEME[theme]
    title = wording.say(f"nav-{theme}")
    return Tile(theme, page.address(wording.language), title, fact.figure, fact.caption, fact.detail, fact.tone)


def _water(pointing: Pointing) -> Fact:
    """The gauge that is furthest above, or nearest below, its highest threshold; or else the highest level."""
    snapshot, wording = pointing.snapshot, pointing.wording
    found = []
    for point in points_of(snapshot, "water"):
        value = pointing.value(point, PROPERTY)
        if point.kind != KIND or value is None or value.doubt is not None:
            continue
        marks = [mark for mark in levels(snapshot.rules or (), point.id, alone=False) if not mark.minor]
        crossed = [mark for mark in marks if value.number >= mark.value]
        share = value.number / marks[-1].value if marks and marks[-1].value > 0 else 0.0
        found.append((len(crossed), share, value.number, point, value, crossed))
    if not found:
        return Fact(None, wording.say("no-recent-value"))
    _, share, _, point, value, crossed = max(found, key=lambda item: item[:3])
    below = wording.say("below-thresholds") if share else None
    detail = wording.say("above-threshold", crossed[-1].title) if crossed else below
    return Fact(value.text, point.title, detail, crossed[-1].tone if crossed else Tone.CALM)


def _noise(pointing: Pointing) -> Fact:
    """The loudest station now, and the loudest of last night."""
    snapshot, wording = pointing.snapshot, pointing.wording
    found = [(value, point) for point in points_of(snapshot, "noise") if (value := pointing.value(point, "laeq"))]
    believed = [item for item in found if item[0].doubt is None]
    night, is_over = _night(pointing)
    if not believed:
        return Fact(None, wording.say("no-recent-value"), night)
    value, point = max(believed, key=lambda item: item[0].number)
    alerted = bool(pointing.alerts.get(point.id))
    return Fact(
        value.text, wording.say("loudest", point.title), night, Tone.NOTICE if alerted or is_over else Tone.CALM
    )


def _night(pointing: Pointing) -> tuple[str | None, bool]:
    told = pointing.snapshot.figures.get("noise")
    items = [item for some in ((told.by_point if told else None) or {}).values() for item in some]
    nights = [(item.value, item.point) for item in items if item.name == "ln" and item.value is not None]
    if not nights:
        return pointing.wording.say("night-pending"), False
    level, name = max(nights)
    titles = {point.id: point.title for point in pointing.snapshot.inventory.points}
    text = pointing.wording.quantity(level, "dB", 0.1)
    return pointing.wording.say("loudest-night", text, titles.get(name, name)), level > LIMITS["ln"]


def _waste(pointing: Pointing) -> Fact:
    """How many containers are full."""
    snapshot, wording = pointing.snapshot, pointing.wording
    watched = [point for point in points_of(snapshot, "waste") if threshold_of(pointing.kinds[point.kind]) is not None]
    fills = [(pointing.latest[p.id][FILL], p) for p in watched if FILL in pointing.latest.get(p.id, {})]
    if not fills:
        return Fact(None, wording.say("no-value"))
    full = [
        item
        for item, p in fills
        if item.quality == Quality.GOOD and item.value >= (threshold_of(pointing.kinds[p.kind]) or 0)
    ]
    vital = next((alert for alert in pointing.at(points_of(snapshot, "waste")) if alert.criticality == "vital"), None)
    detail = None if vital is None else f"{vital.rule_title}\N{NO-BREAK SPACE}: {vital.point_title}"
    tone = Tone.DANGER if vital else Tone.NOTICE if full else Tone.CALM
    return Fact(
        wording.number(len(full)),
        wording.say("full-containers-one" if len(full) == 1 else "full-containers", wording.number(len(fills))),
        detail,
        tone,
    )


def _mobility(pointing: Pointing) -> Fact:
    """The passages of today."""
    wording, total = pointing.wording, passages_today(pointing.snapshot)
    firing = sum(1 for point in points_of(pointing.snapshot, "mobility") if pointing.alerts.get(point.id))
    detail = wording.count("counters-alerting", firing) if firing else None
    tone = Tone.NOTICE if firing else Tone.CALM
    if total is None:
        return Fact(None, wording.say("not-worked-out"), detail, tone)
    return Fact(wording.number(total), wording.say("passages-today"), detail, tone)


def _lighting(pointing: Pointing) -> Fact:
    """The luminaires by what they do: held by an order, dimmed, out of step."""
    snapshot, wording = pointing.snapshot, pointing.wording
    lamps = [lamp for group in snapshot.lamps or () for lamp in group.luminaires]
    lit = sum(1 for lamp in lamps if (lamp.actual or 0) > 0)
    dimmed = sum(1 for lamp in lamps if 0 < (lamp.actual or 0) < 100)
    amiss = sum(1 for lamp in lamps if lamp.fault or lamp.actual != lamp.target)
    said = [("lamps-dimmed", dimmed), ("lamps-amiss", amiss)]
    details = [wording.count(name, count) for name, count in said if count]
    held = [group for group in snapshot.lamps or () if is_held(group)]
    details += [wording.count("groups-held", len(held))] if held else []
    caption = wording.say("lamps-lit", wording.number(len(lamps)))
    return Fact(wording.number(lit), caption, ", ".join(details) or None, Tone.NOTICE if held or amiss else Tone.CALM)


def is_held(group: LampGroup) -> bool:
    """Whether an order decides, not the calendar."""
    return any(item.override == group.source for item in group.overrides)


_FACTS: Final[dict[Theme, Callable[[Pointing], Fact]]] = {
    "water": _water,
    "noise": _noise,
    "waste": _waste,
    "mobility": _mobility,
    "lighting": _lighting,
}
