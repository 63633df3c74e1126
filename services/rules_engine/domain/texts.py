"""What fills the braces of a message: values with unit and decimal comma, local times, members of a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.alert import Transition
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.coercion import Data
from services.rules_engine.domain.freshness import used
from services.rules_engine.domain.inputs.history import QualityOf
from services.rules_engine.domain.inputs.members import Census, Counted
from services.rules_engine.domain.placeholders import OF_GROUP
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rule import Severity
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.selecting import Subject
from services.rules_engine.domain.terms import COMPOUND, Reading
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.quantities import elapsed, is_time
from shared.civil_time import short_local
from shared.units import display_unit, french

UNKNOWN_VALUE: Final = "valeur inconnue"
UNKNOWN_TIME: Final = "date inconnue"
NOTHING: Final = "aucun"
_GRAMMAR: Final = French()
_LET_ACCURACY: Final = 0.01
"""A value that was worked out has no accuracy of its own; two decimals are what people read."""
_MOST_TITLES: Final = 5
SEVERITIES: Final = {
    Severity.INFO: "information", Severity.MINOR: "mineur", Severity.YELLOW: "jaune", Severity.ORANGE: "orange",
    Severity.RED: "rouge", Severity.CRITICAL: "critique",
}  # fmt: skip


def censuses(rule: CompiledRule, level: int) -> tuple[Census, ...]:
    """The questions to several points in a level's condition, in the order in which they are written."""
    found: dict[int, Census] = {}
    for each in rule.levels[level].when.inputs:
        if isinstance(each, Counted):
            found.setdefault(id(each.census), each.census)
    return tuple(found.values())


def holding(rule: CompiledRule, transition: Transition, scene: Scene) -> Sequence[str]:
    """The ids of the members that hold what the worst firing level first asks of them."""
    level = (transition.after or transition.before or (0,))[-1]
    found = censuses(rule, level)
    return found[0].holding(scene) if found else ()


@dataclass(frozen=True)
class Texts:
    """The texts for the names in the messages of one transition."""

    rule: CompiledRule
    transition: Transition
    subject: Subject
    scene: Scene
    book: RuleBook

    def value(self, name: str) -> str:
        """The text for a name; a name that nothing fills stays in its braces, so that nobody reads a gap."""
        general = self._general().get(name)
        if general is not None:
            return general()
        own, _, attribute = name.partition(".")
        if own in self.rule.lets:
            return self._of_let(own, attribute)
        if own in OF_GROUP and self.rule.rule.grouping is not None:
            return self._of_group(own)
        if own in self.rule.kind.properties and self.rule.rule.grouping is None:
            return self._of_property(own, attribute)
        return f"{{{name}}}"

    def eased(self) -> str:
        """The words for those who heard of a level that was left."""
        severity = SEVERITIES[self.rule.levels[self.transition.after[-1]].level.severity]
        values = [
            self._of_property(name, "") for name in sorted(self.rule.properties) if self.rule.rule.grouping is None
        ]
        seen = f" ({', '.join(values)})" if values else ""
        return f"{self.subject.title} : revenu au niveau {severity}{seen}."

    def _general(self) -> dict[str, Callable[[], str]]:
        rule = self.rule.rule
        level = (self.transition.after or self.transition.before or (0,))[-1]
        return {
            "point": lambda: self.subject.title,
            "point.id": lambda: self.subject.id,
            "rule": lambda: rule.title,
            "rule.id": lambda: rule.id,
            "severity": lambda: rule.levels[level].severity.value,
            "time": lambda: short_local(self.transition.at, ZoneInfo(self.subject.zone)),
            "since": lambda: short_local(self.transition.since, ZoneInfo(self.subject.zone)),
        }

    def _of_property(self, name: str, attribute: str) -> str:
        known = self.rule.kind.properties[name]
        (seen,) = used([name], self.scene)
        text, number = (
            UNKNOWN_VALUE if seen.value is None else french(seen.value, unit, known.accuracy)
            for unit in (known.unit, "1")
        )
        time = UNKNOWN_TIME if seen.time is None else short_local(seen.time, ZoneInfo(self.subject.zone))
        told = {"": text, "number": number, "unit": display_unit(known.unit), "title": known.title.fr, "time": time}
        return told.get(attribute, f"{{{name}.{attribute}}}")

    def _of_let(self, name: str, attribute: str) -> str:
        compiled = self.rule.lets[name]
        value: Data = compiled.work_out_in(self.scene)
        unit = None if compiled.term.type.unit == COMPOUND else compiled.term.type.unit
        if isinstance(compiled.term, Reading) and isinstance(compiled.term.input, QualityOf):
            value = _GRAMMAR.phrases.get(f"quality-{value}", UNKNOWN_VALUE)
        told = {"": _shown(value, unit), "number": _number(value, unit), "unit": display_unit(unit) if unit else ""}
        return told.get(attribute, f"{{{name}.{attribute}}}")

    def _of_group(self, name: str) -> str:
        members = holding(self.rule, self.transition, self.scene)
        if name == "count":
            return str(len(members))
        if name == "total":
            return str(len(self.subject.points))
        titles = [self.book.points[member].title for member in members]
        more = len(titles) - _MOST_TITLES
        shown = ", ".join(titles[:_MOST_TITLES])
        return f"{shown} et {more} autres" if more > 1 else ", ".join(titles)


def _shown(value: Data, unit: str | None) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(each, unit) for each in value) or NOTHING
    if value is None or isinstance(value, dict):
        return UNKNOWN_VALUE
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return value
    if is_time(unit):
        return elapsed(_GRAMMAR, float(value), unit)
    return french(float(value), unit or "1", _accuracy(float(value), unit))


def _number(value: Data, unit: str | None) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _shown(value, unit)
    return french(float(value), "1", _accuracy(float(value), unit))


def _accuracy(value: float, unit: str | None) -> float:
    counts = unit in (None, "{count}", "1") or is_time(unit)
    return 1.0 if counts and value.is_integer() else _LET_ACCURACY
