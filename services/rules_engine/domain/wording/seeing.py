"""Values as a decision saw them, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.decision import Compared
from services.rules_engine.domain.inputs.history import QualityOf
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.literal import constant
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Call, Constant, Reading, Term, Variable, walk
from services.rules_engine.domain.wording import comparisons, lists, members, quantities
from services.rules_engine.domain.wording.grammar import listed

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice

_WORKED_OUT: Final = 2
"""Decimals of a value that has no accuracy of its own."""

_MOST_DECIMALS: Final = 6


def argument(voice: Voice, compared: Compared, index: int, scene: Scene | None) -> Phrase:
    """One side of a comparison: a constant as it is compared, all else with its value."""
    term, value = compared.call.arguments[index], compared.values[index]
    if isinstance(term, Constant):
        return Phrase(constant_of(voice, compared, term))
    if not isinstance(term, Call):
        return _with_value(voice, term, voice.value(term), value, compared.values)
    if lists.is_element(term):
        return _with_value(voice, term, voice.say("one-value"), value, compared.values)
    if scene is not None:
        voice = replace(voice, shows=partial(_as_read, voice, scene))
    if value is None:
        return voice.say("worked-out-unknown", voice.value(term))
    return voice.say("worked-out", voice.value(term), value=worth(voice, term, value, compared.values))


def _as_read(voice: Voice, scene: Scene, term: Term, phrase: Phrase) -> Phrase:
    """A value of which another is worked out, as the decision read it."""
    if isinstance(term, Reading):
        return _with_value(voice, term, phrase, term.input.read(scene))
    return _with_value(
        voice, term, phrase, Latest(term.name, term.type).read(scene) if isinstance(term, Variable) else None
    )


def _with_value(voice: Voice, term: Term, phrase: Phrase, value: Value, others: Sequence[Value] = ()) -> Phrase:
    """The value behind its name, in brackets."""
    if value is None:
        return voice.say("seen-unknown", phrase)
    return voice.say("seen", phrase, value=worth(voice, term, value, others))


def counted(voice: Voice, counted: Counted, values: Sequence[Value], scene: Scene | None) -> str | None:
    """How many hold something, of how many: ``3 bornes sur 12``, or ``3 à 5 bornes`` where some can't be told.

    None: there is no point that it asks.
    """
    among = members.company(voice, counted.census.among)
    if scene is not None:
        truths = [truth for _, truth in counted.census.truths(scene)]
        if not truths:
            return None
        numbers = [float(counted.census.count(scene, wanted)) for wanted in ((True,), (True, None))]
        doubtful = str(truths.count(None))
        name = "out-of-doubtful" if None in truths else "out-of"
        return voice.say(name, noun=_some(voice, among, numbers), total=str(len(truths)), doubtful=doubtful).text
    known = [value for value in values if isinstance(value, float)]
    if not known:
        return None
    if not counted.share:
        return _some(voice, among, known)
    share = quantities.quantity(voice.grammar, max(known), "%", 0)
    if min(known) < max(known):
        share = voice.say("from-to", least=quantities.number(voice.grammar, min(known), 0), most=share).text
    return voice.say("share-seen", among.several, share=share).text


def _some(voice: Voice, among: members.Company, numbers: Sequence[float]) -> str:
    least, most = (quantities.number(voice.grammar, each, 0) for each in (min(numbers), max(numbers)))
    how_many = least if least == most else voice.say("from-to", least=least, most=most).text
    noun = among.several if voice.grammar.takes_plural(max(numbers)) else among.one
    return f"{how_many} {noun.text}"


def constant_of(voice: Voice, compared: Compared, term: Constant) -> str:
    """What was written, as it is compared."""
    if compared.call.operator.names[0] == "in" and isinstance(term.value, str):
        return _members(voice, compared, term.value)
    if isinstance(term.value, str) and any(_asks_quality(each) for each in compared.call.arguments):
        return comparisons.quality_word(voice, term.value)
    if isinstance(term.value, float) and quantities.is_time(term.type.unit):
        return quantities.elapsed(voice.grammar, term.value, term.type.unit)
    return quantities.value(voice.grammar, term.value, term.type.unit)


def _members(voice: Voice, compared: Compared, written: str) -> str:
    """A list of constants, which a trace holds as it is written: ``[1 m, 2 m]``."""
    parts = [constant(each, ()) for each in written.strip("[]").split(", ")]
    qualities = any(_asks_quality(each) for each in compared.call.arguments)
    words = [comparisons.quality_word(voice, each.written) for each in parts] if qualities else None
    return listed(voice.grammar, words or [quantities.constant(voice.grammar, each).text for each in parts])


def worth(voice: Voice, term: Term, value: Value, others: Sequence[Value]) -> str:
    """A value as a term gives it, with as many decimals as tell it from the others."""
    if isinstance(value, str) and _asks_quality(term):
        return comparisons.quality_word(voice, value)
    if isinstance(value, list):
        return listed(voice.grammar, [worth(voice, term, each, others) for each in value])
    if not isinstance(value, float):
        return quantities.value(voice.grammar, value, None)
    if quantities.is_time(term.type.unit):
        return quantities.elapsed(voice.grammar, value, term.type.unit)
    apart = [each for each in others if isinstance(each, float) and each != value]
    return quantities.quantity(voice.grammar, value, term.type.unit, _decimals(voice, term, value, apart))


def _decimals(voice: Voice, term: Term, value: float, others: Sequence[float]) -> int:
    """As many as make sense, and more where the value would seem to be one that it only lies near to."""
    accuracies = list(_accuracies(voice, term))
    least = quantities.decimals_of(min(accuracies)) if accuracies else _WORKED_OUT
    if value.is_integer() and not accuracies:
        least = 0
    return next(
        (count for count in range(least, _MOST_DECIMALS) if all(round(value - other, count) for other in others)),
        max(least, _MOST_DECIMALS),
    )


def _accuracies(voice: Voice, term: Term) -> Iterator[float]:
    """Of the properties that a value comes from, if it is told in their unit."""
    for part in walk(term):
        names = [part.name] if isinstance(part, Variable) else part.input.needs if isinstance(part, Reading) else ()
        for name in names:
            known = voice.known(name)
            if known is not None and known.unit == term.type.unit:
                yield known.accuracy


def _asks_quality(term: Term) -> bool:
    return isinstance(term, Reading) and isinstance(term.input, QualityOf)
