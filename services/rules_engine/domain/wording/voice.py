"""Says what inputs of conditions read; the same in every language, out of its phrases and its grammar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from services.rules_engine.domain.inputs.calendar import WEEKDAYS, Mark
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.inputs.windows import Aggregated, Window
from services.rules_engine.domain.operators.arguments import COMPLETE
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Term
from services.rules_engine.domain.wording import conditions, members, quantities
from services.rules_engine.domain.wording.clauses import Clause
from services.rules_engine.domain.wording.grammar import Grammar, listed, said
from services.rules_engine.domain.wording.titles import Titles, is_switch
from shared.model.registry import Kind, Property

_NAMES: Final = {"avg": "mean", "leq": "mean"}
_MEDIAN: Final = 50.0
_WEEK: Final = Span(days=7)
_DAY: Final = Span(days=1)
_A_RANGE: Final = 3
"""So many days of the week in a row are told as from the first to the last."""


def _as_it_is(_term: Term, phrase: Phrase) -> Phrase:
    return phrase


@dataclass(frozen=True)
class Voice:
    """A ``Speaker``.

    Attributes:
        kind: whose properties are spoken of; None: of a kind that nobody knows.
        own: of the rule's points.
        grouped: the rule is about several points together.
        negated: what is true or not is told as its contrary.
        adverbial: calendars are told as when something happens, not as what holds.
        understood: a long value that was told just before, so that ``cette valeur`` says enough.
        element: what the element is called that a loop has come to; None: as its operator calls it.
        shows: what is told of a value that is read, with its phrase; usually that phrase.
    """

    grammar: Grammar
    titles: Titles
    kind: Kind | None
    own: Kind
    grouped: bool = False
    negated: bool = False
    adverbial: bool = False
    understood: Term | None = None
    element: Phrase | None = None
    shows: Callable[[Term, Phrase], Phrase] = _as_it_is

    def about(self, kind: Kind | None) -> Voice:
        """The same for points of another kind."""
        return replace(self, kind=kind, negated=False, adverbial=False, element=None, shows=_as_it_is)

    def say(self, name: str, /, *phrases: Phrase, **words: str) -> Phrase:
        """A fixed phrase with its gaps filled."""
        return said(self.grammar, name, *phrases, **words)

    def known(self, name: str) -> Property | None:
        """A property, if its kind is known."""
        return None if self.kind is None else self.kind.properties.get(name)

    def title(self, known: Property) -> str:
        return known.title.fr if self.grammar.language == "fr" else known.title.en

    def value(self, term: Term) -> Phrase:
        """A number or a text."""
        return conditions.value(self, term)

    def clause(self, term: Term, *, negated: bool = False) -> Clause:
        """What is true or not."""
        return conditions.clause(self, term, negated=negated)

    def span(self, length: Span) -> str:
        return quantities.span(self.grammar, length)

    def property(self, name: str) -> Phrase:
        known = self.known(name)
        if known is None:
            return self.say("value", name=self.grammar.quoted(name))
        if is_switch(known):
            return self.say("state", name=self.grammar.quoted(self.title(known)))
        return self.grammar.property(self.title(known), counts=known.unit == "{count}")

    def aggregated(self, function: str, window: Window, percent: float) -> Phrase:
        if function == "percentile" and percent != _MEDIAN:
            ordinal = self.grammar.ordinal(percent)
            told = self.say("percentile", self.property(window.name), span=self.span(window.span), ordinal=ordinal)
        else:
            told = self._windowed("median" if function == "percentile" else _NAMES.get(function, function), window)
        if window.complete in (0, COMPLETE):
            return told
        share = quantities.quantity(self.grammar, 100 * window.complete, "%")
        return self.say("all-complete" if window.complete == 1 else "complete", told, share=share)

    def _windowed(self, name: str, window: Window) -> Phrase:
        known, span = self.known(window.name), self.span(window.span)
        if known is not None and not is_switch(known):
            if name == "sum" and known.unit == "{count}" and (things := self.grammar.things(self.title(known))):
                return self.say("sum-things", things, span=span)
            if f"{name}-short" in self.grammar.phrases and (short := self.grammar.short(self.title(known))):
                return self.say(f"{name}-short", short, span=span)
        return self.say(name, self.property(window.name), span=span)

    def difference(self, window: Window, *, per_hour: bool) -> Phrase:
        name = "rate" if per_hour else "delta"
        return self.say(name, self.property(window.name), span=self.span(window.span))

    def forecast(self, window: Window, horizon: Span) -> Phrase:
        spans = {"horizon": self.span(horizon), "span": self.span(window.span)}
        return self.say("forecast", self.property(window.name), **spans)

    def baseline(self, of: Aggregated, step: Span, span: Span) -> Phrase:
        name = {_WEEK: "step-week" if of.window.span.days else "step-week-hour", _DAY: "step-day"}.get(step, "step")
        told = self.say(name, span=self.span(step)).text
        return self.say("baseline", of.phrase(self), step=told, span=self.span(span))

    def before(self, name: str, gives: str) -> Phrase:
        if gives == "changed":
            return self._clause("changed", self.property(name))
        return self.say("previous" if gives == "value" else "change", self.property(name))

    def last(self, name: str) -> Phrase:
        return self.say("last", self.property(name))

    def age(self, name: str) -> Phrase:
        return self.say("age", self.property(name))

    def absent(self, names: tuple[str, ...], span: Span) -> Phrase:
        told = list(map(self.property, names))
        return self._clause("absent" if names else "silent", *told, span=self.span(span))

    def unchanged(self, name: str, span: Span) -> Phrase:
        return self._clause("unchanged", self.property(name), span=self.span(span))

    def quality(self, name: str) -> Phrase:
        return self.say("quality", self.property(name))

    def between(self, begin: Mark, end: Mark) -> Phrase:
        marks = (end, begin) if self.negated else (begin, end)
        first, last = (quantities.mark(self.grammar, each) for each in marks)
        return self.say("between-adverb" if self.adverbial else "between", begin=first, end=last)

    def weekday(self, days: tuple[int, ...]) -> Phrase:
        if self.negated:
            days = tuple(day for day in range(len(WEEKDAYS)) if day not in days)
        if not days:
            return self.say("never")
        ending = "-adverb" if self.adverbial else ""
        if len(days) >= _A_RANGE and days[-1] - days[0] == len(days) - 1:
            first, last = self.grammar.weekday(days[0]), self.grammar.weekday(days[-1])
            return self.say(f"weekdays{ending}", begin=first, end=last)
        each = [self.say(f"one-weekday{ending}", day=self.grammar.weekday(day)).text for day in days]
        return self.say(f"weekday{ending}", days=listed(self.grammar, each, "and" if self.adverbial else "or"))

    def season(self, begin: tuple[int, int], end: tuple[int, int]) -> Phrase:
        return self._clause("season", begin=self.grammar.day(*begin), end=self.grammar.day(*end))

    def holiday(self) -> Phrase:
        return self._clause("holiday")

    def counted(self, counted: Counted) -> Phrase:
        return members.counted(self, counted)

    def together(self, together: Together) -> Phrase:
        return members.together(self, together)

    def _clause(self, name: str, *phrases: Phrase, **words: str) -> Phrase:
        ending = "-adverb" if self.adverbial and f"{name}-adverb" in self.grammar.phrases else ""
        return self.say(f"{'not-' if self.negated else ''}{name}{ending}", *phrases, **words)
