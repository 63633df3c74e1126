"""What the rules engine decided: alerts that fire and resolve, in Prometheus's words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from shared.model.message import Message

SEVERITIES: Final = ("info", "minor", "yellow", "orange", "red", "critical")
"""From the least to the worst."""


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
        message: for firing, rendered with the values, French; when the severity fell, it says that it is lower now.
        digest: ``HH:MM``, local: collected and sent once a day then; None: at once.
    """

    team: str
    message: str
    digest: str | None = None


class AlertChanged(Message, frozen=True, kw_only=True):
    """An alert began to fire, changed its severity while it fires, or was resolved.

    Attributes:
        alert: id of this episode, the same however often it is computed and whatever its severity becomes.
        owner: directorate of the rule.
        severity: one of ``SEVERITIES``, e.g. ``orange``; that of the level that speaks now.
        was: for firing: the severity before, if this is a change of it; None: it began to fire.
        point: id of the point; for a rule about several points together the id of what it is about, which is no
            point's: ``area:huveaune``, ``site:pav-castellane``, ``group:berges``, ``all``.
        point_title: its title.
        points: of a rule about several points, ids of those for which it holds; empty for a rule about one point.
        at: event time of the change, UTC.
        since: event time at which it began to fire, UTC; a change of severity leaves it.
        resolution: for resolved: why, a word from the rules engine's closed list.
        notify: for firing, the requests of the level that was reached; when the severity fell, those of the levels
            that were left.
        labels: what the rule's author wrote beside it, for routing and search; ``dedup`` is a key of the author's own:
            alerts of one directorate that fire with the same one are one incident.
        areas: ids of the areas that contain the point; of an alert about an area that one.
        groups: ids of the groups of the inventory that the point is in; of an alert about a group that one.
        site: id of the place that the point shares with others, or that the alert is about.
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
    was: str | None = None
    points: tuple[str, ...] = ()
    resolution: str | None = None
    readings: tuple[Reading, ...] = ()
    notify: tuple[NotifyRequest, ...] = ()
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    areas: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    site: str | None = None
    trace: str = ""
