"""Reads what is expected in a test: what becomes of the alert, who is told, which lights are held, how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.rules_engine.domain.alert import Change, Phase, Resolution
from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.rule import Place, Severity
from services.rules_engine.domain.testing.case import CHANGES, Expected, ExpectedChange, ExpectedState
from services.rules_engine.domain.testing.moments import Clocks
from services.rules_engine.domain.testing.reading_details import DetailsReader
from services.rules_engine.domain.testing.reading_series import SLUG
from services.rules_engine.domain.testing.reading_times import read_lapse, read_moment
from services.rules_engine.domain.truth import Truth

_SHORT: Final = {"fires_at": Change.FIRED, "resolves_at": Change.RESOLVED}
_DETAILS: Final = ("about", "notifies", "says", "lights", "releases", "because", "with", "within", "severity")
_STATE: Final = ("state", "truth")
_KEYS: Final = ("at", *CHANGES, *_STATE, *_SHORT, *_DETAILS)
_NEVER: Final = "never"
_NOTHING: Final = ("nothing", _NEVER)
_TRUTHS: Final[Mapping[Any, Truth]] = {True: True, False: False, "unknown": None}
_EXAMPLE: Final = "{at: 70 min, fires: orange, notifies: gemapi-astreinte}"


@dataclass(frozen=True)
class ExpectedReader:
    """Reads what stands under ``expect``."""

    clocks: Clocks
    details: DetailsReader

    def read(self, place: Place) -> tuple[Expected, ...]:
        """All that is expected, in the order in which it is written; faults are noted."""
        written = place.value
        if written in _NOTHING:
            return ()
        if isinstance(written, dict):
            return tuple(self._line(place, self.clocks.begin))
        if not isinstance(written, list) or not written:
            hint = f"expect: nothing, or a list: - {_EXAMPLE}"
            self._fault(place, f"'expect' is {described(written)}; it must say what happens", hint)
            return ()
        return tuple(self._all(place, len(written)))

    def _all(self, place: Place, count: int) -> Iterator[Expected]:
        after = self.clocks.begin
        for index in range(count):
            for each in self._line(place.at(index), after):
                after = each.at
                yield each

    def _line(self, place: Place, after: datetime) -> Iterator[Expected]:
        fields = Fields(place, self.details.problems, _KEYS)
        if not fields.is_mapping:
            return
        if any(fields.has(key) for key in _SHORT):
            yield from self._short(fields, after)
            return
        fields.required("at")
        at = read_moment(fields, "at", self.clocks, after)
        if at is not None:
            yield from self._at(fields, at)

    def _at(self, fields: Fields, at: datetime) -> Iterator[Expected]:
        words = [word for word in CHANGES if fields.has(word)]
        stands = any(fields.has(key) for key in _STATE)
        if len(words) > 1:
            fields.fault(words[1], f"'{words[0]}' and '{words[1]}' are two things", "write two lines: - {at: ...}")
        if words:
            yield self._change(fields, at, CHANGES[words[0]], self._reached(fields, words[0]))
        elif fields.has("lights") or fields.has("releases"):
            yield self._change(fields, at, Change.RENEWED, None)
        elif not stands:
            self._fault(fields.place, "nothing is expected at that moment", f"write {_EXAMPLE}")
        if stands:
            yield self._state(fields, at)

    def _short(self, fields: Fields, after: datetime) -> Iterator[Expected]:
        """``{fires_at: 70 min, resolves_at: 3 h, notifies: ...}``; the details are those of the first."""
        for key in ("at", *CHANGES, *_STATE):
            if fields.has(key):
                fields.fault(
                    key, f"'{key}' beside 'fires_at' or 'resolves_at'", "write lines of their own: - {at: ...}"
                )
        told = False
        for key, change in _SHORT.items():
            at = None if fields.value(key) == _NEVER else read_moment(fields, key, self.clocks, after)
            if at is not None:
                after = at
                yield ExpectedChange(at, change, fields.place) if told else self._change(fields, at, change, None)
                told = True

    def _reached(self, fields: Fields, word: str) -> Severity | None:
        """The severity behind ``fires: orange``; None behind ``fires: true``."""
        if fields.value(word) is True:
            return None
        if CHANGES[word] is Change.RESOLVED:
            fields.fault(word, f"'{word}' is {described(fields.value(word))}", f"{word}: true")
            return None
        return self._severity(fields, word)

    def _severity(self, fields: Fields, key: str) -> Severity | None:
        if not fields.has(key):
            return None
        known = [level.severity for level in self.details.rule.levels]
        severity = fields.choice(key, Severity, known[0])
        if severity not in known:
            fields.fault(key, f"the rule is never '{severity}'", f"it may be {', '.join(known)}")
        return severity

    def _change(self, fields: Fields, at: datetime, change: Change, severity: Severity | None) -> ExpectedChange:
        if fields.has("because") and change is not Change.RESOLVED:
            fields.fault("because", "only the end of an alert has a reason", "write it beside resolves: true")
        within = read_lapse(fields, "within")
        return ExpectedChange(
            at=at,
            change=change,
            place=fields.place,
            within=within.length if within else timedelta(),
            about=fields.text("about"),
            severity=severity or self._severity(fields, "severity"),
            teams=self.details.teams(fields),
            says=fields.texts("says"),
            lights=self.details.lights(fields),
            releases=self.details.releases(fields),
            because=fields.choice("because", Resolution, Resolution.UNKNOWN) if fields.has("because") else None,
            values=dict(self.details.values(fields)),
        )

    def _state(self, fields: Fields, at: datetime) -> ExpectedState:
        written = fields.value("truth")
        known = isinstance(written, str | bool) and written in _TRUTHS
        if fields.has("truth") and not known:
            fields.fault("truth", f"'truth' is {described(written)}; it must be true, false or unknown")
        return ExpectedState(
            at=at,
            place=fields.place,
            about=fields.text("about"),
            phase=fields.choice("state", Phase, Phase.INACTIVE) if fields.has("state") else None,
            severity=self._severity(fields, "severity") if fields.has("state") else None,
            truth=_TRUTHS[written] if known else None,
            asked=fields.has("truth"),
        )

    def _fault(self, place: Place, message: str, hint: str | None = None) -> None:
        self.details.problems.append(place.problem(SLUG, message, hint=hint))
