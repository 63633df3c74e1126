"""Plain JSON, over HTTP and MQTT: one observation, or a list of them.

    {"device": "O200004001", "time": "2022-01-10T01:45:00Z", "values": {"hauteur": 2018}}

``values`` is what the device itself says; its model knows the units. The time needs an offset or ``Z``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from services.telemetry.domain.claim import Claim, Rejection, legible, too_many
from shared.model.rejections import RejectionReason

MOST: Final = 50_000
"""Observations in one body."""


class Unreadable(Exception):
    """The body is not what this way in takes; the text says why."""


def load(body: bytes) -> Any:
    """The JSON in a body. ``NaN`` is let through here, so that it harms only the observation that says it.

    msgspec reads what is strictly JSON, four times as fast; what it refuses, Python's own reader judges.

    Raises:
        Unreadable: not JSON.
    """
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(body)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {str(error)[:200]}") from error


def read(body: bytes, trace: str) -> tuple[list[Claim], list[Rejection]]:
    """The claims of a body, and what in it could not be read."""
    try:
        content = load(body)
    except Unreadable as error:
        return [], [Rejection(RejectionReason.UNREADABLE, str(error), trace=trace)]
    claims: list[Claim] = []
    rejections: list[Rejection] = []
    items: Sequence[Any] = content if isinstance(content, list) else [content]
    if len(items) > MOST:
        return [], [too_many(MOST, trace)]
    for index, item in enumerate(items):
        try:
            claims.append(_claim(item, trace))
        except Unreadable as error:
            device = item.get("device") if isinstance(item, dict) else None
            named = device if isinstance(device, str) else None
            rejections.append(Rejection(RejectionReason.UNREADABLE, str(error), named, index, trace))
    return claims, rejections


def _claim(item: Any, trace: str) -> Claim:
    if not isinstance(item, dict):
        raise Unreadable("an observation is an object with device, time and values")
    device, time, values = item.get("device"), item.get("time"), item.get("values")
    if not isinstance(device, str) or not device:
        raise Unreadable("'device' must be the device's id, as text")
    if legible(device) != device:
        raise Unreadable("'device' holds characters that no id has, or too many")
    if not isinstance(values, dict):
        raise Unreadable("'values' must be an object with what the device says, e.g. {\"hauteur\": 2018}")
    return Claim(device, read_time(time), values, trace)


def read_time(text: Any) -> datetime:
    """An RFC 3339 time, in UTC.

    Raises:
        Unreadable: not a time, or one without offset.
    """
    if not isinstance(text, str):
        raise Unreadable("'time' must be text such as 2022-01-10T01:45:00Z")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"'{text[:40]}' is not a time such as 2022-01-10T01:45:00Z") from error
    raise Unreadable(f"'{text[:40]}' has no offset: end it with Z or +01:00")
