"""What is published over MQTT or AMQP, by gateways themselves or by network servers.

    vigie/<directorate>/observations                    as over HTTP: one observation, or a list of them
    vigie/<directorate>/chirpstack/.../<event>          an event of ChirpStack
    vigie/<directorate>/things-stack/.../up             an uplink of The Things Stack
    application/<id>/device/<dev_eui>/event/<event>     what ChirpStack publishes unless told otherwise
    v3/<application>@<tenant>/devices/<device>/up       what The Things Stack does

Who may publish where is the broker's to say. Below ``vigie/<directorate>`` it speaks for that directorate; at the last
two, which name none, for the LoRaWAN devices of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import msgspec

from services.telemetry.domain.claim import Claim, Rejection, too_large
from services.telemetry.sources import chirpstack, observations_json, things_stack
from shared.model.rejections import RejectionReason
from shared.model.uplinks import Uplink


class Published(msgspec.Struct, frozen=True):
    """What a message says.

    Attributes:
        directorate: as the topic names it; it may not exist. Empty: the topic names none.
        trace: the same whenever the same message is delivered again.
        network_server: the topic is one where a network server alone publishes.
    """

    directorate: str
    claims: Sequence[Claim]
    refused: Sequence[Rejection]
    trace: str
    network_server: bool = False


class _Topic(msgspec.Struct, frozen=True):
    """``read``: None for messages that aren't about observations; ``eui``: the only device that it may be about."""

    read: chirpstack.Read | None
    directorate: str = ""
    eui: str | None = None


def read(uplink: Uplink, limit: int) -> Published | None:
    """What a message says; None if it isn't about observations.

    Args:
        limit: the most bytes that a body may have.
    """
    topic, trace = _topic(uplink.topic), _trace(uplink)
    if topic is None:
        detail = f"nothing is read at the topic {uplink.topic.replace('.', '/')}"
        return Published("", (), (Rejection(RejectionReason.UNREADABLE, detail, trace=trace),), trace)
    if topic.read is None:
        return None
    if len(uplink.body) > limit:
        return Published(topic.directorate, (), (too_large(limit, trace),), trace)
    claims, refused = topic.read(uplink.body, trace)
    if topic.eui is not None and any(claim.device != topic.eui for claim in claims):
        claims, refused = [], [_of_another(claims[0], topic)]
    return Published(topic.directorate, claims, refused, trace, not topic.directorate)


# Few topics, and thousands of messages a second at them.
@lru_cache(maxsize=4096)
def _topic(name: str) -> _Topic | None:
    match name.split("."):
        case [_, directorate, "observations"]:
            return _Topic(observations_json.read, directorate)
        case [_, directorate, "chirpstack", *_, event]:
            return _Topic(chirpstack.EVENTS.get(event), directorate)
        case [_, directorate, "things-stack", *_, "up"]:
            return _Topic(things_stack.read, directorate)
        case [_, _, "chirpstack" | "things-stack", *_]:
            return _Topic(None)
        case ["application", _, "device", eui, "event", event]:
            return _Topic(chirpstack.EVENTS.get(event), eui=eui.lower())
        case ["v3", _, "devices", _, "up"]:
            return _Topic(things_stack.read)
        case ["v3", _, "devices", *_]:
            return _Topic(None)
    return None


def _of_another(claim: Claim, topic: _Topic) -> Rejection:
    detail = f"published at the topic of '{topic.eui}'"
    return Rejection(RejectionReason.WRONG_KEY, detail, claim.device, 0, claim.trace)


def _trace(uplink: Uplink) -> str:
    return blake2b(uplink.topic.encode("utf-8", "replace") + b"\x00" + uplink.body, digest_size=8).hexdigest()
