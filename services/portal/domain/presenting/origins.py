"""Where the data come from, whenever they are not the city's own of this moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from services.portal.domain.presenting.pointing import points_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Recording, Theme


@dataclass(frozen=True)
class Origin:
    """Recordings of one source and period, with all their places."""

    recorded: str
    source: str
    licence: str


@dataclass(frozen=True)
class Origins:
    """The section. ``simulated``: how many points are, in words."""

    recordings: tuple[Origin, ...]
    simulated: str | None


def present(snapshot: Snapshot, wording: Wording, theme: Theme | None = None) -> Origins:
    """The origins of all points that are shown, or of a theme's."""
    # While telemetry is away nobody knows which recordings play: all are named.
    points = points_of(snapshot, theme) if snapshot.latest is not None else snapshot.inventory.points
    places: dict[tuple[str, str, str], dict[str, Recording]] = defaultdict(dict)
    for point in points:
        if (told := point.recording) is not None:
            places[told.source, told.licence, told.period.fr].setdefault(told.place, told)
    recordings = tuple(_origin(list(found.values()), wording) for found in places.values())
    simulated = sum(1 for point in points if point.simulated)
    words = wording.count("origin-simulated", simulated) if simulated else None
    return Origins(recordings, words)


def _origin(told: list[Recording], wording: Wording) -> Origin:
    names = ", ".join(item.place for item in told)
    return Origin(
        recorded=wording.say("recorded", names, wording.pick(told[0].period)),
        source=wording.say("source", told[0].source),
        licence=wording.say("licence", told[0].licence),
    )
