"""What a report changes about a luminaire; reports come twice, late and in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.driver import Report
from services.lighting_controller.domain.luminaire import Fault, Luminaire

_HEARD_AGAIN: Final = timedelta(minutes=1)
"""A luminaire that was called silent and speaks is tried again after this."""


def is_older(luminaire: Luminaire, report: Report) -> bool:
    """Whether more is known of it already. A command obeyed since counts, whatever the luminaire's clock says."""
    if luminaire.reported_at is None:
        return False
    if luminaire.obeyed is not None and report.sequence is not None and report.sequence > luminaire.obeyed:
        return False
    return report.at < luminaire.reported_at


def hear(luminaire: Luminaire, report: Report) -> Luminaire:
    """The luminaire after a report; an older one than the last changes nothing."""
    if is_older(luminaire, report):
        return luminaire
    heard = replace(
        luminaire,
        feedback=report.feedback,
        actual=report.actual,
        power_w=report.power_w,
        reported_at=report.at,
        obeyed=report.sequence,
        # One that obeyed more commands than we know of would pass over ours.
        sequence=max(luminaire.sequence, report.sequence or 0),
    )
    if (luminaire.feedback, luminaire.actual) != (report.feedback, report.actual):
        heard = replace(heard, changed_at=report.at)
    if luminaire.actual is not None and report.actual not in (None, luminaire.actual):
        heard = replace(heard, changes=luminaire.changes + 1)
    return replace(heard, in_flight=None, fault=None) if heard.is_in_place else _sooner(heard, report.at)


def _sooner(luminaire: Luminaire, at: datetime) -> Luminaire:
    """One that was silent for long speaks: it need not wait as long as a silent one."""
    flight = luminaire.in_flight
    if flight is None or luminaire.fault is not Fault.COMMUNICATION:
        return luminaire
    return replace(luminaire, in_flight=replace(flight, check_at=min(flight.check_at, at + _HEARD_AGAIN)))
