"""From what the lighting controller saw of a luminaire to observations of its point."""

from __future__ import annotations

from datetime import datetime

from services.telemetry.domain.admitted import Admitted
from services.telemetry.domain.claim import Claim, Rejection
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.judging import is_late, quality
from shared.model.luminaires import UNITS, LuminaireObserved
from shared.model.observations import Observation
from shared.model.rejections import RejectionReason
from shared.units import convert


def admit_luminaire(
    admitted: Admitted, seen: LuminaireObserved, directory: Directory, now: datetime, trace: str
) -> None:
    """Admit the properties that the point's kind has; one that a city's kind leaves out is not wanted there."""
    point = directory.points.get(seen.point)
    if point is None:
        detail = f"no luminaire '{seen.point}' in the registry"
        admitted.refuse(Rejection(RejectionReason.UNKNOWN_DEVICE, detail, seen.point, trace=trace), b"")
        return
    kind = directory.kinds[point.kind]
    for name, value in seen.values.items():
        known = kind.properties.get(name)
        if known is None or name not in UNITS:
            continue
        converted = convert(value, UNITS[name], known.unit)
        observation = Observation(
            point=point.id,
            property=name,
            time=seen.time,
            value=converted,
            unit=known.unit,
            quality=quality(converted, known),
            late=is_late(seen.time, kind, now),
            trace=trace,
        )
        admitted.observe(observation, Claim(point.id, seen.time, None, trace))
