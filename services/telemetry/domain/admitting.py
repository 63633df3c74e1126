"""From a claim to observations: who sent it, where it hangs, what it says. Every refusal has a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.telemetry.domain.claim import Claim, Rejection
from services.telemetry.domain.decoding import Fault, decode
from services.telemetry.domain.directory import Directory, may_send
from services.telemetry.domain.judging import TOLERATED_SKEW, is_from_the_future, is_late, quality
from shared.model.observations import Observation
from shared.model.registry import Credential, Device, Mount
from shared.model.rejections import RejectionReason


class _Origin(msgspec.Struct, frozen=True):
    device: Device
    mount: Mount


def admit(claim: Claim, credential: Credential, directory: Directory, now: datetime) -> Iterator[Observation | Fault]:
    """The observations in a claim, or what is wrong with it."""
    origin = _origin(claim, credential, directory, now)
    if isinstance(origin, Fault):
        yield origin
        return
    model = directory.models[origin.device.model]
    kind = directory.kinds[model.kind]
    for value in decode(claim.values, model, kind, origin.mount):
        if isinstance(value, Fault):
            yield value
            continue
        yield Observation(
            point=origin.mount.point,
            property=value.property,
            time=claim.time,
            value=value.value,
            unit=value.unit,
            quality=quality(value.value, kind.properties[value.property]),
            late=is_late(claim.time, kind, now),
            trace=claim.trace,
        )


def _origin(claim: Claim, credential: Credential, directory: Directory, now: datetime) -> _Origin | Fault:
    device = directory.device(claim.device, by_eui=claim.by_eui)
    if device is None:
        return Fault(RejectionReason.UNKNOWN_DEVICE, f"no device '{claim.device}' in the registry")
    if is_from_the_future(claim.time, now):
        limit = int(TOLERATED_SKEW.total_seconds() / 60)
        detail = f"{claim.time.isoformat()} is more than {limit} min after {now.isoformat()}: check the sensor's clock"
        return Fault(RejectionReason.FROM_THE_FUTURE, detail)
    mount = directory.mount_at(device.id, claim.time)
    if mount is None:
        detail = f"'{device.id}' was at no point at {claim.time.isoformat()}: install it in the registry"
        return Fault(RejectionReason.NOT_MOUNTED, detail)
    if not may_send(credential, device, directory.points[mount.point]):
        return Fault(RejectionReason.WRONG_KEY, f"this key is not that of '{device.id}'")
    return _Origin(device, mount)


def rejection(fault: Fault, claim: Claim, index: int) -> Rejection:
    """The fault of the claim at that position."""
    return Rejection(fault.reason, fault.detail, claim.device, index, claim.trace)
