"""conflicting-lighting: two rules of different owners that command the same lights.

The more critical rule wins, and of two alike the brighter: where nothing but brightness decides between two levels, one
of the owners does not get what was asked for. Rules of which one gives way to the other have settled it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.rules_engine.domain.action import LightAction
from services.rules_engine.domain.checks.check import Check, RulesUnderCheck
from services.rules_engine.domain.examining.lights import lit_luminaires
from services.rules_engine.domain.rule import Place, Rule
from shared.model.alerts import Criticality
from shared.problems import Problem

SLUG: Final = "conflicting-lighting"


@dataclass(frozen=True)
class _Command:
    rule: Rule
    action: LightAction
    place: Place
    luminaires: frozenset[str]

    def contradicts(self, other: _Command) -> bool:
        return self.rule.criticality == other.rule.criticality and self.action.level != other.action.level

    def meets(self, other: _Command) -> bool:
        """Whether they are of two owners who have not settled it."""
        gives_way = {unless.rule for unless in self.rule.unless} | {unless.rule for unless in other.rule.unless}
        return self.rule.owner != other.rule.owner and not gives_way & {self.rule.id, other.rule.id}


def find(subject: RulesUnderCheck) -> Iterator[Problem]:
    commands = [
        _Command(rule, action, place, lit_luminaires(action, subject.known))
        for rule in subject.rules
        for _, _, action, place in rule.lights
    ]
    by_luminaire: defaultdict[str, list[_Command]] = defaultdict(list)
    for command in commands:
        for luminaire in command.luminaires:
            by_luminaire[luminaire].append(command)
    for command in commands:
        met = {id(each): each for luminaire in command.luminaires for each in by_luminaire[luminaire]}
        others = [each for each in met.values() if command.meets(each)]
        if others:
            yield _problem(command, others)


def _problem(command: _Command, others: Sequence[_Command]) -> Problem:
    """One problem for each command, about the worst of the others, so that each owner is told at home."""
    first = min(others, key=lambda other: (not command.contradicts(other), other.rule.file, other.place.span.line))
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    lights = command.action.group or command.action.area
    message = (
        f"lights of '{lights}' are commanded by '{first.rule.id}' of {first.rule.owner} too,"
        f" at {first.action.level} % ({first.place}){more}; {_winner(command, first)}"
    )
    contradicts = command.contradicts(first)
    other = "give them one level or different criticality" if contradicts else "agree on it with its owner"
    hint = f"let one give way (unless: {first.rule.id}), or {other}"
    severity = "error" if contradicts else "warning"
    return command.place.problem(
        SLUG, message, "area" if command.action.area else "group", hint=hint, severity=severity
    )


def _winner(command: _Command, other: _Command) -> str:
    own, others = (list(Criticality).index(each.rule.criticality) for each in (command, other))
    if own != others:
        return f"'{(command if own < others else other).rule.criticality}' wins"
    return "both ask for the same" if command.action.level == other.action.level else "the brighter wins"


CHECK: Final = Check(SLUG, find, ("inventory",))
