"""What a person asks of street lights, in the person's words, judged; every fault is named at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from services.lighting_controller.domain.orders import order_faults
from services.lighting_controller.domain.orders.emergency import Scope
from services.lighting_controller.domain.orders.polygon_wanted import BadPolygon, geometry_of
from shared.civil_time import moment_of
from shared.errors import InputError
from shared.units import UnitError, parse_duration

LONGEST: Final = timedelta(days=31)
"""A street that someone holds for longer wants another calendar."""

LONGEST_EMERGENCY: Final = timedelta(hours=24)
"""Who still needs it then renews it: it must not burn on because nobody thought of it."""

FURTHEST: Final = timedelta(days=366)
"""Nobody plans a night for longer ahead."""

USUAL_EMERGENCY: Final = "4 h"
"""What a fire brigade asks for."""

_LONGEST_RAMP_S: Final = 3600
_SHORTEST_REASON, _LONGEST_REASON = 3, 500
_LONGEST_KEY: Final = 200
_MOST_GROUPS: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class Times(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it acts. ``expiration`` or ``lasts``, not both.

    Attributes:
        start, expiration: RFC 3339, or ``2026-10-25 02:30`` by the clocks of Paris, of two such moments the first; no
            start: now.
        lasts: ``4 h``, time that passes, whatever is done to the clocks meanwhile.
        ramp_s: time in which the level is to be reached (TALQ's rampToLevelTime), 0 to 3600 seconds.
        day: act also by day, or while the calendar has the group unlit.
        key: the caller's own name for this demand: the same, asked again, changes nothing.
    """

    reason: str = ""
    start: str | None = None
    expiration: str | None = None
    lasts: str | None = None
    ramp_s: float = 0.0
    day: bool = False
    key: str | None = None


class WantedOverride(Times, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level for a group, 0 to 100 percent, also as JSON's 50.0.

    No level is TALQ's empty command: the group resumes its calendar.
    """

    group: str
    level: float | None = None


class WantedEmergency(Times, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Light for a registry's ``area``, a GeoJSON ``polygon`` or ``groups``: 100 % for 4 h unless said otherwise."""

    area: str | None = None
    polygon: dict[str, Any] | None = None
    groups: list[str] = []
    level: float = 100


class WantedRenewal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A later end for an emergency."""

    reason: str = ""
    expiration: str | None = None
    lasts: str | None = None


class BadOrder(InputError):
    """What is asked for can't be done as it stands; ``faults`` says all that is wrong, each with its field."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


class KeyTaken(InputError):
    """The caller gave this key to another demand before."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"key: '{key}' a déjà servi pour une autre demande / was given to another demand before; choose a new one"
        )


@dataclass(frozen=True)
class Span:
    """From when until when, UTC."""

    starts_at: datetime
    ends_at: datetime


def span_of_override(wanted: WantedOverride, now: datetime) -> Span:
    """When a wanted override acts.

    Raises:
        BadOrder: with all that is wrong with it.
    """
    faults = [*check_id("group", wanted.group)]
    if wanted.level is not None:
        return _judged(wanted, now, LONGEST, [*faults, *_level(wanted.level)])
    faults += [f"{name}: {order_faults.EMPTY}" for name in _said(wanted)]
    if faults or "\0" in wanted.reason:
        raise BadOrder(faults or [f"reason: {order_faults.TEXT}"])
    return Span(now, now)


def check_id(name: str, text: str) -> Iterator[str]:
    """A fault if it can be no id of the registry."""
    if not _ID.fullmatch(text):
        yield f"{name}: {order_faults.BAD_ID}"


def span_of_emergency(wanted: WantedEmergency, now: datetime) -> Span:
    """When a wanted emergency acts.

    Raises:
        BadOrder: with all that is wrong with it.
    """
    if wanted.expiration is None and wanted.lasts is None:
        wanted = msgspec.structs.replace(wanted, lasts=USUAL_EMERGENCY)
    return _judged(wanted, now, LONGEST_EMERGENCY, [*_level(wanted.level), *_scope(wanted)])


def scope_of(wanted: WantedEmergency) -> Scope:
    """Where a judged emergency is."""
    geometry = None if wanted.polygon is None else geometry_of(wanted.polygon)
    return Scope(area=wanted.area, geometry=geometry, groups=tuple(dict.fromkeys(wanted.groups)))


def new_end(wanted: WantedRenewal, now: datetime) -> datetime:
    """Until when a renewed emergency lasts, counted from now.

    Raises:
        BadOrder: with all that is wrong with it.
    """
    lasts = wanted.lasts if wanted.lasts or wanted.expiration else USUAL_EMERGENCY
    asked = Times(reason=wanted.reason, expiration=wanted.expiration, lasts=lasts)
    return _judged(asked, now, LONGEST_EMERGENCY, []).ends_at


def digest_of(wanted: msgspec.Struct) -> str:
    """The same for the same demand."""
    return hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()


def _said(wanted: Times) -> Iterator[str]:
    blank = Times()
    for name in ("start", "expiration", "lasts", "ramp_s", "day"):
        if getattr(wanted, name) != getattr(blank, name):
            yield name


def _judged(wanted: Times, now: datetime, longest: timedelta, faults: list[str]) -> Span:
    faults += _texts(wanted)
    span = _span(wanted, now, longest, faults)
    if faults or span is None:
        raise BadOrder(faults)
    return span


def _texts(wanted: Times) -> Iterator[str]:
    if not _SHORTEST_REASON <= len(wanted.reason.strip()) <= _LONGEST_REASON:
        yield order_faults.bad_reason(_SHORTEST_REASON, _LONGEST_REASON)
    if "\0" in wanted.reason + (wanted.key or ""):
        yield f"reason, key: {order_faults.TEXT}"
    if not 0 <= wanted.ramp_s <= _LONGEST_RAMP_S:
        yield order_faults.bad_ramp(wanted.ramp_s, _LONGEST_RAMP_S)
    if wanted.key is not None and not 1 <= len(wanted.key) <= _LONGEST_KEY:
        yield order_faults.bad_key(_LONGEST_KEY)


def _level(level: float) -> Iterator[str]:
    if level not in range(101):
        yield order_faults.bad_level(level)


def _scope(wanted: WantedEmergency) -> Iterator[str]:
    if wanted.area is not None and wanted.polygon is not None:
        yield order_faults.AREA_OR_POLYGON
    if wanted.area is None and wanted.polygon is None and not wanted.groups:
        yield order_faults.NO_PLACE
    for index, group in enumerate(wanted.groups[:_MOST_GROUPS]):
        yield from check_id(f"groups[{index}]", group)
    if wanted.area is not None:
        yield from check_id("area", wanted.area)
    if len(wanted.groups) > _MOST_GROUPS:
        yield order_faults.too_many_groups(_MOST_GROUPS)
    if wanted.polygon is not None:
        try:
            geometry_of(wanted.polygon)
        except BadPolygon as error:
            yield str(error)


def _span(wanted: Times, now: datetime, longest: timedelta, faults: list[str]) -> Span | None:
    start = _moment("start", wanted.start, faults)
    starts_at = max(start or now, now)
    if starts_at - now > FURTHEST:
        faults.append(order_faults.too_far(FURTHEST.days))
    if (wanted.expiration is None) == (wanted.lasts is None):
        faults.append(order_faults.NO_END)
        return None
    ends_at = _moment("expiration", wanted.expiration, faults)
    if wanted.lasts is not None:
        ends_at = _after(starts_at, wanted.lasts, faults)
    if ends_at is None:
        return None
    if ends_at <= starts_at:
        faults.append(order_faults.OVER_BEFORE)
    elif ends_at - starts_at > longest:
        faults.append(order_faults.too_long(longest // timedelta(hours=1)))
    return Span(starts_at, ends_at)


def _moment(name: str, text: str | None, faults: list[str]) -> datetime | None:
    try:
        return None if text is None else moment_of(text)
    except InputError as error:
        faults.append(f"{name}: {error}")
        return None


def _after(starts_at: datetime, lasts: str, faults: list[str]) -> datetime | None:
    try:
        return starts_at + parse_duration(lasts)
    except (UnitError, OverflowError) as error:
        faults.append(f"lasts: {error}")
        return None
