"""Terms of a condition in words: values as noun phrases, what is true or not as clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.inputs.calendar import Between, Holiday, Season, Weekday
from services.rules_engine.domain.inputs.windows import Difference
from services.rules_engine.domain.operators.agreeing import Agreeing
from services.rules_engine.domain.operators.arithmetic import Product, Sum
from services.rules_engine.domain.operators.logic import If, Junction, Not
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Call, Constant, Converted, Reading, Sort, Term, Variable
from services.rules_engine.domain.wording import comparisons, lists, quantities, repeating
from services.rules_engine.domain.wording.clauses import Clause, Joined, Word, joined, told
from services.rules_engine.domain.wording.grammar import fill, listed

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice

_CALENDARS: Final = (Between, Weekday, Season, Holiday)
_CONTRARY: Final[dict[Word, Word]] = {"and": "or", "or": "and"}


def when(voice: Voice, term: Term, word: str) -> Phrase:
    """What holds, behind ``quand`` or ``si``; calendars that must hold, too, are told first, between commas."""
    all_of = list(_parts(term))
    adverbs = [adverb(voice, part) for part in all_of]
    rest = [part for part, at in zip(all_of, adverbs, strict=True) if at is None] or all_of
    what = joined("and", [clause(voice, part) for part in rest])
    aside = ", ".join(at for at in adverbs if at is not None) if len(rest) < len(all_of) else ""
    parts = len(what.parts) if isinstance(what, Joined) else what.parts
    return Phrase(told(voice.grammar, what, word, aside), parts=parts)


def clause(voice: Voice, term: Term, *, negated: bool = False) -> Clause:
    """What is true or not."""
    if isinstance(term, Call):
        return _called(voice, term, negated=negated)
    if isinstance(term, Constant):
        return voice.say("always" if bool(term.value) is not negated else "never")
    if isinstance(term, Converted):
        return clause(voice, term.term, negated=negated)
    if term.type.sort is Sort.BOOLEAN and isinstance(term, Reading):
        return term.input.phrase(replace(voice, negated=negated))
    state = comparisons.state(voice, term, on=not negated)
    return state or voice.say("zero" if negated else "not-zero", value(voice, term))


def value(voice: Voice, term: Term) -> Phrase:
    """A number or a text."""
    if voice.understood is not None and repeating.sense(term) == repeating.sense(voice.understood):
        return voice.say("that-value")
    if isinstance(term, Constant):
        return quantities.constant(voice.grammar, term)
    if isinstance(term, Variable):
        named = voice.shows(term, voice.property(term.name))
        return named if term.default is None else voice.say("default", named, value(voice, term.default))
    if isinstance(term, Reading):
        return voice.shows(term, term.input.phrase(voice))
    if isinstance(term, Converted):
        return value(voice, term.term)
    return _worked_out(voice, term)


def adverb(voice: Voice, term: Term, *, negated: bool = False) -> str | None:
    """A calendar as when something happens: ``entre 22 h et 6 h``; None: it is more than a calendar."""
    if isinstance(term, Reading) and isinstance(term.input, _CALENDARS):
        return term.input.phrase(replace(voice, adverbial=True, negated=negated)).text
    if not isinstance(term, Call):
        return None
    if isinstance(term.operator, Not):
        return adverb(voice, term.arguments[0], negated=negated is term.operator.doubled)
    return _adverbs(voice, term, negated=negated) if isinstance(term.operator, Junction) else None


def _adverbs(voice: Voice, call: Call, *, negated: bool) -> str | None:
    """Calendars of which all hold, or any; not those of which some hold together, which nobody would hear."""
    texts = [at for part in call.arguments if (at := adverb(voice, part, negated=negated)) is not None]
    if len(texts) < len(call.arguments):
        return None
    if (call.operator.names[0] == "and") is not negated:
        return ", ".join(texts)
    return None if any(", " in text for text in texts) else listed(voice.grammar, texts, "or")


def _called(voice: Voice, call: Call, *, negated: bool) -> Clause:
    operator = call.operator
    if isinstance(operator, Not):
        return clause(voice, call.arguments[0], negated=negated is operator.doubled)
    if isinstance(operator, Junction):
        word: Word = "and" if operator.names[0] == "and" else "or"
        told_ = [clause(voice, part, negated=negated) for part in _telling(call)]
        return joined(_CONTRARY[word] if negated else word, told_)
    if isinstance(operator, Agreeing):
        return clause(voice, call.arguments[0], negated=negated)
    if isinstance(operator, If):
        return _conditional(voice, call.arguments, negated=negated)
    if (listing := lists.clause(voice, call, negated=negated)) is not None:
        return listing
    if operator.compares:
        return comparisons.comparison(voice, call, negated=negated)
    if call.type.sort is Sort.LIST:
        return voice.say("nothing" if negated else "something", value(voice, call))
    if call.type.sort is not Sort.BOOLEAN:
        return voice.say("zero" if negated else "not-zero", value(voice, call))
    plain = _filled(voice, call)
    return voice.say("not", plain) if negated else plain


def _worked_out(voice: Voice, call: Call) -> Phrase:
    operator, arguments = call.operator, call.arguments
    if voice.element is not None and lists.is_element(call):
        return voice.element
    if isinstance(operator, If):
        return _branches(voice, arguments)
    if isinstance(operator, Sum) and len(arguments) == 1:
        only = value(voice, arguments[0])
        return voice.say("minus", only) if operator.symbol == "-" else only
    special = _multiple(voice, arguments) if isinstance(operator, Product) else _ago(voice, call)
    return special or _filled(voice, call)


def _filled(voice: Voice, call: Call) -> Phrase:
    """In the words of the operator."""
    return fill(
        voice.grammar, call.operator.words[voice.grammar.language], *(_either(voice, each) for each in call.arguments)
    )


def _either(voice: Voice, term: Term) -> Phrase:
    """A clause where something is true or not, else a value."""
    if term.type.sort is Sort.BOOLEAN and not isinstance(term, Constant):
        return Phrase(told(voice.grammar, clause(voice, term)))
    return value(voice, term)


def _ago(voice: Voice, call: Call) -> Phrase | None:
    """A value less how much it changed is what it was before: ``la valeur de ... il y a 24 heures``."""
    if not isinstance(call.operator, Sum) or call.operator.symbol != "-" or len(call.arguments) != 2:
        return None
    now, change = call.arguments
    if not isinstance(now, Variable) or not isinstance(change, Reading) or not isinstance(change.input, Difference):
        return None
    if change.input.per_hour or change.input.window.name != now.name:
        return None
    return voice.say("value-ago", voice.property(now.name), span=voice.span(change.input.window.span))


def _multiple(voice: Voice, arguments: Sequence[Term]) -> Phrase | None:
    """``25 % de ...`` or ``2 fois ...``, of a number and something that is measured."""
    factors = [each.value for each in arguments if isinstance(each, Constant) and each.type.unit in (None, "1")]
    measured = [each for each in arguments if not isinstance(each, Constant)]
    factor = factors[0] if len(factors) == len(measured) == len(arguments) - 1 == 1 else None
    if not isinstance(factor, float) or factor <= -1 or factor == 0:
        return None
    if factor < 1:
        share = quantities.quantity(voice.grammar, 100 * factor, "%")
        return voice.say("part-of", value(voice, measured[0]), share=share)
    return voice.say("times", value(voice, measured[0]), number=quantities.number(voice.grammar, factor))


def _branches(voice: Voice, arguments: Sequence[Term], *, negated: bool = False) -> Phrase:
    """``55 dB(A) entre 22 h et 6 h, 65 dB(A) sinon``."""
    pairs = zip(arguments[:-1:2], arguments[1::2], strict=False)
    texts = [f"{_outcome(voice, chosen, negated=negated)} {_case(voice, condition)}" for condition, chosen in pairs]
    if len(arguments) % 2:
        texts.append(voice.say("otherwise", Phrase(_outcome(voice, arguments[-1], negated=negated))).text)
    return Phrase(", ".join(texts), parts=len(texts))


def _conditional(voice: Voice, arguments: Sequence[Term], *, negated: bool) -> Clause:
    """Branches that are true or not; of one that is false otherwise, both its parts must hold."""
    last = arguments[-1]
    if len(arguments) == 3 and not negated and isinstance(last, Constant) and last.value is False:
        return joined("and", [clause(voice, part) for part in arguments[:2]])
    return _branches(voice, arguments, negated=negated)


def _outcome(voice: Voice, term: Term, *, negated: bool) -> str:
    if term.type.sort is Sort.BOOLEAN:
        return told(voice.grammar, clause(voice, term, negated=negated))
    return value(voice, term).text


def _case(voice: Voice, condition: Term) -> str:
    return adverb(voice, condition) or when(voice, condition, voice.grammar.phrases["if"]).text


def _parts(term: Term) -> Iterator[Term]:
    """What a term joins by ``and`` at its top."""
    if isinstance(term, Call) and isinstance(term.operator, Junction) and term.operator.names[0] == "and":
        for part in _telling(term):
            yield from _parts(part)
    else:
        yield term


def _telling(call: Call) -> Sequence[Term]:
    """The parts of ``and`` or ``or`` without constants that change nothing."""
    neutral = call.operator.names[0] == "and"
    return [
        part for part in call.arguments if not (isinstance(part, Constant) and part.value is neutral)
    ] or call.arguments
