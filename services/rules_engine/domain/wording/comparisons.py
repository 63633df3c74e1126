"""Comparisons in words: what is measured first, then what it is measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.coercion import LOOSE
from services.rules_engine.domain.inputs.history import Age, Before, QualityOf
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.inputs.windows import Difference
from services.rules_engine.domain.operators import OPERATORS
from services.rules_engine.domain.operators.comparison import Comparison
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Call, Constant, Reading, Sort, Term, Variable
from services.rules_engine.domain.wording import members, quantities, titles
from services.rules_engine.domain.wording.clauses import Clause
from services.rules_engine.domain.wording.grammar import fill

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice

_CONTRARY: Final = {
    ">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "==", "===": "!==", "!==": "===",
    "between": "not-between", "strictly-between": "not-strictly-between",
}  # fmt: skip
_MIRRORED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_SAME: Final = {"==": "same-text", "===": "same-text", "!=": "other-text", "!==": "other-text"}
_ZERO: Final = {"==": "zero", "===": "zero", "!=": "not-zero", "!==": "not-zero"}
_ZERO_COUNT: Final = {**_ZERO, "<=": "zero", ">": "not-zero"}


@dataclass(frozen=True)
class Relation:
    """A comparison put so that what is measured comes first.

    Attributes:
        symbol: of JSON-logic, or the name of a phrase.
        order: which of the arguments comes first, second, third.
    """

    symbol: str
    order: tuple[int, ...]


def relation(call: Call, *, negated: bool = False) -> Relation:
    """How a comparison is put."""
    found = _relation(call)
    return Relation(_CONTRARY[found.symbol], found.order) if negated else found


def template(voice: Voice, call: Call, found: Relation) -> str:
    """Its words, with gaps for the arguments in their order."""
    second = call.arguments[found.order[1]] if len(found.order) > 1 else None
    if found.symbol in _SAME and isinstance(second, Constant) and second.type.sort is Sort.TEXT:
        return voice.grammar.phrases[_SAME[found.symbol]]
    if isinstance(second, Constant) and second.value == 0.0 and second.type.sort is Sort.NUMBER:
        zeros = _ZERO_COUNT if call.arguments[found.order[0]].type.unit == "{count}" else _ZERO
        if found.symbol in zeros:
            return voice.grammar.phrases[zeros[found.symbol]]
    if found.symbol in OPERATORS:
        return OPERATORS[found.symbol].words[voice.grammar.language]
    return voice.grammar.phrases[found.symbol]


def comparison(voice: Voice, call: Call, *, negated: bool) -> Clause:
    """The comparison as a clause."""
    if negated and _relation(call).symbol not in _CONTRARY:
        return voice.say("not", plain(voice, call, relation(call), [voice.value(each) for each in call.arguments]))
    found = relation(call, negated=negated)
    arguments = [call.arguments[index] for index in found.order]
    return _special(voice, found.symbol, arguments) or plain(
        voice, call, found, [argument(voice, arguments, each) for each in arguments]
    )


def plain(voice: Voice, call: Call, found: Relation, phrases: Sequence[Phrase]) -> Phrase:
    """The comparison of values that are in words already."""
    return fill(voice.grammar, template(voice, call, found), *phrases)


def state(voice: Voice, term: Term, *, on: bool) -> Phrase | None:
    """What only ever is so or isn't, told as that; None: it is something else."""
    known_name = term.name if isinstance(term, Variable) else ""
    known = voice.known(known_name)
    if known is None or not titles.is_switch(known):
        return None
    return voice.say("state-on" if on else "state-off", voice.property(known_name))


def switched(voice: Voice, symbol: str, measured: Term, by: Term) -> Phrase | None:
    """A comparison that only asks whether something is so; None: it asks more."""
    if symbol not in LOOSE or not isinstance(by, Constant):
        return None
    off, on = (LOOSE[symbol](known, by.value) for known in (0.0, 1.0))
    return None if off is on else state(voice, measured, on=bool(on))


def quality_word(voice: Voice, quality: str) -> str:
    """``hors plage``, which stands behind a feminine noun."""
    return voice.grammar.phrases.get(f"quality-{quality}", voice.grammar.quoted(quality))


def _relation(call: Call) -> Relation:
    operator = call.operator
    if not isinstance(operator, Comparison):
        return Relation(operator.names[0], tuple(range(len(call.arguments))))
    if len(call.arguments) == 3:
        low, high = (0, 2) if operator.symbol in ("<", "<=") else (2, 0)
        return Relation("strictly-between" if operator.symbol in ("<", ">") else "between", (1, low, high))
    first, second = (isinstance(each, Constant) for each in call.arguments)
    if first and not second:
        return Relation(_MIRRORED.get(operator.symbol, operator.symbol), (1, 0))
    return Relation(operator.symbol, (0, 1))


def _special(voice: Voice, symbol: str, arguments: Sequence[Term]) -> Clause | None:
    """Comparisons with something written that people tell in another way."""
    measured, by = arguments[0], arguments[-1]
    if len(arguments) != 2 or not isinstance(by, Constant):
        return None
    if isinstance(by.value, bool) and measured.type.sort is Sort.BOOLEAN and symbol in _SAME:
        return voice.clause(measured, negated=by.value is not _SAME[symbol].startswith("same"))
    if not isinstance(by.value, float):
        return None
    if not isinstance(measured, Reading):
        return switched(voice, symbol, measured, by)
    if isinstance(measured.input, Age) and f"age-{symbol}" in voice.grammar.phrases:
        old = quantities.constant(voice.grammar, by).text
        return voice.say(f"age-{symbol}", voice.property(measured.input.name), value=old)
    if isinstance(measured.input, Counted):
        return members.census(voice, measured.input, symbol, by.value)
    if isinstance(measured.input, Difference) or (
        isinstance(measured.input, Before) and measured.input.gives == "change"
    ):
        return _grown(voice, symbol, measured.input, by)
    return None


def _grown(voice: Voice, symbol: str, measured: Difference | Before, by: Constant) -> Phrase | None:
    """``a augmenté de plus de 0,3 m``; None: it asks neither for a rise nor for a fall."""
    number = float(by.value or 0)
    way = _way(symbol, number)
    if way is None:
        return None
    size = quantities.constant(voice.grammar, by).text.removeprefix("\N{MINUS SIGN}")
    amount = voice.say("by-least" if symbol in (">=", "<=") else "by-more", value=size).text if number else ""
    if isinstance(measured, Before):
        return voice.say(f"{way}-change", voice.property(measured.name), amount=amount)
    span = voice.span(measured.window.span)
    sort = "rate" if measured.per_hour else "delta"
    return voice.say(f"{way}-{sort}", voice.property(measured.window.name), amount=amount, span=span)


def _way(symbol: str, number: float) -> str | None:
    """Whether a change that is compared with a number is asked to be a rise, a fall, or neither."""
    if number == 0:
        return {">": "rose", "<": "fell", "<=": "not-rose", ">=": "not-fell"}.get(symbol)
    if number > 0:
        return "rose" if symbol in (">", ">=") else None
    return "fell" if symbol in ("<", "<=") else None


def argument(voice: Voice, arguments: Sequence[Term], term: Term) -> Phrase:
    """A side of a comparison; ``arguments`` are all of them, what is measured first."""
    asks_quality = isinstance(arguments[0], Reading) and isinstance(arguments[0].input, QualityOf)
    if asks_quality and isinstance(term, Constant) and isinstance(term.value, str):
        return Phrase(quality_word(voice, term.value))
    return voice.value(term)
