"""What the rules engine decided: alerts that fire and resolve, in Prometheus's words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from shared.model.message import Message


class AlertStatus(StrEnum):
    """What became of the alert."""

    FIRING = "firing"
    RESOLVED = "resolved"


class Criticality(StrEnum):
    """What keeps running when means are short."""

    VITAL = "vital"
    NORMAL = "normal"
    COMFORT = "comfort"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A value that the decision read. ``text`` is as a person reads it, French: ``2,02 m``."""

    property: str
    value: float | None
    unit: str
    time: datetime | None
    text: str


class NotifyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to hear of it.

    Attributes:
        team: id in ``rules/teams.yaml``.
        message: for firing, rendered with the values, French.
        digest: ``HH:MM``, local: collected and sent once a day then; None: at once.
    """

    team: str
    message: str
    digest: str | None = None


class AlertChanged(Message, frozen=True, kw_only=True):
    """An alert began to fire or was resolved.

    Attributes:
        alert: id of this episode, the same however often it is computed.
        owner: directorate of the rule.
        severity: the owner's word, e.g. ``orange``.
        at: event time of the change, UTC.
        since: event time at which it began to fire, UTC.
        resolution: for resolved: why, a word from the rules engine's closed list.
    """

    alert: str
    rule: str
    rule_title: str
    owner: str
    criticality: Criticality
    severity: str
    point: str
    point_title: str
    zone: str
    status: AlertStatus
    at: datetime
    since: datetime
    resolution: str | None = None
    readings: tuple[Reading, ...] = ()
    notify: tuple[NotifyRequest, ...] = ()
    trace: str = ""
