"""period-too-long-for-hold: observations come too seldom for what ``for``, ``until_for`` or ``absent_for`` asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.examining.asking import terms_within
from services.rules_engine.domain.examining.comparing import comparisons, seconds
from services.rules_engine.domain.inputs.history import Absent, Age
from services.rules_engine.domain.rule import Lasting, Place
from services.rules_engine.domain.terms import Reading, Term, readings
from shared.documents import Path
from shared.problems import Problem

SLUG: Final = "period-too-long-for-hold"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    for each in subject.compiled.levels:
        for key, lasting, condition in (
            ("for", each.level.for_, each.when),
            ("until_for", each.level.until_for, each.until or each.when),
        ):
            yield from _hold(subject, condition, lasting, each.level.place.at(key))
    for _, condition, place in subject.conditions:
        yield from _silence(subject, condition, place)


def _hold(subject: DecisionsUnderCheck, condition: Compiled, lasting: Lasting, place: Place) -> Iterator[Problem]:
    """A hold by values is as long as they count; one by the clock, as of silence, has no need of them."""
    hold, every = lasting.span, subject.rule.every
    if every is not None:
        yield from _of_periods(hold, every.length, place)
    elif hold and not condition.turns:
        yield from _of_values(hold, subject, place)


def _of_values(hold: timedelta, subject: DecisionsUnderCheck, place: Place) -> Iterator[Problem]:
    period, stale = (timedelta(seconds=number) for number in (subject.kind.period_s, subject.kind.stale_after_s))
    if hold > stale and period > stale:
        message = (
            f"a value counts for {in_words(stale)} and comes every {in_words(period)}: {in_words(hold)} never pass"
        )
        yield place.problem(SLUG, message, hint=f"ask for at most {in_words(stale)}")
    elif hold < period:
        message = f"values come every {in_words(period)}, so one alone satisfies {in_words(hold)}"
        hint = f"ask for {in_words(period)} or more to need a second one"
        yield place.problem(SLUG, message, hint=hint, severity="warning")


def _of_periods(hold: timedelta, every: timedelta, place: Place) -> Iterator[Problem]:
    if hold % every:
        until = hold // every * every + every
        message = f"it is decided every {in_words(every)}, so {in_words(hold)} are over after {in_words(until)}"
        yield place.problem(SLUG, message, hint=f"write {in_words(until)}", severity="warning")


def _silence(subject: DecisionsUnderCheck, condition: Compiled, place: Place) -> Iterator[Problem]:
    """To ask for less silence than lies between two observations is to ask whether one was just made."""
    for term, known in terms_within(condition.term, subject.known):
        for span, path in _silences(term):
            if span < known.kind.period_s:
                period, asked = (in_words(timedelta(seconds=number)) for number in (known.kind.period_s, span))
                message = f"values come every {period}: {asked} without one are usual"
                hint = f"ask for more than {period}"
                yield place.document.problem(path, SLUG, message, hint, severity="warning")


def _silences(term: Term) -> Iterator[tuple[float, Path]]:
    """The spans of silence that a term asks about, in seconds, each with its place."""
    for reading in readings(term):
        if isinstance(reading.input, Absent):
            yield reading.input.span.length.total_seconds(), reading.path
    for compared in comparisons(term):
        if isinstance(compared.measured, Reading) and isinstance(compared.measured.input, Age):
            for constant in compared.constants:
                span = seconds(constant)
                if span is not None and span > 0:
                    yield span, constant.path


CHECK: Final = Check(SLUG, find, ("inventory",))
