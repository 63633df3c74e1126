"""Silences: alerts that nobody is to be told of for a while, because somebody said so and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from services.notifier.domain.muting.matching import Matcher, all_match, matcher
from services.notifier.domain.muting.recurring import Recurrence
from services.notifier.domain.muting.traits import Traits

REMINDER: Final = timedelta(hours=1)
"""Its owner is reminded so long before a silence ends; when it begins, where it is shorter."""


class SilenceStatus(StrEnum):
    """Where a silence is in its life. RESTING: a recurring one, between two of its stretches."""

    TO_COME = "to-come"
    IN_FORCE = "in-force"
    RESTING = "resting"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Mutes the telling of alerts, never the incidents.

    Attributes:
        matchers: as written; all must match.
        owner: a person or team of ``teams.yaml``, reminded before it ends.
        reason: why, for whoever asks why nobody was told.
        starts_at, ends_at: UTC; of a recurring one nothing is muted before and after, and between only its stretches.
        including_vital: whether it also mutes vital alerts.
        ended_at: when somebody ended it before its time, UTC.
        reminder_at: when its owner is to be reminded, UTC; None: was, or is not to be.
        request: what it was made for; the same once more makes no second one. Empty: stored by a version before.
        asked: what was asked for, as one word.
    """

    id: str
    matchers: tuple[str, ...]
    owner: str
    reason: str
    created_by: str
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    recurrence: Recurrence | None = None
    including_vital: bool = False
    ended_at: datetime | None = None
    ended_by: str | None = None
    reminder_at: datetime | None = None
    request: str = ""
    asked: str = ""

    @cached_property
    def _read(self) -> Sequence[Matcher]:
        return tuple(matcher(text) for text in self.matchers)

    def concerns(self, traits: Traits) -> bool:
        """Whether it is about such an alert, whenever that fires."""
        return (self.including_vital or not traits.is_vital) and all_match(self._read, traits)

    def mutes_until(self, now: datetime) -> datetime | None:
        """When what it mutes now may be told, UTC; None: it mutes nothing now."""
        if self.ended_at is not None or not self.starts_at <= now < self.ends_at:
            return None
        if self.recurrence is None:
            return self.ends_at
        stretch = self.recurrence.stretch_at(now)
        return None if stretch is None else min(stretch[1], self.ends_at)

    def status(self, now: datetime) -> SilenceStatus:
        """Where it is in its life."""
        if self.ended_at is not None or now >= self.ends_at:
            return SilenceStatus.OVER
        if now < self.starts_at:
            return SilenceStatus.TO_COME
        return SilenceStatus.RESTING if self.mutes_until(now) is None else SilenceStatus.IN_FORCE
