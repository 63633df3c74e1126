"""What rules ask of street lights and what the lights did, in TALQ's words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from shared.model.alerts import Criticality
from shared.model.message import Message


class LightingAct(StrEnum):
    """HOLD begins an override or renews its lease; RELEASE ends it."""

    HOLD = "hold"
    RELEASE = "release"


class LightingRequested(Message, frozen=True, kw_only=True):
    """A firing rule holds a group of luminaires at a level, or lets go of it.

    Attributes:
        override: id, the same for every renewal of one firing alert's action.
        level: percent, 0 to 100.
        lease_until: the override ends then unless renewed, UTC; None with RELEASE.
        at_most_s: seconds of lit time that the override may act; None: no limit.
        day: act also while the calendar has the group unlit.
        at: event time, UTC.
    """

    override: str
    act: LightingAct
    alert: str
    rule: str
    owner: str
    criticality: Criticality
    group: str
    level: int
    reason: str
    at: datetime
    lease_until: datetime | None = None
    at_most_s: float | None = None
    ramp_s: float = 0.0
    day: bool = False
    trace: str = ""


class OverrideState(StrEnum):
    """What became of an override. CUT: it acts, and the limits of the street leave less of it than was asked."""

    STARTED = "started"
    USED_UP = "used-up"
    GRANTED_AGAIN = "granted-again"
    EXPIRED = "expired"
    RELEASED = "released"
    CUT = "cut"


class OverrideChanged(Message, frozen=True, kw_only=True):
    """An override changed state; its owner is told when its time is used up, and what limits cut of it.

    Attributes:
        level: percent that was asked.
        cut: which limit cut it: ``floor``, ``step``, ``ramp``, ``dwell`` or ``share``; only with CUT, as what follows.
        done, done_most: percent that its luminaires are at instead, the least and the most of them.
        luminaires: how many it was cut for.
    """

    override: str
    state: OverrideState
    alert: str
    rule: str
    owner: str
    group: str
    level: int
    reason: str
    at: datetime
    trace: str = ""
    cut: str = ""
    done: int = 0
    done_most: int = 0
    luminaires: int = 0


class LuminaireChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A luminaire has another target or reported another level (percent, 0 to 100).

    Attributes:
        target: what it was told.
        feedback: the command that it says is in action; None: not heard.
        actual: the level that it reports; None: not heard.
        source: what decided the target: ``calendar``, or an override's id.
    """

    luminaire: str
    group: str
    target: int
    feedback: int | None
    actual: int | None
    source: str
    at: datetime
    trace: str = ""


class LuminairesChanged(Message, frozen=True, kw_only=True):
    """Some luminaires that changed at one moment: a street that is dimmed is told in one message."""

    changes: tuple[LuminaireChanged, ...]
