"""A luminaire as a row, and back."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

import msgspec

from services.lighting_controller.domain.arbitrating import Lost, Source, Wish
from services.lighting_controller.domain.fault import Finding
from services.lighting_controller.domain.luminaire import Confined, InFlight, Luminaire, Told
from services.lighting_controller.domain.road_class import Cut
from services.lighting_controller.storage.tables import LUMINAIRE

_LOST: Final = msgspec.json.Decoder(tuple[Lost, ...])
_PLAIN: Final = (
    "floor",
    "sequence",
    "obeyed",
    "feedback",
    "actual",
    "power_w",
    "lamp_failure",
    "reported_at",
    "changes",
    "changed_at",
    "examine_at",
    "observed_at",
)
"""What a luminaire and its row have under one name."""
_plain: Final = attrgetter(*_PLAIN)
_Row: Any = namedtuple("_Row", LUMINAIRE.columns.keys())  # type: ignore[misc]  # noqa: PYI024 - fields of the table
"""SQLAlchemy's rows look each column up by its name, ten times as slow, and each luminaire has some forty."""
_ALIKE: Final = 4096
"""Thousands of luminaires have few different wishes between them: so many are read and written once."""


def row_of(luminaire: Luminaire) -> dict[str, object]:
    """Column by column, but for what is found of it, which has rows of its own."""
    return {
        "id": luminaire.id,
        **{name: getattr(luminaire, name) for name in _PLAIN},
        **_wishes(luminaire),
        **_envelope(luminaire.confined, luminaire.told),
        **_due(luminaire.in_flight, luminaire.due_at),
        "fault": luminaire.fault and luminaire.fault.value,
    }


def changes_of(before: Luminaire, after: Luminaire) -> dict[str, object]:
    """The columns of which the row has to be written anew, those that belong together together."""
    pairs = zip(_PLAIN, _plain(before), _plain(after), strict=True)
    found: dict[str, object] = {name: now for name, was, now in pairs if was != now}
    if (before.wanted, before.target, before.lost) != (after.wanted, after.target, after.lost):
        found |= _wishes(after)
    if (before.confined, before.told) != (after.confined, after.told):
        found |= _envelope(after.confined, after.told)
    due_at = after.due_at
    if (before.in_flight, before.due_at) != (after.in_flight, due_at):
        found |= _due(after.in_flight, due_at)
    if before.fault is not (fault := after.fault):
        found["fault"] = fault and fault.value
    return found


def luminaire_of(row: Any, findings: tuple[Finding, ...]) -> Luminaire:
    """What ``row_of`` wrote, or a version before, with what is found of it.

    Args:
        row: all columns of the table, in its order.
    """
    row = _Row._make(row)
    target = _target(row)
    return Luminaire(
        id=row.id,
        wanted=_wanted(row, target),
        lost=() if row.lost is None else _lost(row.lost),
        floor=row.floor,
        confined=Confined(_cuts(row.cuts), row.waits_since, row.look_at),
        target=target,
        told=_told(row),
        in_flight=_flight(row),
        sequence=row.sequence,
        obeyed=row.obeyed,
        feedback=row.feedback,
        actual=row.actual,
        power_w=row.power_w,
        lamp_failure=row.lamp_failure,
        reported_at=row.reported_at,
        findings=findings,
        changes=row.changes,
        changed_at=row.changed_at,
        examine_at=row.examine_at,
        observed_at=row.observed_at,
    )


def _wishes(luminaire: Luminaire) -> dict[str, object]:
    target, wanted = luminaire.target, luminaire.wanted
    return {
        "target_source": target and target.source.value,
        "target_level": target and target.level,
        "target_by": target and target.by,
        "target_group": target and target.group,
        "target_ramp_s": target and target.ramp.total_seconds(),
        "target_trace": target and target.trace,
        # Wanted and target are of one source and differ in what the envelope may change, nothing else.
        "wanted_level": wanted and wanted.level,
        "wanted_ramp_s": wanted and wanted.ramp.total_seconds(),
        "lost": _written_lost(luminaire.lost) if luminaire.lost else None,
    }


def _envelope(confined: Confined, told: Told | None) -> dict[str, object]:
    return {
        "cuts": _written(confined.cuts),
        "waits_since": confined.since,
        "look_at": confined.look_at,
        "told_level": told and told.level,
        "told_before": told and told.before,
        "told_at": told and told.at,
        "dimmed_at": told and told.dimmed_at,
        "counted_at": told and told.counted_at,
    }


def _due(flight: InFlight | None, due_at: datetime | None) -> dict[str, object]:
    return {
        "sent_level": flight and flight.level,
        "sent_tries": flight and flight.tries,
        "sent_at": flight and flight.sent_at,
        "check_at": flight and flight.check_at,
        "due_at": due_at,
    }


def _target(row: Any) -> Wish | None:
    if row.target_source is None:
        return None
    return _wish(
        row.target_source, row.target_level, row.target_by, row.target_group, row.target_ramp_s, row.target_trace
    )


@lru_cache(maxsize=_ALIKE)
def _wish(source: str, level: int, by: str, group: str, ramp_s: float, trace: str) -> Wish:
    return Wish(Source(source), level, by, group, timedelta(seconds=ramp_s), trace)


@lru_cache(maxsize=_ALIKE)
def _lost(text: str) -> tuple[Lost, ...]:
    return _LOST.decode(text)


@lru_cache(maxsize=_ALIKE)
def _written_lost(lost: tuple[Lost, ...]) -> str:
    return msgspec.json.encode(lost).decode()


def _flight(row: Any) -> InFlight | None:
    if row.sent_level is None:
        return None
    # The version before knew one time for everything.
    return InFlight(row.sent_level, row.sent_tries, row.check_at or row.due_at, row.sent_at)


def _wanted(row: Any, target: Wish | None) -> Wish | None:
    if target is None or row.wanted_level is None:
        return target
    return _wish(
        row.target_source, row.wanted_level, row.target_by, row.target_group, row.wanted_ramp_s, row.target_trace
    )


def _told(row: Any) -> Told | None:
    if row.told_level is None:
        return None
    return Told(row.told_level, row.told_before, row.told_at, row.dimmed_at, row.counted_at)


def _written(cuts: Sequence[Cut]) -> str | None:
    return ",".join(cuts) or None


def _cuts(text: str | None) -> tuple[Cut, ...]:
    return _cuts_of(text) if text else ()


@lru_cache(maxsize=_ALIKE)
def _cuts_of(text: str) -> tuple[Cut, ...]:
    return tuple(Cut(word) for word in text.split(","))
