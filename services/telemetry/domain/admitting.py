"""From a claim to observations: who sent it, where it hangs, what it says. Every refusal has a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.telemetry.domain.claim import Claim, Reading, Rejection
from services.telemetry.domain.decoding import Fault, Value, decode
from services.telemetry.domain.directory import Directory, may_send
from services.telemetry.domain.hearing import heard
from services.telemetry.domain.judging import TOLERATED_SKEW, is_from_the_future, is_late, quality
from shared.model.devices import Heard
from shared.model.observations import Observation, Quality
from shared.model.registry import Credential, Device, Kind, Model, Mount
from shared.model.rejections import RejectionReason

Found = Observation | Reading | Heard | Fault
"""What there is in a claim."""


class _Origin(msgspec.Struct, frozen=True):
    device: Device
    mount: Mount
    model: Model
    kind: Kind


class _Content(msgspec.Struct, frozen=True):
    """What a claim says, by name; None: nothing, as a frame of the network alone."""

    values: Mapping[str, Any] | None
    fault: Fault | None = None
    whole: bool = False
    earlier: Sequence[tuple[datetime, Mapping[str, Any]]] = ()


def admit(claim: Claim, credential: Credential, directory: Directory, now: datetime) -> Iterator[Found]:
    """The observations in a claim, what it shows of its device, and what is wrong with it."""
    origin = _origin(claim, credential, directory, now)
    if isinstance(origin, Fault):
        yield origin
        return
    content = _content(claim, origin.model, directory)
    if not claim.simulated:
        yield heard(claim, origin.device.id, origin.model, content.values)
    if content.values is not None:
        for found in decode(content.values, origin.model, origin.kind, origin.mount, whole=content.whole):
            if isinstance(found, Fault):
                yield found
            elif not found.cumulative:
                yield _observation(found, claim, origin, now)
            elif not claim.simulated:
                # A counter that was made up would spoil the next true difference.
                yield _reading(found, claim, origin, now)
    for time, values in content.earlier:
        yield from _sent_again(time, values, claim, credential, directory, now)
    if content.fault is not None:
        yield content.fault


def _sent_again(
    time: datetime, values: Mapping[str, Any], claim: Claim, credential: Credential, directory: Directory, now: datetime
) -> Iterator[Found]:
    """What was measured before; the device may have hung elsewhere then. It was heard now."""
    past = msgspec.structs.replace(claim, time=time, values=values, payload=b"")
    return (found for found in admit(past, credential, directory, now) if not isinstance(found, Heard))


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
    model = directory.models[device.model]
    return _Origin(device, mount, model, directory.kinds[model.kind])


def _content(claim: Claim, model: Model, directory: Directory) -> _Content:
    """The model's own codec decides where there are bytes; else what the network server decoded."""
    read = directory.readers.get(model.id) if claim.payload else None
    if read is not None:
        frame = read(claim.payload)
        fault = _unread(frame.unread, model) if frame.unread else None
        return _Content(frame.values, fault, True, frame.earlier)
    if claim.values is None and claim.payload:
        detail = f"nobody decodes it: give {model.id} a codec, here or in the network server's device profile"
        return _Content(None, Fault(RejectionReason.NOT_DECODED, detail))
    return _Content(claim.values)


def _unread(why: str, model: Model) -> Fault:
    return Fault(RejectionReason.NOT_DECODED, f"{why}; see the codec of {model.id}. What came before it is kept")


def _observation(value: Value, claim: Claim, origin: _Origin, now: datetime) -> Observation:
    judged = Quality.SIMULATED
    if not claim.simulated:
        judged = quality(value.value, origin.kind.properties[value.property])
    return Observation(
        point=origin.mount.point,
        property=value.property,
        time=claim.time,
        value=value.value,
        unit=value.unit,
        quality=judged,
        late=is_late(claim.time, origin.kind, now),
        trace=claim.trace,
    )


def _reading(value: Value, claim: Claim, origin: _Origin, now: datetime) -> Reading:
    seen = origin.kind.properties[value.property]
    shown = msgspec.structs.replace(_observation(value, claim, origin, now), quality=Quality.GOOD)
    return Reading(shown, origin.device.id, origin.model.observes[value.property].path, seen, value.wraps_at)


def rejection(fault: Fault, claim: Claim, index: int) -> Rejection:
    """The fault of the claim at that position."""
    return Rejection(fault.reason, fault.detail, claim.device, index, claim.trace)
