"""Says in French and in English what a rule does, and why a decision came out as it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.decision import Compared, Trace
from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rule import Action, LightAction, Selector, WhenUnknown
from services.rules_engine.domain.terms import COMPOUND, Call, Constant, Converted, Term, Variable
from services.rules_engine.domain.truth import Truth
from shared.model.registry import Kind, Text
from shared.units import display_unit

Language: TypeAlias = Literal["fr", "en"]

_TRUTHS: Final[dict[Truth, Text]] = {
    True: Text("vrai", "true"), False: Text("faux", "false"), None: Text("inconnu", "unknown"),
}  # fmt: skip
_WORDS: Final = {
    "kind": Text("Pour chaque point « {0} »", "For each point '{0}'"),
    "area": Text(" de la zone {0}", " in the area {0}"),
    "group": Text(" du groupe {0}", " of the group {0}"),
    "tags": Text(" marqué {0}", " tagged {0}"),
    "points": Text(" parmi {0}", " among {0}"),
    "when": Text(" : alerte {0} quand {1}", ": {0} alert when {1}"),
    "for": Text(" pendant {0}", " for {0}"),
    "until": Text(" ; fin quand {0}", "; it ends when {0}"),
    "hold": Text("si une valeur manque, l'alerte en cours continue", "if a value is missing, a firing alert goes on"),
    "resolve": Text("si une valeur manque, l'alerte s'arrête", "if a value is missing, the alert ends"),
    "alert": Text("une valeur qui manque vaut alerte", "a missing value counts as an alert"),
    "notify": Text("prévenir {0}", "tell {0}"),
    "digest": Text(" une fois par jour à {0}", " once a day at {0}"),
    "light": Text("éclairer {0} à {1} %", "light {0} at {1} %"),
    "at_most": Text(" au plus {0}", " for at most {0}"),
    "and": Text(" et ", " and "),
    "colon": Text(" : ", ": "),
    "semicolon": Text(" ; ", "; "),
    "together": Text("en tout : {0}", "all together: {0}"),
}
_SEVERITIES: Final = {
    "info": "d'information", "minor": "mineure", "yellow": "jaune", "orange": "orange", "red": "rouge",
    "critical": "critique",
}  # fmt: skip


def rule_in_words(rule: CompiledRule) -> Text:
    """The rule as a sentence or two, for someone who doesn't write rules."""
    return Text(fr=_Speaker("fr", rule.kind).rule(rule), en=_Speaker("en", rule.kind).rule(rule))


def trace_in_words(trace: Trace, kind: Kind) -> Text:
    """Each comparison of a decision with its values and its truth, and the truth of the whole."""
    return Text(fr=_Speaker("fr", kind).trace(trace), en=_Speaker("en", kind).trace(trace))


@dataclass(frozen=True)
class _Speaker:
    language: Language
    kind: Kind

    def rule(self, rule: CompiledRule) -> str:
        own = rule.rule
        severity = _SEVERITIES[own.severity] if self.language == "fr" else own.severity.value
        when = self._word("when", severity, self.term(rule.when.term)) + self._lasting("for", own.for_)
        until = "" if rule.until is None else self._word("until", self.term(rule.until.term))
        ending = until + (self._lasting("for", own.until_for) if until else "")
        sentences = [
            self._selection(own.for_each) + when + ending,
            self._word("and").join(self._action(action) for action in own.then),
            self._unknown(own.when_unknown),
        ]
        return " ".join(f"{text[0].upper()}{text[1:]}." for text in sentences if text)

    def trace(self, trace: Trace) -> str:
        said = [*(self.compared(each) for each in trace.compared), self._word("together", self._truth(trace.truth))]
        return self._word("semicolon").join(said)

    def compared(self, compared: Compared) -> str:
        """``Hauteur (2,02 m) dépasse 2 m : vrai``."""
        parts = [self._seen(part, value) for part, value in zip(compared.call.arguments, compared.values, strict=True)]
        return self._phrase(compared.call, parts) + self._word("colon") + self._truth(compared.truth)

    def term(self, term: Term) -> str:
        """A term as a phrase."""
        if isinstance(term, Constant):
            return self._constant(term)
        if isinstance(term, Variable):
            return self._title(term)
        if isinstance(term, Converted):
            return self.term(term.term)
        return self._phrase(term, [self._nested(part) for part in term.arguments])

    def _nested(self, term: Term) -> str:
        text = self.term(term)
        return (
            f"({text})" if isinstance(term, Call) and not term.operator.compares and len(term.arguments) > 1 else text
        )

    def _phrase(self, call: Call, parts: list[str]) -> str:
        words = call.operator.words[self.language]
        if "{all}" in words:
            return words.format(all=", ".join(parts))
        if "{0}" not in words:
            return words.join(parts) if len(parts) > 1 else f"{words.strip()} {parts[0]}".strip()
        if len(parts) > words.count("{"):
            return self._word("and").join(words.format(*pair) for pair in pairwise(parts))
        return words.format(*parts, *["..."] * (words.count("{") - len(parts)))

    def _seen(self, term: Term, value: Value) -> str:
        if isinstance(term, Constant):
            return self._constant(term)
        shown = self._truth(None) if value is None else self._value(value, term.type.unit)
        return f"{self.term(term)} ({shown})"

    def _title(self, variable: Variable) -> str:
        known = self.kind.properties.get(variable.name)
        return variable.name if known is None else getattr(known.title, self.language)

    def _constant(self, constant: Constant) -> str:
        return self._value(constant.value, constant.type.unit) if constant.value is not None else self._truth(None)

    def _value(self, value: Value, unit: str | None) -> str:
        if isinstance(value, bool):
            return self._truth(value)
        if not isinstance(value, float):
            return str(value)
        number = f"{value:.6g}"
        shown = display_unit(unit) if unit not in (None, COMPOUND) else ""
        return f"{number.replace('.', ',') if self.language == 'fr' else number} {shown}".strip()

    def _selection(self, selector: Selector) -> str:
        parts = [self._word("kind", getattr(self.kind.title, self.language))]
        named = {"area": selector.area, "group": selector.group, "tags": ", ".join(selector.tags)}
        parts += [
            self._word(key, name) for key, name in {**named, "points": ", ".join(selector.points)}.items() if name
        ]
        return "".join(parts)

    def _action(self, action: Action) -> str:
        if isinstance(action, LightAction):
            return self._word("light", action.group, action.level) + self._lasting("at_most", action.at_most)
        return self._word("notify", action.team) + (self._word("digest", action.digest) if action.digest else "")

    def _unknown(self, choice: WhenUnknown) -> str:
        return self._word(choice.value)

    def _lasting(self, key: str, duration: timedelta | None) -> str:
        return self._word(key, in_words(duration, day="j" if self.language == "fr" else "d")) if duration else ""

    def _word(self, key: str, *filling: object) -> str:
        phrase: str = getattr(_WORDS[key], self.language)
        return phrase.format(*filling)

    def _truth(self, truth: Truth) -> str:
        word: str = getattr(_TRUTHS[truth], self.language)
        return word
