"""Reads the moment that a question is about, as people write it: RFC 3339, or the clocks on the wall."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from shared.civil_time import PARIS
from shared.errors import InputError

_LOCAL: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)")
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EXAMPLES: Final = ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00")


def read_moment(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """The moment, UTC. A local time that comes twice is the first of the two; with its offset it is the one meant.

    Raises:
        InputError: it is none, or clocks never showed it.
    """
    local = _LOCAL.fullmatch(text.strip())
    try:
        moment = datetime.fromisoformat(f"{local[1]}T{local[2]}" if local else text.strip())
    except ValueError as error:
        raise _refused(f"'{text}' n'est pas un moment", f"'{text}' is no moment") from error
    if moment.tzinfo is not None:
        return _within_reach(moment, text)
    if local is None:
        raise _refused(f"'{text}' n'a pas d'heure", f"'{text}' has no time of day")
    found = _within_reach(moment.replace(tzinfo=zone), text)
    if found.astimezone(zone).replace(tzinfo=None) != moment:
        raise _refused(
            f"aucune horloge ({zone.key}) n'a montré '{text}', on venait de les avancer",
            f"clocks in {zone.key} never showed '{text}', they were put forward",
        )
    return found


def second_of(text: str, zone: ZoneInfo = PARIS) -> datetime | None:
    """The other moment at which clocks showed a local time that comes twice; None: it comes once."""
    local = _LOCAL.fullmatch(text.strip())
    if local is None:
        return None
    shown = datetime.fromisoformat(f"{local[1]}T{local[2]}").replace(tzinfo=zone)
    first, second = (shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if second > first else None


def _refused(french: str, english: str) -> InputError:
    local, exact = _EXAMPLES
    return InputError(f"{french} : écrivez {local}, ou {exact} / {english}: write {local}, or {exact}")


def _within_reach(moment: datetime, text: str) -> datetime:
    try:
        found = moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise _refused(f"'{text}' n'est pas un moment", f"'{text}' is no moment") from error
    if found < _FIRST:
        raise _refused(
            f"'{text}' est avant toute mesure",
            f"'{text}' is before there was anything to read",
        )
    return found
