"""JSON-logic's lists in words: what is among others, what holds of some or all of them, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from services.rules_engine.domain.operators import OPERATORS
from services.rules_engine.domain.operators.access import Read
from services.rules_engine.domain.operators.lists import is_written
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Call, Constant, Sort, Term
from services.rules_engine.domain.wording import comparisons
from services.rules_engine.domain.wording.clauses import Clause, Joined, told
from services.rules_engine.domain.wording.grammar import fill, listed

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice

_EACH: Final = ("each-value", "a-value")
_ONE: Final = ("a-value", "each-value")
_QUANTIFIERS: Final = {"all": (_EACH, False), "none": (_EACH, True), "some": (_ONE, False), "filter": (_ONE, False)}
"""For each loop what its element is called, in the contrary, too, and whether its condition is denied."""


def clause(voice: Voice, call: Call, *, negated: bool) -> Clause | None:
    """What is true or not of a list; None: it is told in the words of its operator."""
    name = call.operator.names[0]
    if name in _QUANTIFIERS:
        return _quantified(voice, name, call, negated=negated)
    say = _SAID.get(name)
    return None if say is None else say(voice, call, negated)


def is_element(term: Term) -> bool:
    """Whether a term is the element that a loop has come to."""
    return isinstance(term, Call) and isinstance(term.operator, Read) and term.operator.steps == ()


def _quantified(voice: Voice, name: str, call: Call, *, negated: bool) -> Phrase:
    """``parmi la hauteur et le débit, chaque valeur dépasse 2``."""
    source, condition = call.arguments
    (usual, contrary), denied = _QUANTIFIERS[name]
    element = voice.say(contrary if negated else usual)
    inner = replace(voice, element=element).clause(condition, negated=denied is not negated)
    aside = voice.say("out-of-these", voice.value(source)).text
    return Phrase(told(voice.grammar, inner), aside=aside, parts=len(inner.parts) if isinstance(inner, Joined) else 1)


def _among(voice: Voice, call: Call, negated: bool) -> Clause | None:
    """``est égale à 1 m ou 2 m``; a list that is worked out is told as such."""
    needle, haystack = call.arguments
    if not is_written(haystack) or not all(isinstance(each, Constant) for each in haystack.arguments):
        return None
    is_text = needle.type.sort is Sort.TEXT
    values = [comparisons.argument(voice, [needle], each).text for each in haystack.arguments]
    one_of = Phrase(listed(voice.grammar, values, "or" if is_text or not negated else "and"))
    if is_text:
        return voice.say("other-text" if negated else "same-text", voice.value(needle), one_of)
    words = OPERATORS["!=" if negated else "=="].words[voice.grammar.language]
    return fill(voice.grammar, words, voice.value(needle), one_of)


def _missing(voice: Voice, call: Call, negated: bool) -> Clause | None:
    return voice.say("not-missing" if negated else "missing", *map(voice.value, call.arguments))


def _missing_some(voice: Voice, call: Call, negated: bool) -> Clause | None:
    need, names = call.arguments
    if not isinstance(need, Constant) or not isinstance(need.value, float) or not is_written(names):
        return None
    amount = voice.grammar.count(int(need.value), feminine=True)
    name = "missing-one" if need.value == 1 else "missing-some"
    values = map(voice.value, names.arguments)
    return voice.say(f"not-{name}" if negated else name, *values, amount=amount)


_Say: TypeAlias = Callable[["Voice", Call, bool], "Clause | None"]
_SAID: Final[Mapping[str, _Say]] = {"in": _among, "missing": _missing, "missing_some": _missing_some}
