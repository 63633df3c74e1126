"""Which day a point's page shows: what the address asks for, its bounds by the point's clocks, its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.wording import Wording

Bounds = tuple[datetime, datetime]

WEEK: Final = 7
_DAY: Final = timedelta(days=1)
_FIRST: Final = date(1990, 1, 1)
_WRITTEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class ShownDay:
    """A civil day of a zone.

    Attributes:
        is_today: the zone's clocks show this day now.
        refused: the address asked for what is no day, or none that can be shown; today is shown in its place.
    """

    day: date
    zone: ZoneInfo
    is_today: bool
    refused: bool = False

    @property
    def bounds(self) -> Bounds:
        """Its first moment and that of the next day, UTC: 23, 24 or 25 hours apart."""
        return midnight(self.day, self.zone), midnight(self.day + _DAY, self.zone)

    @property
    def week(self) -> Bounds:
        """The first moment of the seven days that end with this one, and that of the next day, UTC."""
        return midnight(self.first_of_week, self.zone), self.bounds[1]

    @property
    def first_of_week(self) -> date:
        """The first of the seven days that end with this one."""
        return self.day - (WEEK - 1) * _DAY

    @property
    def before(self) -> date | None:
        """The day before; None where pages begin."""
        return self.day - _DAY if self.day > _FIRST else None

    @property
    def after(self) -> date | None:
        """The day after; None: it has not come."""
        return None if self.is_today else self.day + _DAY


def shown_day(asked: str | None, now: datetime, zone: ZoneInfo) -> ShownDay:
    """The day that is asked for, written ``2022-01-10``; today where nothing is, or nothing that can be shown."""
    today = now.astimezone(zone).date()
    day = today if not asked else _read(asked)
    if day is None or not _FIRST <= day <= today:
        return ShownDay(today, zone, is_today=True, refused=True)
    return ShownDay(day, zone, is_today=day == today)


def _read(asked: str) -> date | None:
    if _WRITTEN.fullmatch(asked) is None:
        return None
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a civil day, UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_words(moment: datetime, zone: ZoneInfo, wording: Wording) -> str:
    """``lundi 10 janvier 2022``, or ``Monday 10 January 2022``."""
    separator = " à " if wording.language == "fr" else ", "
    return wording.full_moment(moment, zone).rpartition(separator)[0]


def clock_words(moment: datetime, zone: ZoneInfo, wording: Wording) -> str:
    """``02:45``; in the hour that the clocks show twice with its distance from UTC."""
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    shift = (local.utcoffset() or timedelta()).total_seconds() / 3600
    return wording.clock(moment, zone) + (f" (UTC{shift:+g})" if twice else "")
