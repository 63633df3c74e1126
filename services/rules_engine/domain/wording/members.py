"""Other points in words: which they are, how many of them hold something, what their values come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.inputs.members import Among, Counted, Together
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording import quantities, selections
from services.rules_engine.domain.wording.clauses import Joined, told
from services.rules_engine.domain.wording.grammar import Noun
from shared.model.registry import Kind

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice

_HALF: Final = 50.0
_WHOLE: Final = 100.0
_ORDERS: Final = {"===": "==", "==": "==", ">=": ">=", ">": ">", "<=": "<=", "<": "<"}
AMOUNTS: Final = {**_ORDERS, "!=": "!=", "!==": "!="}
"""The comparisons of a count with a number, each by the name under which it has words."""


@dataclass(frozen=True)
class Company:
    """Some points: their noun with all that narrows it, and whether ``d'entre elles`` says enough.

    Attributes:
        near: how close they must be, in words; part of the noun, too.
        single: there is but one of them.
    """

    noun: Noun
    kind: Kind | None
    understood: bool = False
    near: str = ""
    single: bool = False

    @property
    def one(self) -> Phrase:
        return Phrase(self.noun.singular, self.noun.feminine)

    @property
    def several(self) -> Phrase:
        return Phrase(self.noun.plural, self.noun.feminine, plural=True)


def company(voice: Voice, among: Among) -> Company:
    """The points that a question to several is put to."""
    near = _near(voice, among)
    if not among.own:
        noun, kind = selections.noun(voice, among.selector)
        where = selections.where(voice, among.selector, names="named")
        told = Noun(noun.singular + where + near, noun.plural + where + near, noun.feminine)
        return Company(told, kind, near=near, single=_is_single(among))
    noun, _ = selections.noun(voice, among.selector)
    if voice.grouped:
        told = Noun(noun.singular + near, noun.plural + near, noun.feminine)
        return Company(told, voice.own, understood=True, near=near)
    one, several = Phrase(noun.singular, noun.feminine), Phrase(noun.plural, noun.feminine, plural=True)
    told = Noun(voice.say("neighbour", one).text + near, voice.say("neighbours", several).text + near, noun.feminine)
    return Company(told, voice.own, near=near)


def counted(voice: Voice, counted: Counted) -> Phrase:
    """How many they are, as a value."""
    among = company(voice, counted.census.among)
    clause = inner(voice, counted, among).text
    return voice.say("share-of" if counted.share else "number-of", among.several, clause=clause)


def together(voice: Voice, together: Together) -> Phrase:
    """What their values come to."""
    among = company(voice, together.among)
    of = voice.about(among.kind).value(together.value.term)
    if among.single:
        return voice.say("value-at", of, place=voice.grammar.at(among.one))
    definite = voice.say("members", among.several).text
    return voice.say(f"{together.function}-of", of, members=definite, of_members=voice.grammar.of(definite))


def census(voice: Voice, counted: Counted, symbol: str, number: float) -> Phrase | None:
    """A comparison of a count with a number, as what holds for so many; None: it is better told as a value."""
    order = _ORDERS.get(symbol)
    if (order, number) == (">", 0) and not counted.share:
        order, number = ">=", 1.0
    if order is None or number < 0 or not (counted.share or number.is_integer()):
        return None
    among = company(voice, counted.census.among)
    if _asks_none(order, number, share=counted.share):
        return replace(inner(voice, counted, among, negated=True), aside=_all(voice, among))
    what = inner(voice, counted, among)
    if _asks_all(order, number, among, share=counted.share):
        return replace(what, aside=_all(voice, among))
    aside = _some(voice, among, amount(voice, counted, order, number), number, share=counted.share)
    return replace(what, aside=aside)


def amount(voice: Voice, counted: Counted, symbol: str, number: float) -> str:
    """``au moins trois``, or ``plus de 30 %``."""
    grammar = voice.grammar
    if not counted.share:
        feminine = company(voice, counted.census.among).noun.feminine
        told = grammar.count(int(number), feminine=feminine) if number.is_integer() else f"{number:g}"
    else:
        told = grammar.phrases["half"] if number == _HALF else quantities.quantity(grammar, number, "%")
    name = f"amount-{AMOUNTS[symbol]}"
    return voice.say("share-<" if counted.share and name == "amount-<" else name, amount=told).text


def inner(voice: Voice, counted: Counted, among: Company, *, negated: bool = False) -> Phrase:
    """What is asked of each of them, or its contrary."""
    clause = voice.about(among.kind).clause(counted.census.where.term, negated=negated)
    parts = len(clause.parts) if isinstance(clause, Joined) else 1
    return Phrase(told(voice.grammar, clause), parts=parts)


def _asks_none(order: str, number: float, *, share: bool) -> bool:
    return (number == 0 and order in ("==", "<=")) or (number == 1 and order == "<" and not share)


def _asks_all(order: str, number: float, among: Company, *, share: bool) -> bool:
    return order in ("==", ">=") and (number == _WHOLE if share else among.single and number == 1)


def _all(voice: Voice, among: Company) -> str:
    if among.understood:
        return voice.say("in-all-of-them", among.several, near=among.near).text
    return voice.grammar.at(among.one) if among.single else voice.say("in-all", among.several).text


def _some(voice: Voice, among: Company, told: str, number: float, *, share: bool) -> str:
    if among.understood:
        return voice.say("in-some-of-them", among.several, amount=told, near=among.near).text
    if share:
        return voice.say("in-share", among.several, amount=told).text
    return voice.say("in-some", among.one if number == 1 else among.several, amount=told).text


def _is_single(among: Among) -> bool:
    return not among.own and len(among.selector.points) == 1


def _near(voice: Voice, among: Among) -> str:
    if among.within is None:
        return ""
    name = "together-near" if voice.grouped else "near"
    return voice.say(name, distance=quantities.distance(voice.grammar, among.within)).text
