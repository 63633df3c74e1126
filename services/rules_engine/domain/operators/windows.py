"""Windows: ``avg_over: [laeq, 15 min]``, ``percentile_over: [laeq, 10, 60 min, 100 %]``, ``rate_over: [level, 1 h]``.

A last argument is the share of the window that must have been observed, 80 % unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.windows import Aggregated, Difference, Forecast
from services.rules_engine.domain.operators.arguments import Arguments, Misread
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.terms import COMPOUND, NUMBER, Constant, Reading, Sort, Type
from shared.documents import Path
from shared.units import rate_unit


def _aggregated(function: str, *, complete: float | None = None) -> Callable[[Arguments], Input]:
    def read(given: Arguments) -> Input:
        given.count(2, 3, f"{given.name}: [laeq, 15 min]")
        window = given.window(0, 1) if complete is None else given.window(0, 1, complete)
        kind = NUMBER if function == "count" else given.typed()
        return Aggregated(_fitting(function, given), window, kind)

    return read


def _fitting(function: str, given: Arguments) -> str:
    """The mean that makes sense for the property: levels in dB are averaged as energy."""
    if function == "avg" and given.known_property().aggregation == "energy-mean":
        return "leq"
    return function


def _percentile(given: Arguments) -> Input:
    given.count(3, 4, "percentile_over: [laeq, 10, 60 min]")
    return Aggregated("percentile", given.window(0, 2), given.typed(), given.number(1, 0, 100))


def _median(given: Arguments) -> Input:
    given.count(2, 3, "median_over: [illuminance, 5 min]")
    return Aggregated("percentile", given.window(0, 1), given.typed(), 50.0)


def _rate(given: Arguments) -> Input:
    given.count(2, 2, "rate_over: [level, 30 min]")
    unit = rate_unit(given.known_property().unit)
    kind = Type(Sort.NUMBER, COMPOUND if unit is None else unit, difference=True)
    return Difference(given.window(0, 1), kind, per_hour=True)


def _delta(given: Arguments) -> Input:
    given.count(2, 2, "delta_over: [level, 60 min]")
    return Difference(given.window(0, 1), replace(given.typed(), difference=True))


def _forecast(given: Arguments) -> Input:
    given.count(3, 4, "forecast: [fill, 24 h, 3 d]")
    return Forecast(given.window(0, 2), given.span(1), given.typed())


def _baseline(given: Arguments) -> Input:
    given.count(3, 4, "baseline: [{sum_over: [count, 1 d]}, 7 d, 28 d]")
    term = given.term(given.place(0), given.known)
    if isinstance(term, Constant) and term.type.sort is Sort.ANY:
        raise Misread  # what is wrong with it was told already
    if not isinstance(term, Reading) or not isinstance(term.input, Aggregated):
        raise given.misread(given.place(0), "'baseline' takes a window first", "{sum_over: [count, 1 h]}")
    step, span = given.span(1), given.span(2)
    times = span.microseconds // step.microseconds
    if times < 1:
        hint = "first the step from one of the earlier windows to the next, then how far they reach: 7 d, 28 d"
        raise given.misread(given.place(2), f"{span} holds no step of {step}", hint)
    least = int(given.number(3, 1, times, whole=True)) if len(given.values) > 3 else (times + 1) // 2
    return Baseline(term.input, step, span, least)


def _first(operand: Any) -> Iterator[Path]:
    if isinstance(operand, list) and operand:
        yield (0,)


READERS: Final = (
    Reader(("avg_over",), "avg_over: [laeq, 15 min]", _aggregated("avg")),
    Reader(("leq_over",), "leq_over: [laeq, 15 min]", _aggregated("leq")),
    Reader(("min_over",), "min_over: [level, 6 h]", _aggregated("min")),
    Reader(("max_over",), "max_over: [level, 6 h]", _aggregated("max")),
    Reader(("sum_over",), "sum_over: [count, 3 h]", _aggregated("sum")),
    Reader(("count_over",), "count_over: [level, 1 h]", _aggregated("count", complete=0.0)),
    Reader(("percentile_over",), "percentile_over: [laeq, 10, 60 min]", _percentile),
    Reader(("median_over",), "median_over: [illuminance, 5 min]", _median),
    Reader(("rate_over",), "rate_over: [level, 30 min]", _rate),
    Reader(("delta_over",), "delta_over: [level, 60 min]", _delta),
    Reader(("forecast",), "forecast: [fill, 24 h, 3 d]", _forecast),
    Reader(("baseline",), "baseline: [{sum_over: [count, 1 d]}, 7 d, 28 d]", _baseline, _first),
)
