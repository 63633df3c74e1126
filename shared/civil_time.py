"""Time as people read it: the point's zone, French words. Inside, every time is aware and UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.errors import InputError

PARIS: Final = ZoneInfo("Europe/Paris")

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)

_DAYS_ENGLISH: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_ENGLISH: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def require_aware(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the datetime is naive, so nobody knows which moment it means.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC)


def moment_of(text: str) -> datetime:
    """A moment as people write it; without an offset by the clocks of Paris, of two the first.

    Raises:
        InputError: it is none.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        ways = "2026-10-25 02:30 (Paris), 2026-10-25T02:30:00+02:00"
        raise InputError(f"« {text} » n'est pas un moment / '{text}' is no moment: {ways}") from error


def short_local(moment: datetime, zone: ZoneInfo = PARIS) -> str:
    """As in a text message: ``10/01 02:45``."""
    return require_aware(moment).astimezone(zone).strftime("%d/%m %H:%M")


def long_local(moment: datetime, zone: ZoneInfo = PARIS) -> str:
    """As in a letter: ``lundi 10 janvier 2022 à 02 h 45``."""
    local = require_aware(moment).astimezone(zone)
    month = _MONTHS[local.month - 1]
    day = "1er" if local.day == 1 else str(local.day)
    return f"{_DAYS[local.weekday()]} {day} {month} {local.year} à {local:%H h %M}"


def long_local_english(moment: datetime, zone: ZoneInfo = PARIS) -> str:
    """As in a letter: ``Monday 10 January 2022 at 02:45``."""
    local = require_aware(moment).astimezone(zone)
    month = _MONTHS_ENGLISH[local.month - 1]
    return f"{_DAYS_ENGLISH[local.weekday()]} {local.day} {month} {local.year} at {local:%H:%M}"


def month_in_words(month: str) -> str:
    """``novembre 2026`` for ``2026-11``."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def month_in_english(month: str) -> str:
    """``November 2026`` for ``2026-11``."""
    year, _, number = month.partition("-")
    return f"{_MONTHS_ENGLISH[int(number) - 1]} {year}"


def next_at(clock_time: time, after: datetime, zone: ZoneInfo = PARIS) -> datetime:
    """The first moment later than ``after`` when clocks of the zone show ``clock_time``, in UTC.

    On the night in March when the time does not exist it is the moment one hour of clock time later; on the
    night in October when it exists twice it is the first of the two.
    """
    day: date = require_aware(after).astimezone(zone).date()
    while True:
        moment = datetime.combine(day, clock_time, zone).astimezone(UTC)
        if moment > after:
            return moment
        day += timedelta(days=1)
