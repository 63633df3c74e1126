"""The map: a mark for each point, one for a group of luminaires, and the same as a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.portal.domain.chart import Place
from services.portal.domain.days import drawn_property
from services.portal.domain.ground import LOOKS, window_of
from services.portal.domain.mapping import Projection, Window, moved_apart
from services.portal.domain.pages import LIGHTING
from services.portal.domain.presenting.pointing import Pointing, points_of, tone_at
from services.portal.domain.presenting.tiles import is_held
from services.portal.domain.severity import Tone
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Point, Theme

_APART: Final = {"wide": 17.0, "narrow": 14.0}
_THEMES: Final[tuple[Theme, ...]] = ("water", "noise", "waste", "mobility", "lighting")


@dataclass(frozen=True)
class Spot:
    """What stands at a place.

    Attributes:
        state: what its colour says too: ``alert``, ``doubt``, ``quiet``; tone: of its alert.
        words: title, value and state, for who does not see the mark.
    """

    address: str
    theme: Theme
    title: str
    value: str | None
    note: str | None
    state: str
    tone: Tone
    place: Place
    outside: bool = False

    @property
    def words(self) -> str:
        """All of it in a line."""
        return " – ".join(part for part in (self.title, self.value, self.note) if part)


@dataclass(frozen=True)
class Mark:
    """A spot on a drawing."""

    spot: Spot
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """A map of one width. ``look``: the name of its width."""

    look: str
    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Shelf:
    """The spots of a theme, as a list."""

    theme: Theme
    title: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Map:
    """The section. ``known``: telemetry answered; ``outside``: how many points lie beyond what is drawn, in words."""

    known: bool
    drawings: tuple[Drawing, ...]
    shelves: tuple[Shelf, ...]
    attribution: str
    outside: str | None


def present(snapshot: Snapshot, wording: Wording, theme: Theme | None = None) -> Map:
    """The map of all points, or of a theme's."""
    window = window_of(snapshot.ground, points_of(snapshot))
    spots = list(_spots(Pointing(snapshot, wording), theme, window))
    spots.sort(key=lambda spot: (spot.state != "alert", -list(Tone).index(spot.tone), spot.title))
    inside = [spot for spot in spots if not spot.outside]
    drawings = tuple(_drawing(look, width, window, inside) for look, width in LOOKS.items()) if window else ()
    beyond = len(spots) - len(inside)
    return Map(
        known=snapshot.latest is not None,
        drawings=drawings,
        shelves=tuple(shelf for name in _THEMES if (shelf := _shelf(name, spots, wording)).spots),
        attribution=snapshot.ground.attribution,
        outside=wording.say("outside-map", wording.number(beyond)) if beyond else None,
    )


def _drawing(look: str, width: float, window: Window, spots: Sequence[Spot]) -> Drawing:
    projection = Projection(window, width)
    wanted = [projection.place(*spot.place) for spot in spots]
    places = moved_apart(wanted, _APART[look], width, projection.height)
    marks = tuple(Mark(spot, *place) for spot, place in zip(spots, places, strict=True))
    # The most urgent was placed first, and is drawn last: above the others.
    return Drawing(look, width, projection.height, marks[::-1])


def _shelf(theme: Theme, spots: Sequence[Spot], wording: Wording) -> Shelf:
    own = tuple(spot for spot in spots if spot.theme == theme)
    return Shelf(theme, wording.say(f"nav-{theme}"), own)


def _spots(pointing: Pointing, theme: Theme | None, window: Window | None) -> Iterator[Spot]:
    grouped = {name for group in pointing.snapshot.inventory.groups for name in group.points}
    for point in points_of(pointing.snapshot, theme):
        if point.id not in grouped:
            yield _spot(pointing, point, window)
    if theme in (None, "lighting"):
        yield from _groups(pointing, window)


def _spot(pointing: Pointing, point: Point, window: Window | None) -> Spot:
    kind, shown = pointing.kinds[point.kind], pointing.point(point)
    name = drawn_property(kind)
    value = pointing.value(point, name) if name else None
    doubt = pointing.wording.say("no-value") if value is None else value.doubt
    place = (point.longitude, point.latitude)
    return Spot(
        address=shown.address,
        theme=kind.theme or "lighting",
        title=shown.title,
        value=value.text if value is not None else None,
        note=", ".join(shown.alerts) or doubt,
        state="alert" if shown.alerts else "doubt" if doubt else "quiet",
        tone=shown.tone or Tone.CALM,
        place=place,
        outside=window is None or not window.holds(*place),
    )


def _groups(pointing: Pointing, window: Window | None) -> Iterator[Spot]:
    """A spot for each group of luminaires, in their midst."""
    points = {point.id: point for point in points_of(pointing.snapshot, "lighting")}
    told = {group.group: group for group in pointing.snapshot.lamps or ()}
    for group in pointing.snapshot.inventory.groups:
        own = [points[name] for name in group.points if name in points]
        if not own:
            continue
        state, wording = told.get(group.id), pointing.wording
        place = (sum(p.longitude for p in own) / len(own), sum(p.latitude for p in own) / len(own))
        held = state is not None and is_held(state)
        alerts = pointing.at(own)
        notes = [alert.rule_title for alert in alerts] + ([wording.say("by-override")] if held else [])
        yield Spot(
            address=f"{LIGHTING.address(wording.language)}#{group.id}",
            theme="lighting",
            title=wording.pick(group.title),
            value=None if state is None or state.level is None else wording.percent(state.level),
            note=", ".join(dict.fromkeys(notes)) or None,
            state="alert" if notes else "quiet",
            tone=tone_at(alerts) or (Tone.NOTICE if held else Tone.CALM),
            place=place,
            outside=window is None or not window.holds(*place),
        )
