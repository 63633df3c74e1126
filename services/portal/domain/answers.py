"""What the other services answer to the portal's questions. Fields that a page doesn't need are passed over."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Latest(msgspec.Struct, frozen=True):
    """Telemetry: the newest observation of a series."""

    point: str
    property: str
    time: datetime
    value: float
    unit: str
    quality: str


class Sample(msgspec.Struct, frozen=True):
    """Telemetry: one observation of a series, in the unit of its kind."""

    time: datetime
    value: float
    quality: str


class Bucket(msgspec.Struct, frozen=True):
    """Telemetry: what a series comes to between two moments; ``value`` as its property is aggregated, None: nothing."""

    since: datetime
    until: datetime
    count: int = 0
    value: float | None = None
    minimum: float | None = None
    maximum: float | None = None


class Indicator(msgspec.Struct, frozen=True):
    """Telemetry: a figure worked out of a series. ``completeness``: 0 to 1, of what there should have been."""

    point: str
    property: str
    indicator: str
    name: str
    value: float | None = None
    unit: str = ""
    since: datetime | None = None
    until: datetime | None = None
    completeness: float | None = None
    text: str | None = None


class Tallies(msgspec.Struct, frozen=True):
    """Telemetry: how many observations were stored."""

    observations: int


class Threshold(msgspec.Struct, frozen=True):
    """Rules engine: a constant that a rule compares a property with."""

    property: str
    value: float
    unit: str


class Rule(msgspec.Struct, frozen=True):
    """Rules engine: a rule in force. ``points``: those it watches; None: not told."""

    id: str
    title: str
    severity: str = ""
    criticality: str = "normal"
    thresholds: tuple[Threshold, ...] = ()
    points: tuple[str, ...] | None = None


class Reading(msgspec.Struct, frozen=True):
    """Rules engine: a value that a decision read, as a person reads it."""

    text: str


class Alert(msgspec.Struct, frozen=True):
    """Rules engine: an alert that fires.

    Attributes:
        point: what it is about: a point, or of a rule about several points together an area, a site, a group.
        points: of such a rule, the points for which it holds.
    """

    alert: str
    rule: str
    rule_title: str
    severity: str
    criticality: str
    point: str
    point_title: str
    since: datetime
    readings: tuple[Reading, ...] = ()
    points: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The ids of the points at which it is shown, each once; one that is no point's is nowhere."""
        return tuple(dict.fromkeys(self.points)) or (self.point,)


class Incident(msgspec.Struct, frozen=True):
    """Notifier: alerts told together, open while one of them fires. ``worst``: the worst severity that it had."""

    incident: str
    code: str
    status: str
    title: str
    severity: str
    owner: str
    opened_at: datetime
    resolved_at: datetime | None
    firing: int
    rule: str = ""
    worst: str = ""
    acknowledged_at: datetime | None = None


class Notification(msgspec.Struct, frozen=True):
    """Notifier: one message to one recipient. ``recipient``: the name to show; ``medium``: a word of the notifier's."""

    notification: str
    channel: str
    recipient: str
    state: str
    body: str
    at: datetime
    medium: str = ""
    subject: str | None = None
    reason: str | None = None
    incident: str | None = None
    kind: str = ""
    team: str = ""


class Sent(msgspec.Struct, frozen=True):
    """Notifier: how many messages were sent."""

    sms: int
    emails: int


class Override(msgspec.Struct, frozen=True):
    """Lighting controller: an order on a group that has not ended. Lit time in seconds."""

    override: str
    reason: str
    level: float
    source: str = "normal-rule"
    rule: str | None = None
    lease_until: datetime | None = None
    used_s: float = 0.0
    at_most_s: float | None = None


class Lost(msgspec.Struct, frozen=True):
    """Lighting controller: something else that was wanted of a group and did not decide."""

    source: str
    level: float


class Luminaire(msgspec.Struct, frozen=True):
    """Lighting controller: what a luminaire was told and what it says, percent; None: not decided or not heard.

    Attributes:
        cuts: the limits of the street that keep ``target`` from what is wanted of the group.
    """

    luminaire: str
    target: float | None = None
    actual: float | None = None
    fault: str | None = None
    cuts: tuple[str, ...] = ()


class Burnt(msgspec.Struct, frozen=True):
    """Lighting controller: what the city's luminaires used in a night, and against 100 % all night; kWh."""

    night: date
    energy_kwh: float
    full_kwh: float
    saved_full_kwh: float
    estimated_kwh: float = 0.0


class LampGroup(msgspec.Struct, frozen=True):
    """Lighting controller: a group of luminaires and the level that is wanted of it, percent.

    Attributes:
        source: what decided: ``calendar``, ``default`` or an override's id.
        until: when the calendar changes or the override ends.
    """

    group: str
    title: str
    level: float | None
    source: str
    lit: bool
    until: datetime | None = None
    calendar: str | None = None
    lost: tuple[Lost, ...] = ()
    overrides: tuple[Override, ...] = ()
    luminaires: tuple[Luminaire, ...] = ()
