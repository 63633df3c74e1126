"""What a report changes about a luminaire; reports come twice, late and in any order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import Luminaire

_HEARD_AGAIN: Final = timedelta(seconds=10)
"""A luminaire that was silent and speaks is tried again after this; and one that speaks so long after it was told
something, and does not obey, has not heard it."""
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


def shows_a_way_back(before: Luminaire, after: Luminaire) -> bool:
    """Whether a report shows that a luminaire is reached again for which commands were in vain."""
    flight, told = after.in_flight, before.in_flight
    if told is None or after.reported_at == before.reported_at:
        return False
    cut_off = next((item for item in before.faults if item.fault is Fault.COMMUNICATION), None)
    if cut_off is not None:
        return before.reported_at is None or before.reported_at < cut_off.noticed_at
    return flight is not None and flight.check_at < told.check_at


def try_anew(luminaire: Luminaire, now: datetime, patience: Patience) -> Luminaire:
    """One that stopped answering, and whose neighbours behind the same gateway are heard again."""
    flight = luminaire.in_flight
    if flight is None or luminaire.obeys or flight.tries < patience.tries or flight.check_at <= now + _HEARD_AGAIN:
        return luminaire
    return replace(luminaire, in_flight=replace(flight, tries=0, check_at=now + _HEARD_AGAIN))


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
    return _sooner(heard, luminaire, report.at)


def _sooner(luminaire: Luminaire, was: Luminaire, at: datetime) -> Luminaire:
    """One that was silent speaks: it need not wait as long as a silent one.

    One that was cut off is tried as one that is told something for the first time, and one whose tries are used up once
    more: they may all have been made while nobody could hear them.
    """
    flight, before = luminaire.in_flight, was.reported_at
    if flight is None or luminaire.obeys:
        return luminaire
    cut_off = next((item for item in luminaire.faults if item.fault is Fault.COMMUNICATION), None)
    if cut_off is None:
        if not flight.tries or not _was_silent(was) or flight.sent_at is None:
            return luminaire
        if at - flight.sent_at < _HEARD_AGAIN:
            return luminaire
        tries = max(1, flight.tries - 1)
    elif before is None or before < cut_off.noticed_at:
        tries = 0
    elif at - before >= _SILENCE:
        tries = flight.tries
    else:
        return luminaire
    return replace(luminaire, in_flight=replace(flight, tries=tries, check_at=min(flight.check_at, at + _HEARD_AGAIN)))


def _was_silent(luminaire: Luminaire) -> bool:
    """Whether it has said nothing since something new was wanted of it: this happens once for each that is."""
    before, changed_at = luminaire.reported_at, luminaire.changed_at
    return before is None or (changed_at is not None and before < changed_at)
