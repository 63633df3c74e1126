"""Reads what is expected in a test: what becomes of the alert, who is told, which lights are held, how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.rules_engine.domain.alert import Change, Phase, Resolution
from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.rule import LightAction, NotifyAction, Place, Rule, Severity
from services.rules_engine.domain.testing.case import Expected, ExpectedChange, ExpectedState, ExpectedValue, Light
from services.rules_engine.domain.testing.moments import Clocks
from services.rules_engine.domain.testing.notation import parse_value
from services.rules_engine.domain.testing.reading_series import SLUG
from services.rules_engine.domain.testing.reading_times import read_lapse, read_moment
from services.rules_engine.domain.truth import Truth
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.problems import Problem

CHANGES: Final[Mapping[str, Change]] = {
    "fires": Change.FIRED, "worsens": Change.WORSENED, "eases": Change.EASED, "resolves": Change.RESOLVED,
}  # fmt: skip
_SHORT: Final = {"fires_at": Change.FIRED, "resolves_at": Change.RESOLVED}
_DETAILS: Final = ("about", "notifies", "says", "lights", "releases", "because", "with", "within", "severity")
_STATE: Final = ("state", "truth")
_KEYS: Final = ("at", *CHANGES, *_STATE, *_SHORT, *_DETAILS)
_NOTHING: Final = frozenset({"nothing", "never"})
_NEVER: Final = "never"
_TRUTHS: Final[Mapping[Any, Truth]] = {True: True, False: False, "unknown": None}
_EXAMPLE: Final = "{at: 70 min, fires: orange, notifies: gemapi-astreinte}"


@dataclass(frozen=True)
class ExpectedReader:
    """Reads what stands under ``expect``."""

    rule: Rule
    clocks: Clocks
    problems: list[Problem]

    def read(self, place: Place) -> tuple[Expected, ...]:
        """All that is expected, in the order in which it is written; faults are noted."""
        written = place.value
        if isinstance(written, str) and written in _NOTHING:
            return ()
        if isinstance(written, dict):
            return tuple(self._one(place, self.clocks.begin))
        if not isinstance(written, list) or not written:
            self._fault(place, f"'expect' is {described(written)}", f"expect: nothing, or a list: - {_EXAMPLE}")
            return ()
        return tuple(self._all(place, len(written)))

    def _all(self, place: Place, count: int) -> Iterator[Expected]:
        after = self.clocks.begin
        for index in range(count):
            for each in self._one(place.below(index), after):
                after = each.at
                yield each

    def _one(self, place: Place, after: datetime) -> Iterator[Expected]:
        fields = Fields(place, self.problems, _KEYS)
        if not fields.is_mapping:
            return
        if any(fields.has(key) for key in _SHORT):
            yield from self._short(fields, after)
            return
        fields.required("at")
        at = read_moment(fields, "at", self.clocks, after)
        words = [word for word in CHANGES if fields.has(word)]
        if len(words) > 1:
            fields.fault(words[1], f"'{words[0]}' and '{words[1]}' are two things", "write two lines: - {at: ...}")
        if at is None:
            return
        if any(fields.has(key) for key in _STATE):
            yield self._state(fields, at)
        if words or fields.has("lights") or fields.has("releases"):
            yield self._change(fields, at, words[0] if words else None)
        elif not any(fields.has(key) for key in _STATE):
            self._fault(place, "nothing is expected at that moment", f"write {_EXAMPLE}")

    def _short(self, fields: Fields, after: datetime) -> Iterator[Expected]:
        """``{fires_at: 70 min, resolves_at: 3 h, notifies: ...}``."""
        for key in ("at", *CHANGES, *_STATE):
            if fields.has(key):
                fields.fault(
                    key, f"'{key}' beside 'fires_at' or 'resolves_at'", "write lines of their own: - {at: ...}"
                )
        details = True
        for key, change in _SHORT.items():
            if not fields.has(key) or fields.value(key) == _NEVER:
                continue
            at = read_moment(fields, key, self.clocks, after)
            if at is not None:
                after = at
                yield self._detailed(fields, at, change, None) if details else ExpectedChange(at, fields.place, change)
                details = False

    def _state(self, fields: Fields, at: datetime) -> ExpectedState:
        phase = fields.choice("state", Phase, Phase.INACTIVE) if fields.has("state") else None
        truth, written = None, fields.value("truth")
        if fields.has("truth"):
            if not isinstance(written, str | bool) or written not in _TRUTHS:
                fields.fault("truth", f"'truth' is {described(written)}; it must be true, false or unknown")
            else:
                truth = _TRUTHS[written]
        severity = self._severity(fields, "severity") if fields.has("state") else None
        return ExpectedState(at, fields.place, self._about(fields), phase, severity, truth, fields.has("truth"))

    def _change(self, fields: Fields, at: datetime, word: str | None) -> ExpectedChange:
        severity = None
        if word == "resolves":
            if fields.value(word) is not True:
                fields.fault(word, f"'resolves' is {described(fields.value(word))}", "resolves: true")
        elif word is not None and fields.value(word) is not True:
            severity = self._severity(fields, word)
        return self._detailed(fields, at, CHANGES[word] if word else None, severity)

    def _detailed(
        self, fields: Fields, at: datetime, change: Change | None, severity: Severity | None
    ) -> ExpectedChange:
        within = read_lapse(fields, "within")
        if fields.has("because") and change is not Change.RESOLVED:
            fields.fault("because", "only the end of an alert has a reason", "write it beside resolves: true")
        return ExpectedChange(
            at=at,
            place=fields.place,
            change=change,
            within=within.length if within else timedelta(),
            about=self._about(fields),
            severity=severity or (self._severity(fields, "severity") if fields.has("severity") else None),
            teams=self._teams(fields),
            says=fields.texts("says"),
            lights=self._lights(fields) if fields.has("lights") else None,
            releases=self._names(fields, "releases", self._groups) if fields.has("releases") else None,
            because=fields.choice("because", Resolution, Resolution.UNKNOWN) if fields.has("because") else None,
            values=dict(self._values(fields)),
        )

    def _about(self, fields: Fields) -> str | None:
        return fields.text("about")

    def _severity(self, fields: Fields, key: str) -> Severity | None:
        """One that the rule has."""
        if not fields.has(key):
            return None
        before = len(self.problems)
        severity = fields.choice(key, Severity, Severity.INFO)
        known = [level.severity for level in self.rule.levels]
        if len(self.problems) > before:
            return None
        if severity not in known:
            fields.fault(key, f"the rule is never '{severity}'", f"it may be {', '.join(known)}")
        return severity

    def _teams(self, fields: Fields) -> tuple[str, ...] | None:
        if not fields.has("notifies"):
            return None
        if fields.value("notifies") in ("nobody", []):
            return ()
        return self._names(fields, "notifies", {each.team for each in self.rule.then if isinstance(each, NotifyAction)})

    @property
    def _groups(self) -> set[str]:
        return {each.group for each in self.rule.then if isinstance(each, LightAction) and each.area is None}

    def _names(self, fields: Fields, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """Names that the rule itself uses; a rule that lights whole areas names no groups."""
        names = fields.texts(key)
        for name in names:
            self._require_known(fields, key, name, known)
        return names

    def _require_known(self, fields: Fields, key: str, name: str, known: Iterable[str]) -> None:
        by_area = key != "notifies" and any(isinstance(each, LightAction) and each.area for each in self.rule.then)
        if name not in known and not by_area:
            hint = did_you_mean(name, known) or (f"it names {', '.join(sorted(known))}" if known else None)
            fields.fault(key, f"the rule does not name '{name}'", hint)

    def _lights(self, fields: Fields) -> tuple[Light, ...]:
        written = fields.value("lights")
        if written in ("nothing", []):
            return ()
        count = len(written) if isinstance(written, list) else None
        places = [fields.at("lights")] if count is None else [fields.at("lights", index) for index in range(count)]
        return tuple(light for place in places if (light := self._light(place)) is not None)

    def _light(self, place: Place) -> Light | None:
        if isinstance(place.value, str):
            self._known_group(place, place.value)
            return Light(place.value)
        fields = Fields(place, self.problems, ("group", "level"))
        fields.required("group")
        group = fields.text("group")
        if group is None:
            return None
        self._known_group(place, group)
        return Light(group, fields.percent("level"))

    def _known_group(self, place: Place, group: str) -> None:
        by_area = any(isinstance(each, LightAction) and each.area for each in self.rule.then)
        if group not in self._groups and not by_area:
            hint = did_you_mean(group, self._groups) or f"it names {', '.join(sorted(self._groups))}"
            self._fault(place, f"the rule does not light '{group}'", hint if self._groups else None)

    def _values(self, fields: Fields) -> Iterator[tuple[str, ExpectedValue]]:
        written = fields.value("with")
        if not fields.has("with"):
            return
        if not isinstance(written, dict):
            fields.fault("with", f"'with' is {described(written)}; it must give values", "with: {count: 2}")
            return
        for name, value in written.items():
            yield name, self._value(fields.at("with", name), value)

    def _value(self, place: Place, written: Any) -> ExpectedValue:
        if isinstance(written, bool) or written is None:
            self._fault(place, f"{described(written)} is no value", "a number, a number with its unit, or unknown")
            return None
        if isinstance(written, int | float):
            return float(written)
        if isinstance(written, list):
            return tuple(str(each) for each in written)
        if written == "unknown":
            return None
        try:
            return parse_value(str(written))
        except InputError:
            return str(written)

    def _fault(self, place: Place, message: str, hint: str | None = None) -> None:
        self.problems.append(place.problem(SLUG, message, hint=hint))
