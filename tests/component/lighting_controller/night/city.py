"""A made-up city of street lights for one night: its registry, calendars, limits and gateways, and what each luminaire
is bound by, worked out here and not by the controller."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple

from services.lighting_controller.domain.network.cabinet import Cabinet, Cabinets, Gateway
from shared.model.registry import Group, Inventory, Point, Text

NOON: Final = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
"""Noon in Paris, before the night of 25 hours in which the clocks go back."""
END: Final = NOON + timedelta(hours=25)
CROSSING: Final = "passage-pieton"
_PER_GATEWAY_S: Final = 20
_PLACES_EVERY: Final = 10
_CROSSINGS: Final = 0.06


class Bounds(NamedTuple):
    """Limits of a class: percent, points, seconds from 0 to 100 %, minutes, percent."""

    floor: int
    step: int
    ramp_s: int
    dwell_min: int
    share: int


CLASSES: Final = {
    "M3": Bounds(60, 30, 30, 15, 25),
    "M5": Bounds(50, 40, 20, 10, 50),
    "P2": Bounds(50, 50, 5, 10, 50),
    "P4": Bounds(40, 60, 5, 10, 50),
    "P6": Bounds(20, 60, 5, 10, 50),
    "C3": Bounds(70, 30, 20, 15, 50),
}
_DEFAULT: Final = "P2"
_OF_GROUPS: Final = ("M3", "P4", None, "P6", "M5", "P2", "P4")

CALENDARS: Final[list[dict[str, Any]]] = [
    {"id": "whole", "title": "W", "steps": {"dusk": "100 %", "dawn": "0 %"}},
    {
        "id": "dims", "title": "D",
        "steps": {"dusk": "100 %", "22:30": "70 %", "00:30": "30 %", "05:00": "70 %", "dawn": "0 %"},
    },
    {
        "id": "dark", "title": "K",
        "steps": {"dusk": "100 %", "23:00": "70 %", "01:00": "0 %", "05:00": "70 %", "dawn": "0 %"},
    },
    {
        "id": "late", "title": "L", "steps": {"dusk": "80 %", "22:00": "40 %", "dawn": "0 %"},
        "programmes": {"week-end": {"dusk": "100 %", "02:30": "50 %", "05:30": "80 %", "dawn": "0 %"}},
        "days": [{"weekday": ["fri", "sat"], "programme": "week-end"}],
    },
    {
        "id": "early", "title": "E",
        "steps": {"sunset - 15 min": "60 %", "dusk": "100 %", "02:30": "45 %", "sunrise + 10 min": "0 %"},
    },
]  # fmt: skip
"""The first is the default. Half past two comes twice in this night."""
DARK_HOURS: Final = ("01:00", "05:00")
"""Of the zone that a bylaw lets be dark: the groups of the calendar ``dark``."""


@dataclass(frozen=True)
class Lamp:
    """A luminaire: its groups, in order, what binds it, and what reaches it."""

    id: str
    groups: tuple[str, ...]
    bounds: Bounds
    gateway: str


@dataclass(frozen=True)
class Street:
    """A group: the place in `CALENDARS` of its calendar, its class, and where it lies, latitude first."""

    id: str
    calendar: int
    road: str | None
    where: tuple[float, float]


class City:
    """All of it, for a number of luminaires in groups of about fifty.

    Attributes:
        streets: the groups by id; some are places, whose luminaires belong to two other groups as well.
    """

    def __init__(self, luminaires: int, groups: int, gateways: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a made-up city
        self.gateways = [f"gateway-{number}" for number in range(gateways)]
        self._members: dict[str, list[str]] = defaultdict(list)
        self._home: dict[str, int] = {}
        self._spots = [(self._chance.uniform(43.15, 43.65), self._chance.uniform(5.0, 5.7)) for _ in range(groups)]
        self.streets: dict[str, Street] = {}
        for number in range(luminaires):
            group = number * groups // luminaires
            self._home[f"lamp-{number:05}"] = group
            self._members[f"street-{group:03}"].append(f"lamp-{number:05}")
        for group in range(groups):
            name = f"street-{group:03}"
            road = _OF_GROUPS[group % len(_OF_GROUPS)]
            self.streets[name] = Street(name, group % len(CALENDARS), road, self._spots[group])
        for group in range(1, groups, _PLACES_EVERY):
            self._add_place(f"place-{group:03}", group)
        self._crossings = {name for name in self._home if self._chance.random() < _CROSSINGS}

    def _add_place(self, name: str, group: int) -> None:
        """A quarter of the luminaires of two neighbours."""
        for each in (group - 1, group):
            own = self._members[f"street-{each:03}"]
            self._members[name] += own[: max(1, len(own) // 4)]
        here = [self._spots[self._home[lamp]] for lamp in self._members[name]]
        where = sum(spot[0] for spot in here) / len(here), sum(spot[1] for spot in here) / len(here)
        self.streets[name] = Street(name, (group // _PLACES_EVERY) % 2, "P4", where)

    @cached_property
    def lamps(self) -> dict[str, Lamp]:
        """All luminaires by id."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._members):
            for lamp in self._members[name]:
                groups[lamp].append(name)
        return {
            lamp: Lamp(lamp, tuple(groups[lamp]), self._bounds(lamp, groups[lamp]), self._gateway(home))
            for lamp, home in self._home.items()
        }

    def _gateway(self, group: int) -> str:
        return self.gateways[group % len(self.gateways)]

    def _bounds(self, lamp: str, groups: list[str]) -> Bounds:
        named = [road for name in groups if (road := self.streets[name].road) is not None] or [_DEFAULT]
        all_ = [CLASSES[road] for road in named] + ([CLASSES["C3"]] if lamp in self._crossings else [])
        return Bounds(
            max(each.floor for each in all_),
            min(each.step for each in all_),
            max(each.ramp_s for each in all_),
            max(each.dwell_min for each in all_),
            min(each.share for each in all_),
        )

    @cached_property
    def allowances(self) -> dict[str, int]:
        """How many luminaires of each group may change within a minute."""
        shares = {name: min(self.lamps[lamp].bounds.share for lamp in own) for name, own in self._members.items()}
        return {name: max(1, len(own) * shares[name] // 100) for name, own in self._members.items()}

    def behind(self, gateway: str) -> frozenset[str]:
        """The luminaires that it reaches."""
        return frozenset(lamp.id for lamp in self.lamps.values() if lamp.gateway == gateway)

    def inventory(self) -> Inventory:
        """As the registry tells it."""
        points = [
            Point(
                id=name, title=name, kind="luminaire", directorate="eclairage",
                latitude=self._spots[home][0], longitude=self._spots[home][1], site=f"cabinet of {self._gateway(home)}",
                tags=(CROSSING,) if name in self._crossings else (),
            )
            for name, home in self._home.items()
        ]  # fmt: skip
        groups = [
            Group(id=name, title=Text(fr=name, en=name), directorate="eclairage", points=tuple(own))
            for name, own in self._members.items()
        ]
        return Inventory(points=tuple(points), groups=tuple(groups))

    def cabinets(self) -> Cabinets:
        """One for each gateway."""
        gateways = {name: Gateway(name, _PER_GATEWAY_S) for name in self.gateways}
        by_site = {f"cabinet of {name}": Cabinet(f"cabinet of {name}", name) for name in self.gateways}
        return Cabinets(gateways=gateways, by_site=by_site)

    def calendars(self) -> str:
        """As ``calendars.yaml`` writes them."""
        own = [[name for name, each in self.streets.items() if each.calendar == place] for place in range(5)]
        named = [calendar | {"groups": own[place]} for place, calendar in enumerate(CALENDARS) if place and own[place]]
        zone = {
            "id": "zone", "bylaw": "2024-001", "since": "2024-01-01", "from": DARK_HOURS[0], "to": DARK_HOURS[1],
            "groups": own[2],
        }  # fmt: skip
        # The shipped law wants a bylaw for what is dark; the default calendar is nobody's by name.
        return json.dumps({"default": "whole", "extinctions": [zone], "calendars": [CALENDARS[0], *named]})

    def limits(self) -> str:
        """As ``limits.yaml`` writes them."""
        classes = {
            name: {
                "floor": f"{own.floor} %", "step": f"{own.step} %", "ramp": f"{own.ramp_s} s",
                "dwell": f"{own.dwell_min} min", "share": f"{own.share} %",
            }
            for name, own in CLASSES.items()
        }  # fmt: skip
        groups = {name: each.road for name, each in self.streets.items() if each.road is not None}
        return json.dumps({"classes": classes, "default": _DEFAULT, "groups": groups, "tags": {CROSSING: "C3"}})
