"""Numbers with their unit, spans and moments of the day, as people write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.calendar import ClockMark, Mark, SunMark
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import COMPOUND, Constant
from services.rules_engine.domain.wording.grammar import Grammar, said
from shared.errors import InputError
from shared.units import display_unit, parse_quantity, stands_close

_TIMES: Final = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_UNSAID: Final = frozenset({"1", "{count}", "[pH]", COMPOUND})
"""Units that nobody says behind a number."""

_MOST_DECIMALS: Final = 6
_DAY: Final = timedelta(days=1)
_KILOMETRE: Final = 1000.0


def number(grammar: Grammar, value: float, decimals: int | None = None) -> str:
    """``1 234,5``; without decimals given as many as it has, six at most."""
    text = f"{value:,.{_MOST_DECIMALS if decimals is None else decimals}f}"
    if decimals is None:
        text = text.rstrip("0").rstrip(".")
    if not float(text.replace(",", "")):
        text = text.removeprefix("-")
    parts = {",": grammar.thousands, ".": grammar.decimal, "-": "\N{MINUS SIGN}"}
    return "".join(parts.get(letter, letter) for letter in text)


def quantity(grammar: Grammar, value: float, unit: str | None, decimals: int | None = None) -> str:
    """A number with its unit as people write it; times in words."""
    if unit in _TIMES and decimals is None:
        return grammar.lasting(value, unit)
    told = number(grammar, value, decimals)
    if unit is None or unit in _UNSAID:
        return told
    shown = display_unit(unit, grammar.language)
    return told + shown if stands_close(unit) or unit in grammar.close else f"{told} {shown}"


def value(grammar: Grammar, known: Value, unit: str | None, decimals: int | None = None) -> str:
    """Any value: a number with its unit, a text in quotation marks, true, false or unknown."""
    if known is None or isinstance(known, bool):
        return grammar.phrases[{None: "unknown", True: "true", False: "false"}[known]]
    return grammar.quoted(known) if isinstance(known, str) else quantity(grammar, known, unit, decimals)


def constant(grammar: Grammar, term: Constant) -> Phrase:
    """What an author wrote, in the author's unit."""
    if not isinstance(term.value, float):
        return Phrase(value(grammar, term.value, None))
    try:
        written = parse_quantity(term.written)
    except InputError:
        return Phrase(quantity(grammar, term.value, term.type.unit))
    return Phrase(quantity(grammar, written.value, term.type.unit if written.unit == "1" else written.unit))


def decimals_of(accuracy: float) -> int:
    """How many decimals an accuracy makes worth showing."""
    return next(
        (count for count in range(_MOST_DECIMALS) if round(accuracy * 10**count, _MOST_DECIMALS) >= 1), _MOST_DECIMALS
    )


def span(grammar: Grammar, length: Span) -> str:
    """``3 jours`` or ``90 minutes``."""
    if length.days and not length.time:
        return grammar.lasting(length.days, "d")
    return _time(grammar, length.length)


def duration(grammar: Grammar, length: timedelta) -> str:
    """The same for a span of time: two days and more in days."""
    if length > _DAY and length % _DAY == timedelta():
        return grammar.lasting(length // _DAY, "d")
    return _time(grammar, length)


def _time(grammar: Grammar, length: timedelta) -> str:
    seconds = length.total_seconds()
    unit = next((name for name in ("h", "min") if seconds % _TIMES[name] == 0), "s")
    return grammar.lasting(seconds / _TIMES[unit], unit)


def is_time(unit: str | None) -> bool:
    """Whether a unit is one of time."""
    return unit in _TIMES


def elapsed(grammar: Grammar, value: float, unit: str | None) -> str:
    """A time that was measured, in its two greatest units: ``2 h 5 min``, ``40 min 17 s``."""
    whole = round(value * _TIMES[unit or "s"])
    for large, small in (("d", "h"), ("h", "min"), ("min", "s")):
        if whole >= _TIMES[large]:
            rest = whole % _TIMES[large] // _TIMES[small]
            more = f" {rest} {display_unit(small)}" if rest else ""
            return f"{whole // _TIMES[large]} {display_unit(large, grammar.language)}{more}"
    return f"{whole} s"


def ends_in_time(grammar: Grammar, text: str) -> bool:
    """Whether a text ends with a span of time, behind which another would be misunderstood."""
    names = {grammar.lasting(number, unit).split()[-1] for unit in _TIMES for number in (1, 2)}
    return text.rsplit(maxsplit=1)[-1] in names


def distance(grammar: Grammar, metres: float) -> str:
    """``500 m`` or ``1,5 km``."""
    if metres >= _KILOMETRE:
        return f"{number(grammar, metres / _KILOMETRE)} km"
    return f"{number(grammar, metres)} m"


def mark(grammar: Grammar, moment: Mark) -> str:
    """A moment of each day: ``22 h``, or ``30 minutes avant le crépuscule civil``."""
    if isinstance(moment, ClockMark):
        return grammar.clock(moment.time)
    if not isinstance(moment, SunMark):
        return str(moment)
    name = grammar.phrases[moment.event]
    if not moment.offset:
        return name
    side = "after-mark" if moment.offset > timedelta() else "before-mark"
    return said(grammar, side, mark=name, span=duration(grammar, abs(moment.offset))).text
