"""Over which media a person wants to be told, by severity and time of day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from services.notifier.domain.channel import Medium
from shared.civil_time import PARIS

_MIDNIGHT: Final = time(0)


@dataclass(frozen=True, kw_only=True)
class Preference:
    """One of a person's wishes.

    Attributes:
        severities: none: any.
        begins, ends: by the clock, past midnight if it ends before it begins; equal: the whole day.
    """

    media: tuple[Medium, ...]
    severities: frozenset[str] = frozenset()
    begins: time = _MIDNIGHT
    ends: time = _MIDNIGHT

    def fits(self, severity: str, moment: datetime, zone: ZoneInfo = PARIS) -> bool:
        """Whether it speaks of such a severity at such a moment."""
        return (not self.severities or severity in self.severities) and self._holds_at(moment.astimezone(zone).time())

    def _holds_at(self, clock: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def preferred(wishes: Iterable[Preference], severity: str, moment: datetime) -> tuple[Medium, ...] | None:
    """The media of the first wish that fits; None: none does."""
    return next((wish.media for wish in wishes if wish.fits(severity, moment)), None)
