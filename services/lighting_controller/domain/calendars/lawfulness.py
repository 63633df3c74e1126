"""Holds calendars against the law: no dark night without a bylaw; heritage and parks dark from one o'clock on.

A year of nights is looked at, the one with which the newest bylaw of the group begins, so that nights on which it is
lifted are among them. Before that the controller itself keeps the floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.lighting_controller.domain.calendars.bylaw import Bylaws
from services.lighting_controller.domain.calendars.calendar import ORDINARY, Calendar, Category
from services.lighting_controller.domain.calendars.extinguishing import (
    Check,
    Found,
    dark_spans,
    first_of_each,
    lit_too_long,
    may_be_dark,
)
from shared.documents import Document, Path
from shared.problems import Problem

_LEAP_YEAR: Final = date(2028, 1, 1)
_DAYS: Final = 366
_DAY: Final = timedelta(days=1)
_OTHERS: Final = "tout autre groupe / any other group"


@dataclass
class Written:
    """A calendar, where it stands, and the groups that it names; the default one has all others too."""

    calendar: Calendar
    path: Path
    groups: tuple[str, ...]
    is_default: bool = False

    @property
    def followers(self) -> tuple[str, ...]:
        """Who is lit by it."""
        return (*self.groups, _OTHERS) if self.is_default else self.groups


def faults_of(written: Written, bylaws: Bylaws, document: Document) -> Iterator[Problem]:
    """Each step that puts a group out at night without a bylaw."""
    calendar, told = written.calendar, set[Path]()
    if calendar.category is not Category.ROAD or not any(may_be_dark(p) for p in calendar.programmes if p.steps):
        return
    # Groups of the same zones are dark in the same nights: one of them is enough.
    for group in {tuple(zone.id for zone in bylaws.of(group)): group for group in reversed(written.followers)}.values():
        for found in first_of_each(calendar, _nights(bylaws, group), _darkness(group, bylaws)):
            place = _place(written, found, document)
            if place not in told:
                told.add(place)
                yield document.problem(
                    place,
                    "dark-at-night",
                    f"« {group} » : éteint la nuit sans arrêté ({found}) / dark at night without a bylaw",
                    "au moins 1 %, ou une zone sous extinctions: avec son arrêté et ces heures / "
                    "1 % at least, or a zone under extinctions: with its bylaw and these hours",
                )


def warnings_of(written: Written, document: Document) -> Iterator[Problem]:
    """What the author should look at: lights without steps, programmes that no rule gives, the decree of 2018."""
    calendar = written.calendar
    if not calendar.steps and written.followers:
        message = "sans pas, seules les règles et les personnes allument / no steps: only rules and people light it"
        yield document.problem((*written.path, "steps"), "no-steps", message, severity="warning")
    used = {rule.programme.name for rule in calendar.days}
    for name in _at(document, written.path).get("programmes") or {}:
        if name not in used:
            where, message = (*written.path, "programmes", name), f"aucune règle ne donne « {name} » / no rule gives it"
            yield document.problem(where, "unused-programme", message, key=True, severity="warning")
    if calendar.category is not Category.ROAD:
        for found in first_of_each(calendar, _ordinary_nights(calendar), lit_too_long):
            yield document.problem(
                _place(written, found, document),
                "heritage-hours",
                f"allumé de jour ou après 1 h ({found}) / lit by day or after one o'clock",
                "arrêté du 27 décembre 2018 : du coucher du soleil à 1 h au plus tard / "
                "decree of 27 December 2018: from sunset to one o'clock at the latest",
                severity="warning",
            )


def _darkness(group: str, bylaws: Bylaws) -> Check:
    return lambda plan, night: dark_spans(plan, group, bylaws, night)


def _nights(bylaws: Bylaws, group: str) -> list[date]:
    zones = bylaws.of(group)
    first = max((zone.since for zone in zones), default=_LEAP_YEAR)
    # A bylaw that another one followed has had its nights.
    last = min((zone.until for zone in zones if zone.until is not None and zone.until >= first), default=date.max)
    return [night for night in (first + number * _DAY for number in range(_DAYS)) if night <= last]


def _ordinary_nights(calendar: Calendar) -> list[date]:
    """Those that are no special ones: for these a prefect may let lights burn longer."""
    nights = (_LEAP_YEAR + number * _DAY for number in range(_DAYS))
    rules = ((night, calendar.rule_of(night)) for night in nights)
    return [night for night, rule in rules if rule is None or not rule.occasions]


def _place(written: Written, found: Found, document: Document) -> Path:
    name = found.programme.name
    steps = (*written.path, "steps") if name == ORDINARY else (*written.path, "programmes", name)
    return (*steps, list(_at(document, steps))[found.step])


def _at(document: Document, path: Path) -> dict[str, Any]:
    value = document.data
    for step in path:
        value = value[step]
    return dict(value)
