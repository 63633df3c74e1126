"""Numbers, quantities and times as a reader of a language expects them, in the point's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.texts import Language, say
from shared.civil_time import PARIS, long_local, short_local
from shared.model.registry import Text
from shared.units import display_unit, french, stands_close

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"
_DAYS: Final = {"fr": "lun. mar. mer. jeu. ven. sam. dim.".split(), "en": "Mon Tue Wed Thu Fri Sat Sun".split()}  # noqa: SIM905


@dataclass(frozen=True)
class Wording:
    """One language's way to write."""

    language: Language

    def say(self, name: str, *words: str) -> str:
        """A fixed text with its gaps filled."""
        return say(self.language, name, *words)

    def count(self, name: str, number: float, *words: str) -> str:
        """A text about so many things, its first gap: of a single one the text ``<name>-one``."""
        return self.say(f"{name}-one" if number == 1 else name, self.number(number), *words)

    def pick(self, text: Text | str) -> str:
        """The text in this language, or as it is where there is but one."""
        return text if isinstance(text, str) else getattr(text, self.language)

    def number(self, value: float, decimals: int = 0) -> str:
        """``12 345,6`` in French, ``12,345.6`` in English."""
        written = f"{value:,.{decimals}f}".replace("-", _MINUS)
        if self.language == "en":
            return written
        return written.replace(",", _NARROW).replace(".", ",")

    def quantity(self, value: float, unit: str, accuracy: float) -> str:
        """``2,02 m`` in French, ``2.02 m`` in English; the unit stays on the line of its number."""
        if self.language == "fr":
            return french(value, unit, accuracy).replace(" ", _NO_BREAK)
        number = french(value, "1", accuracy).replace(",", ".")
        shown = display_unit(unit, "en")
        close = shown.startswith("%") or stands_close(unit)
        return number + shown if close else f"{number}{_NO_BREAK}{shown}".rstrip(_NO_BREAK)

    def percent(self, value: float) -> str:
        """``50 %`` in French, ``50%`` in English."""
        return self.quantity(value, "%", 1)

    def moment(self, moment: datetime, zone: ZoneInfo = PARIS) -> str:
        """``10/01 à 02:45``, or ``10 Jan 02:45``."""
        if self.language == "fr":
            return short_local(moment, zone).replace(" ", f"{_NO_BREAK}à{_NO_BREAK}")
        return f"{moment.astimezone(zone):%-d %b %H:%M}".replace(" ", _NO_BREAK)

    def moment_there(self, moment: datetime, zone: ZoneInfo) -> str:
        """The same, with the zone's city where it is not the city's own zone."""
        return self.moment(moment, zone) + ("" if zone == PARIS else f" ({self.zone_city(zone)})")

    def full_moment(self, moment: datetime, zone: ZoneInfo = PARIS) -> str:
        """``lundi 10 janvier 2022 à 02 h 45``, or ``Monday 10 January 2022, 02:45``."""
        if self.language == "fr":
            return re.sub(r"(\d\d) h (\d\d)$", rf"\1{_NARROW}h{_NARROW}\2", long_local(moment, zone))
        return f"{moment.astimezone(zone):%A %-d %B %Y, %H:%M}"

    def day(self, moment: datetime, zone: ZoneInfo = PARIS) -> str:
        """``lun. 10/01`` or ``Mon 10 Jan``, for an axis."""
        local = moment.astimezone(zone)
        name = _DAYS[self.language][local.weekday()]
        return f"{name} {local:%d/%m}" if self.language == "fr" else f"{name} {local:%-d %b}"

    def clock(self, moment: datetime, zone: ZoneInfo = PARIS) -> str:
        """``02:45``."""
        return f"{moment.astimezone(zone):%H:%M}"

    def duration(self, length: timedelta) -> str:
        """``2 j 19 h``, ``3 h 05`` or ``12 min``: the two greatest units."""
        minutes = int(length.total_seconds() // 60)
        days, hours = minutes // 1440, minutes // 60 % 24
        if days:
            words = f"{days} {'j' if self.language == 'fr' else 'd'}" + (f" {hours} h" if hours else "")
        elif hours:
            words = f"{hours} h {minutes % 60:02}"
        else:
            words = f"{minutes} min"
        return words.replace(" ", _NO_BREAK)

    def zone_city(self, zone: ZoneInfo) -> str:
        """The city that a zone is named for."""
        return zone.key.rpartition("/")[2].replace("_", " ")
