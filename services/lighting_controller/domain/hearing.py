"""What a report changes about a luminaire; reports come twice, late and in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.driver import Report
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.luminaire import Luminaire

_HEARD_AGAIN: Final = timedelta(minutes=1)
"""A luminaire that was called silent and speaks is tried again after this."""
_SILENCE: Final = timedelta(minutes=5)
"""One that said something less long ago was not silent: it speaks and doesn't hear, and is not told more often."""


def is_older(luminaire: Luminaire, report: Report) -> bool:
    """Whether more is known of it already. A command obeyed since counts, whatever the luminaire's clock says."""
    if luminaire.reported_at is None:
        return False
    if luminaire.obeyed is not None and report.sequence is not None:
        if report.sequence > luminaire.obeyed:
            return False
        if report.sequence < luminaire.obeyed and report.at == luminaire.reported_at:
            # Said just before it obeyed, and delivered just after.
            return True
    return report.at < luminaire.reported_at


def hear(luminaire: Luminaire, report: Report) -> Luminaire:
    """The luminaire after a report; an older one than the last changes nothing."""
    if is_older(luminaire, report):
        return luminaire
    same = (luminaire.feedback, luminaire.actual) == (report.feedback, report.actual)
    moved = luminaire.actual is not None and report.actual not in (None, luminaire.actual)
    heard = replace(
        luminaire,
        feedback=report.feedback,
        actual=report.actual,
        power_w=report.power_w,
        lamp_failure=report.lamp_failure,
        reported_at=report.at,
        obeyed=report.sequence,
        # One that obeyed more commands than we know of would pass over ours.
        sequence=max(luminaire.sequence, report.sequence or 0),
        changed_at=luminaire.changed_at if same else report.at,
        changes=luminaire.changes + moved,
    )
    if heard.is_in_place:
        return heard if heard.in_flight is None else replace(heard, in_flight=None)
    return _sooner(heard, luminaire.reported_at, report.at)


def _sooner(luminaire: Luminaire, before: datetime | None, at: datetime) -> Luminaire:
    """One that was silent for long speaks: it need not wait as long as a silent one."""
    flight = luminaire.in_flight
    cut_off = next((item for item in luminaire.faults if item.fault is Fault.COMMUNICATION), None)
    if flight is None or cut_off is None:
        return luminaire
    if before is not None and before >= cut_off.noticed_at and at - before < _SILENCE:
        return luminaire
    return replace(luminaire, in_flight=replace(flight, check_at=min(flight.check_at, at + _HEARD_AGAIN)))
