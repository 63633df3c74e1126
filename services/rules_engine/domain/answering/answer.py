"""An answer to "why" or "why not": what was compared, what it came to, and what is missing; in words and as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.rules_engine.domain.alert import Phase
from services.rules_engine.domain.truth import Truth
from shared.model.registry import Text


class Reason(StrEnum):
    """Why a rule does not fire at a point: a closed list.

    FIRES: it does. UNKNOWN_RULE: nobody wrote it. REMOVED: a revision removed it. NOT_LIVE: it is written, and its
    errors keep it from running. UNKNOWN_POINT: the registry has no such point. NOT_SELECTED: the rule does not watch
    the point. QUARANTINED: the rule itself failed. OUTSIDE_ACTIVE: not on these days and hours. BELOW: the condition is
    false. UNKNOWN: a value is missing, too old, doubtful, or its window has gaps. SILENT: nothing at all comes. HOLD:
    not for long enough. PERIOD: the period is not over. SETTLING: rules to which it gives way may still speak.
    GIVES_WAY: one of them fires. ONCE_PER: it has told in this period. UNDECIDED: all is there, and no step has looked
    at it yet.
    """

    FIRES = "fires"
    UNKNOWN_RULE = "unknown-rule"
    REMOVED = "removed"
    NOT_LIVE = "not-live"
    UNKNOWN_POINT = "unknown-point"
    NOT_SELECTED = "not-selected"
    QUARANTINED = "quarantined"
    OUTSIDE_ACTIVE = "outside-active"
    BELOW = "below"
    UNKNOWN = "unknown"
    SILENT = "silent"
    HOLD = "hold"
    PERIOD = "period"
    SETTLING = "settling"
    GIVES_WAY = "gives-way"
    ONCE_PER = "once-per"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Quarantined:
    """A rule that failed and is left alone until it is mended.

    Attributes:
        error: what it failed with.
    """

    since: datetime
    error: str


@dataclass(frozen=True)
class Obstacle:
    """One thing that keeps a level from firing, or an alert from ending.

    Attributes:
        until: when it goes by itself, if that can be told, UTC.
    """

    reason: Reason
    said: Text
    until: datetime | None = None


@dataclass(frozen=True)
class Comparison:
    """One comparison, or one question to a calendar, with its values.

    Attributes:
        since: event time since when its truth is what it is; None: it can't be told.
        at_least: nothing earlier was there to look at: it may be so for longer.
    """

    said: Text
    truth: Truth
    since: datetime | None = None
    at_least: bool = False


@dataclass(frozen=True)
class Member:
    """A point of several that are judged together; ``why``: it is unknown for that reason."""

    point: str
    title: str
    truth: Truth
    why: Text | None = None


@dataclass(frozen=True)
class LevelAnswer:
    """What one level of a rule came to.

    Attributes:
        since: event time since when it is about to fire, or fires.
        condition: the one that decides: ``when`` or ``until``.
        missing: to fire; of one that fires, to end.
    """

    severity: str
    phase: Phase
    since: datetime | None
    condition: str
    truth: Truth
    comparisons: tuple[Comparison, ...]
    missing: tuple[Obstacle, ...]
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Why a rule does not fire at a point, or that it does.

    Attributes:
        subject: the point; of a rule about several points their group.
        at: the moment asked about, UTC.
        reasons: the nearest obstacle first.
        said: the answer in one or two sentences.
        in_words: the rule as a paragraph; None: there is none that runs.
        notes: on what the answer stands, and where it may err.
    """

    rule: str
    subject: str
    at: datetime
    reasons: tuple[Reason, ...]
    said: Text
    rule_title: str = ""
    subject_title: str = ""
    in_words: Text | None = None
    levels: tuple[LevelAnswer, ...] = ()
    notes: tuple[Text, ...] = ()
    zone: str = "Europe/Paris"
