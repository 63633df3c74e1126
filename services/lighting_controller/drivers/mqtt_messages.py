"""What the controller and luminaires say to each other over MQTT.

| topic | who publishes | how | payload (JSON) |
|---|---|---|---|
| ``vigie/luminaires/<id>/desired`` | the controller | QoS 1, retained | ``Desired`` |
| ``vigie/luminaires/<id>/reported`` | the luminaire, or who speaks for it | QoS 1 | ``Reported`` |

``<id>`` is the id of the point, with ``~`` for each dot: to RabbitMQ a dot and a slash are the same. A luminaire

- subscribes to its exact topic: the broker gives retained messages to no wildcard;
- obeys a desired state whose ``sequence`` is greater than the last it obeyed, and passes over any other;
- answers **every** desired state with a report, also one that it passes over: the report is the acknowledgement;
- reports whenever its command or its light changes, and each minute.

Whoever connects gets the newest desired state by itself. Unknown fields are passed over on both sides.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from services.lighting_controller.domain.driver import Command, CommandReason, Report

_TOPIC: Final = "vigie/luminaires/{}/{}"
_KEY_PARTS: Final = 4
_MOST_W: Final = 5_000.0
"""No luminaire draws more: the floodlights of stadiums draw 2 kW."""
_CLOCKS_DIFFER: Final = timedelta(minutes=5)

Level = Annotated[int, msgspec.Meta(ge=0, le=100)]
# Far below what a column holds: the controller's next commands have to be greater.
Sequence = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Desired(msgspec.Struct, frozen=True, kw_only=True):
    """What a luminaire is to do.

    Attributes:
        level: percent.
        ramp_s: time in which it is to be reached, seconds.
        sequence: grows with each command to this luminaire.
        ref: names the cause in logs: ``calendar``, ``default`` or an override's id.
        sent_at: RFC 3339, UTC.
    """

    level: Level
    sequence: Sequence
    ramp_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    reason: CommandReason = CommandReason.PROGRAM
    ref: str = ""
    sent_at: Moment | None = None


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What a luminaire says of itself.

    Attributes:
        sequence: of the last command it obeyed; 0: none since it has power.
        feedback: the level that is commanded and in effect, percent; null: none.
        actual: the level of its light, percent; null: it can't tell.
        power_w: what it draws, watts.
        at: when it was so, RFC 3339 with an offset; without it, when the report arrived.
    """

    sequence: Sequence
    feedback: Level | None
    actual: Level | None = None
    power_w: Annotated[float, msgspec.Meta(ge=0)] | None = None
    at: Moment | None = None


class NotAReport(Exception):
    """It can't be read as a report; ``reason`` is for a count, the text for an engineer."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


def desired_topic(luminaire: str) -> str:
    """Where a luminaire is told what to do."""
    return _TOPIC.format(luminaire.replace(".", "~"), "desired")


def reported_topic(luminaire: str) -> str:
    """Where a luminaire says what it does."""
    return _TOPIC.format(luminaire.replace(".", "~"), "reported")


def desired(command: Command, sent_at: datetime) -> bytes:
    """The payload of a command."""
    return msgspec.json.encode(
        Desired(
            level=command.level,
            sequence=command.sequence,
            ramp_s=command.ramp.total_seconds(),
            reason=command.reason,
            ref=command.ref,
            sent_at=sent_at,
        )
    )


def read_desired(luminaire: str, payload: bytes) -> Command:
    """The command in a payload.

    Raises:
        msgspec.DecodeError: there is none.
    """
    told = msgspec.json.decode(payload, type=Desired)
    return Command(luminaire, told.level, timedelta(seconds=told.ramp_s), told.reason, told.ref, told.sequence)


def reported(report: Report) -> bytes:
    """The payload of a report."""
    said = Reported(
        sequence=report.sequence or 0,
        feedback=report.feedback,
        actual=report.actual,
        power_w=report.power_w,
        at=report.at,
    )
    return msgspec.json.encode(said)


def read_report(routing_key: str, payload: bytes, now: datetime) -> Report:
    """The report in a payload that came under a routing key of the broker's topic exchange.

    Raises:
        NotAReport: there is none.
    """
    parts = routing_key.split(".")
    if len(parts) != _KEY_PARTS:
        raise NotAReport("wrong-topic", f"no luminaire reports on '{routing_key}'")
    try:
        said = msgspec.json.decode(payload, type=Reported)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAReport("unreadable", str(error)) from error
    at = now if said.at is None else said.at
    if at > now + _CLOCKS_DIFFER:
        raise NotAReport("from-the-future", f"it is of {at}")
    luminaire = parts[2].replace("~", ".")
    return Report(luminaire, said.feedback, said.actual, min(at, now), said.sequence, _believable(said.power_w))


def _believable(power_w: float | None) -> float | None:
    """What it says it draws, unless its meter must be broken: its level is worth hearing all the same."""
    return power_w if power_w is not None and power_w <= _MOST_W else None
