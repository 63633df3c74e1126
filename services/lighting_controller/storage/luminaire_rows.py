"""A luminaire as a row, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import msgspec

from services.lighting_controller.domain.arbitrating import Lost, Source, Wish
from services.lighting_controller.domain.fault import Finding
from services.lighting_controller.domain.luminaire import Confined, InFlight, Luminaire, Told
from services.lighting_controller.domain.road_class import Cut

_LOST: Final = msgspec.json.Decoder(list[Lost])


def row_of(luminaire: Luminaire) -> dict[str, object]:
    """Column by column, but for what is found of it, which has rows of its own."""
    flight = luminaire.in_flight
    return {
        "id": luminaire.id,
        **_wishes(luminaire),
        **_envelope(luminaire.confined, luminaire.told),
        "floor": luminaire.floor,
        "sent_level": flight and flight.level,
        "sent_tries": flight and flight.tries,
        "sent_at": flight and flight.sent_at,
        "check_at": flight and flight.check_at,
        "sequence": luminaire.sequence,
        "obeyed": luminaire.obeyed,
        "feedback": luminaire.feedback,
        "actual": luminaire.actual,
        "power_w": luminaire.power_w,
        "lamp_failure": luminaire.lamp_failure,
        "reported_at": luminaire.reported_at,
        "fault": luminaire.fault and luminaire.fault.value,
        "changes": luminaire.changes,
        "changed_at": luminaire.changed_at,
        "examine_at": luminaire.examine_at,
        "observed_at": luminaire.observed_at,
        "due_at": luminaire.due_at,
    }


def luminaire_of(row: Any, findings: tuple[Finding, ...]) -> Luminaire:
    """What ``row_of`` wrote, or a version before, with what is found of it."""
    target = _target(row)
    return Luminaire(
        id=row.id,
        wanted=_wanted(row, target),
        lost=() if row.lost is None else tuple(_LOST.decode(row.lost)),
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
        "lost": msgspec.json.encode(luminaire.lost).decode() if luminaire.lost else None,
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


def _target(row: Any) -> Wish | None:
    if row.target_source is None:
        return None
    return Wish(
        source=Source(row.target_source),
        level=row.target_level,
        by=row.target_by,
        group=row.target_group,
        ramp=timedelta(seconds=row.target_ramp_s),
        trace=row.target_trace,
    )


def _flight(row: Any) -> InFlight | None:
    if row.sent_level is None:
        return None
    # The version before knew one time for everything.
    return InFlight(row.sent_level, row.sent_tries, row.check_at or row.due_at, row.sent_at)


def _wanted(row: Any, target: Wish | None) -> Wish | None:
    if target is None or row.wanted_level is None:
        return target
    if (target.level, target.ramp.total_seconds()) == (row.wanted_level, row.wanted_ramp_s):
        return target
    return replace(target, level=row.wanted_level, ramp=timedelta(seconds=row.wanted_ramp_s))


def _told(row: Any) -> Told | None:
    if row.told_level is None:
        return None
    return Told(row.told_level, row.told_before, row.told_at, row.dimmed_at, row.counted_at)


def _written(cuts: Sequence[Cut]) -> str | None:
    return ",".join(cuts) or None


def _cuts(text: str | None) -> tuple[Cut, ...]:
    return tuple(Cut(word) for word in text.split(",")) if text else ()
