"""The sections that pages are made of: what each shows, and the template that writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from services.portal.domain.pages import THEMED
from services.portal.domain.presenting import (
    alerts,
    burnt,
    flood,
    incidents,
    lamps,
    light,
    mobility,
    noise,
    origins,
    outbox,
    summary,
    tiles,
    timeline,
    waste,
    water,
)
from services.portal.domain.presenting import (
    map as map_section,
)
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording

Present = Callable[[Snapshot, Wording], Any]


@dataclass(frozen=True)
class Section:
    """A part of a page. ``present`` says what it shows; the template gets that as ``view``."""

    present: Present
    template: str


def _of_themes() -> Iterator[tuple[str, Section]]:
    """What every theme has of its own."""
    for page in THEMED:
        yield f"{page.id}-map", Section(partial(map_section.present, theme=page.theme), "map.html")
        yield f"{page.id}-alerts", Section(partial(alerts.present, theme=page.theme), "alerts.html")
        yield f"{page.id}-origins", Section(partial(origins.present, theme=page.theme), "origins.html")


SECTIONS: Final[Mapping[str, Section]] = MappingProxyType(
    {
        "time": Section(summary.present_time, "time.html"),
        "summary": Section(summary.present, "summary.html"),
        "tiles": Section(tiles.present, "tiles.html"),
        "map": Section(map_section.present, "map.html"),
        "alerts": Section(alerts.present, "alerts.html"),
        "incidents": Section(incidents.present_incidents, "incidents_brief.html"),
        "timeline": Section(timeline.present, "timeline.html"),
        "noise": Section(noise.present, "cards.html"),
        "waste": Section(waste.present, "cards.html"),
        "river": Section(flood.present_highest, "flood.html"),
        "flood": Section(flood.present, "flood.html"),
        "rain": Section(water.present, "cards.html"),
        "mobility": Section(mobility.present, "cards.html"),
        "lamps": Section(lamps.present, "lamps.html"),
        "burnt": Section(burnt.present, "burnt.html"),
        "light": Section(light.present, "cards.html"),
        "outbox": Section(outbox.present, "outbox.html"),
        "origins": Section(origins.present, "origins.html"),
        **dict(_of_themes()),
    }
)
