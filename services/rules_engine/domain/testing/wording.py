"""How a test speaks of moments and of what happens at them, in French and in English, with the words of rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.rules_engine.domain.alert import Change
from services.rules_engine.domain.testing.case import Case, ExpectedChange
from services.rules_engine.domain.testing.moments import elapsed, shown
from services.rules_engine.domain.testing.reading_expected import CHANGES
from services.rules_engine.domain.testing.running import Happened
from shared.model.registry import Text

_WORDS = {change: word for word, change in CHANGES.items()}


@dataclass(frozen=True)
class Wording:
    """Says what belongs to one test; moments by the clocks of its points."""

    case: Case

    def moment(self, moment: datetime) -> str:
        """``01:10 (1 h 10 min)``."""
        clock = shown(moment, self.case.begin, self.case.zone)
        return f"{clock} ({elapsed(self.case.begin, moment, self.case.zone)})"

    def change(self, change: Change | None) -> str:
        """The word for it in a test."""
        return "lights" if change is None else _WORDS.get(change, "lights")

    def expected(self, wanted: ExpectedChange) -> str:
        """``fires orange``."""
        return self._said(wanted.change, wanted.severity, wanted.about)

    def happened(self, happened: Happened) -> str:
        """``fires orange → gemapi-astreinte``."""
        subject = happened.subject if len(self.case.points) > 1 else None
        severity = None if happened.change is Change.RESOLVED else happened.severity
        change = None if happened.told is None else happened.change
        return self._said(change, severity, subject) + self._told(happened)

    def _said(self, change: Change | None, severity: str | None, subject: str | None) -> str:
        return " ".join(part for part in (self.change(change), severity, subject and f"({subject})") if part)

    def _told(self, happened: Happened) -> str:
        teams = [] if happened.told is None else [request.team for request in happened.told.notify]
        lights = [f"{each.group} {each.level} %" for each in happened.held]
        released = [f"{group} rendu" for group in happened.released]
        said = [*dict.fromkeys(teams), *lights, *released]
        return f" → {', '.join(said)}" if said else ""


def joined(*parts: str | Text) -> Text:
    """The parts as one sentence; what is no ``Text`` is the same in both languages."""
    return Text(
        "".join(part if isinstance(part, str) else part.fr for part in parts),
        "".join(part if isinstance(part, str) else part.en for part in parts),
    )
