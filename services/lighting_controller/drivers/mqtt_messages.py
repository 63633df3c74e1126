"""What the controller and luminaires say to each other over MQTT.

| topic | who publishes | how | payload (JSON) |
|---|---|---|---|
| ``vigie/luminaires/<id>/desired`` | the controller | QoS 1, retained | ``Desired`` |
| ``vigie/luminaires/<id>/programme`` | the controller, once a day | QoS 1, retained | ``Uploaded`` |
| ``vigie/luminaires/controller`` | the controller, each minute | QoS 1, retained | ``Beat`` |
| ``vigie/luminaires/<id>/reported`` | the luminaire, or who speaks for it | QoS 1 | ``Reported`` |

``<id>`` is the id of the point, with ``~`` for each dot: to RabbitMQ a dot and a slash are the same. A luminaire

- subscribes to its exact topics: the broker gives retained messages to no wildcard;
- obeys a desired state whose ``sequence`` is greater than the last it obeyed, and passes over any other;
- answers **every** desired state with a report, also one that it passes over: the report is the acknowledgement;
- reports whenever its command or its light changes, and each minute;
- follows its programme when the newest of what it heard from the controller (``sent_at`` of a desired state, ``at`` of
  a beat) is ten minutes old, and while it has no desired state; without a programme, or after its end, at 100 %. It
  obeys its desired state again as soon as it hears the controller.

Whoever connects gets the newest of each by itself. Unknown fields are passed over on both sides. A beat has no last
will: a broker that is lost, a controller that is killed and one that hangs are all the same silence to a luminaire.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from services.lighting_controller.domain.commanding.driver import Command, CommandReason, Report
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep

_TOPIC: Final = "vigie/luminaires/{}/{}"
_KEY_PARTS: Final = 4
_PREFIX: Final = "vigie.luminaires."

BEAT_TOPIC: Final = "vigie/luminaires/controller"
"""Where the controller says each minute that it is there."""

_MOST_W: Final = 5_000.0
"""No luminaire draws more: the floodlights of stadiums draw 2 kW."""
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_LATEST: Final = timedelta(days=7)
"""No queue keeps a report for longer: one that is older comes from a clock that was not set, which begins at 1970."""

Level = Annotated[int, msgspec.Meta(ge=0, le=100)]
Sequence = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
# Far below: the controller's next commands have to be greater.
Obeyed = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
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
        lamp_failure: whether its lamp gives no light (TALQ's lampFailure); null, or left out: it can't tell.
        at: when it was so, RFC 3339 with an offset; without it, when the report arrived.
    """

    sequence: Obeyed
    feedback: Level | None
    actual: Level | None = None
    power_w: Annotated[float, msgspec.Meta(ge=0)] | None = None
    lamp_failure: bool | None = None
    at: Moment | None = None


class UploadedStep(msgspec.Struct, frozen=True):
    """From ``at`` (RFC 3339, UTC) on, a level in percent."""

    at: Moment
    level: Level


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a luminaire does by itself.

    Attributes:
        steps: in the order of their times, for the coming seven nights.
        until: it ends then; RFC 3339, UTC.
    """

    steps: tuple[UploadedStep, ...]
    until: Moment


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """The controller was there ``at`` (RFC 3339, UTC)."""

    at: Moment


class NotAReport(Exception):
    """It can't be read as a report; ``reason`` is for a count, the text for an engineer."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


def desired_topic(luminaire: str) -> str:
    """Where a luminaire is told what to do."""
    return _TOPIC.format(luminaire.replace(".", "~"), "desired")


def programme_topic(luminaire: str) -> str:
    """Where a luminaire is told what to do by itself."""
    return _TOPIC.format(luminaire.replace(".", "~"), "programme")


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


def read_desired(luminaire: str, payload: bytes) -> tuple[Command, datetime | None]:
    """The command in a payload, and when it was sent, if it says so.

    Raises:
        msgspec.DecodeError: there is none.
    """
    told = msgspec.json.decode(payload, type=Desired)
    ramp = timedelta(seconds=told.ramp_s)
    return Command(luminaire, told.level, ramp, told.reason, told.ref, told.sequence), told.sent_at


def uploaded(programme: KeptProgramme) -> bytes:
    """The payload of a programme.

    Raises:
        ValueError: it has no end.
    """
    if programme.until is None:
        raise ValueError(f"the programme of {programme.luminaire} has no end")
    steps = tuple(UploadedStep(step.at, step.level) for step in programme.steps)
    return msgspec.json.encode(Uploaded(steps=steps, until=programme.until))


def read_uploaded(luminaire: str, payload: bytes) -> KeptProgramme:
    """The programme in a payload.

    Raises:
        msgspec.DecodeError: there is none.
    """
    told = msgspec.json.decode(payload, type=Uploaded)
    return KeptProgramme(luminaire, tuple(KeptStep(step.at, step.level) for step in told.steps), told.until)


def beat(at: datetime) -> bytes:
    """The payload of a beat."""
    return msgspec.json.encode(Beat(at=at))


def read_beat(payload: bytes) -> datetime:
    """When the controller was there.

    Raises:
        msgspec.DecodeError: the payload doesn't say.
    """
    return msgspec.json.decode(payload, type=Beat).at


def reported(report: Report) -> bytes:
    """The payload of a report."""
    said = Reported(
        sequence=report.sequence or 0,
        feedback=report.feedback,
        actual=report.actual,
        power_w=report.power_w,
        lamp_failure=report.lamp_failure,
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
    if at < now - _LATEST:
        raise NotAReport("too-old", f"it is of {at}")
    return Report(
        luminaire=parts[2].replace("~", "."),
        feedback=said.feedback,
        actual=said.actual,
        at=min(at, now),
        sequence=said.sequence,
        power_w=_believable(said.power_w),
        lamp_failure=said.lamp_failure,
    )


def read_own(routing_key: str, payload: bytes, now: datetime) -> Report | None:
    """The report in a payload; None: it is of no luminaire that speaks so.

    Raises:
        NotAReport: it should be one, and is none.
    """
    return read_report(routing_key, payload, now) if routing_key.startswith(_PREFIX) else None


def _believable(power_w: float | None) -> float | None:
    """What it says it draws, unless its meter must be broken: its level is worth hearing all the same."""
    return power_w if power_w is not None and power_w <= _MOST_W else None
