"""What is published over MQTT, by gateways themselves or by ChirpStack's MQTT integration.

    vigie/<directorate>/observations        as over HTTP: one observation, or a list of them
    vigie/<directorate>/chirpstack/.../up   an event of ChirpStack; events other than ``up`` carry no observation

Who may publish below ``vigie/<directorate>`` is the broker's to say, and speaks for that directorate.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from services.telemetry.domain.claim import Claim, Rejection, too_large
from services.telemetry.sources import chirpstack, observations_json
from shared.model.rejections import RejectionReason
from shared.model.uplinks import Uplink


class Published(msgspec.Struct, frozen=True):
    """What a directorate says in one message.

    Attributes:
        directorate: as the topic names it; it may not exist. Empty: the topic names none.
        trace: the same whenever the same message is delivered again.
    """

    directorate: str
    claims: Sequence[Claim]
    refused: Sequence[Rejection]
    trace: str


def read(uplink: Uplink, limit: int) -> Published | None:
    """What a message says; None if it isn't about observations.

    Args:
        limit: the most bytes that a body may have.
    """
    match uplink.topic.split("."):
        case [_, directorate, "observations"]:
            source = observations_json.read
        case [_, directorate, "chirpstack", *_, "up"]:
            source = chirpstack.read
        case [_, _, "chirpstack", *_]:
            return None
        case _:
            return _at_no_known_topic(uplink)
    trace = _trace(uplink)
    if len(uplink.body) > limit:
        return Published(directorate, (), (too_large(limit, trace),), trace)
    return Published(directorate, *source(uplink.body, trace), trace)


def _at_no_known_topic(uplink: Uplink) -> Published:
    trace = _trace(uplink)
    detail = f"nothing is read at the topic {uplink.topic.replace('.', '/')}"
    return Published("", (), (Rejection(RejectionReason.UNREADABLE, detail, trace=trace),), trace)


def _trace(uplink: Uplink) -> str:
    return blake2b(uplink.topic.encode("utf-8", "replace") + b"\x00" + uplink.body, digest_size=8).hexdigest()
