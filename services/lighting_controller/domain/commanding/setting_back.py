"""What was noted by a clock that has been set back since: were it left ahead of the clock, it would wait for that time.

A machine may start with a clock that is hours or years ahead, and be told the time of the network a minute later.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from msgspec.structs import replace

from services.lighting_controller.domain.fault import Finding
from services.lighting_controller.domain.luminaire import Confined, InFlight, Luminaire, Told
from services.lighting_controller.domain.orders.override import Override


def luminaire_as_of(luminaire: Luminaire, now: datetime) -> Luminaire:
    """The luminaire with nothing behind it that is still to come; what waits for its time is looked at now."""
    return replace(
        luminaire,
        confined=_confined(luminaire.confined, now),
        told=None if luminaire.told is None else _told(luminaire.told, now),
        in_flight=None if luminaire.in_flight is None else _in_flight(luminaire.in_flight, now),
        reported_at=_past(luminaire.reported_at, now),
        findings=tuple(_finding(finding, now) for finding in luminaire.findings),
        changed_at=_past(luminaire.changed_at, now),
        examine_at=_past(luminaire.examine_at, now),
        observed_at=_past(luminaire.observed_at, now),
    )


def override_as_of(override: Override, now: datetime) -> Override:
    """The override with its lease as long as it was, so that requests of now are newer, and its end is near.

    What persons ask for ends at a time of the clock, and stays.
    """
    if override.asked_at <= now:
        return override
    if not override.order.rule:
        return dataclasses.replace(override, asked_at=now)
    return dataclasses.replace(
        override,
        starts_at=min(override.starts_at, now),
        asked_at=now,
        lease_until=override.lease_until - (override.asked_at - now),
        counted_until=min(override.counted_until, now),
        used_up_at=None,
    )


def _confined(confined: Confined, now: datetime) -> Confined:
    return replace(confined, since=_past(confined.since, now), look_at=_past(confined.look_at, now))


def _told(told: Told, now: datetime) -> Told:
    dimmed_at, counted_at = _past(told.dimmed_at, now), _past(told.counted_at, now)
    return replace(told, at=min(told.at, now), dimmed_at=dimmed_at, counted_at=counted_at)


def _in_flight(flight: InFlight, now: datetime) -> InFlight:
    return replace(flight, check_at=min(flight.check_at, now), sent_at=_past(flight.sent_at, now))


def _finding(finding: Finding, now: datetime) -> Finding:
    noticed_at = min(finding.noticed_at, now)
    return replace(
        finding, noticed_at=noticed_at, since=_past(finding.since, now), well_since=_past(finding.well_since, now)
    )


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return None if moment is None else min(moment, now)
