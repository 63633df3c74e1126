"""How a test speaks of moments and of what happens at them, in French and in English, with the words of rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.rules_engine.domain.alert import Change
from services.rules_engine.domain.testing.case import CHANGES, Case, ExpectedChange
from services.rules_engine.domain.testing.moments import elapsed, shown
from services.rules_engine.domain.testing.running import Happened
from shared.model.registry import Text

_WORDS: Final = {change: word for word, change in CHANGES.items()} | {Change.RENEWED: "lights"}


@dataclass(frozen=True)
class Wording:
    """Says what belongs to one test; moments by the clocks of its points."""

    case: Case

    def moment(self, moment: datetime) -> str:
        """``01:10 (1 h 10 min)``."""
        clock = shown(moment, self.case.begin, self.case.zone)
        return f"{clock} ({elapsed(self.case.begin, moment, self.case.zone)})"

    def expected(self, wanted: ExpectedChange) -> str:
        """``fires orange``."""
        return _said(wanted.change, wanted.severity, wanted.about)

    def happened(self, happened: Happened) -> Text:
        """``fires orange → gemapi-astreinte``."""
        subject = happened.subject if len(self.case.points) > 1 else None
        severity = None if happened.change in (Change.RESOLVED, Change.RENEWED) else happened.severity
        return joined(_said(happened.change, severity, subject), _asked(happened))


def _said(change: Change, severity: str | None, subject: str | None) -> str:
    return " ".join(part for part in (_WORDS[change], severity, subject and f"({subject})") if part)


def _asked(happened: Happened) -> Text:
    """Who is told, and what lights do."""
    same = [*happened.teams, *(f"{each.group} {each.level} %" for each in happened.held)]
    released = [Text(f"{group} rendu", f"{group} released") for group in happened.released]
    parts = [*(Text(each, each) for each in same), *released]
    if not parts:
        return Text("", "")
    return Text(f" → {', '.join(each.fr for each in parts)}", f" → {', '.join(each.en for each in parts)}")


def joined(*parts: str | Text) -> Text:
    """The parts as one sentence; what is no ``Text`` is the same in both languages."""
    return Text(
        "".join(part if isinstance(part, str) else part.fr for part in parts),
        "".join(part if isinstance(part, str) else part.en for part in parts),
    )
