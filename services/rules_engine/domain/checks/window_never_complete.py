"""window-never-complete: a window over so short a while, or so few values, that it is never or hardly ever known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.examining.asking import asked
from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.windows import Aggregated, Difference, Forecast, Window
from services.rules_engine.domain.rule import Place
from services.rules_engine.domain.terms import Reading
from shared.model.registry import Kind
from shared.problems import Problem

SLUG: Final = "window-never-complete"
_ROUNDING: Final = 1e-9


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    cut = subject.rule.every is not None
    for condition, place in subject.everything:
        for reading, known in asked(condition.term, subject.known):
            yield from _reading(reading, known.kind, place, cut=cut)


def _reading(reading: Reading, kind: Kind, place: Place, *, cut: bool) -> Iterator[Problem]:
    """``cut``: windows end with a period, wherever the newest value lies."""
    match reading.input:
        case Forecast(window=window):
            found = _forecast(window, kind)
        case Difference(window=window, per_hour=per_hour):
            found = _difference(window, kind, per_hour=per_hour)
        case Baseline(of=of, step=step):
            found = _aggregated(of.window, kind, cut=cut or step.length.total_seconds() % kind.period_s > 0)
        case Aggregated(window=window):
            found = _aggregated(window, kind, cut=cut)
        case _:
            return
    if found is not None:
        severity, message, hint = found
        yield place.document.problem(reading.path, SLUG, message, hint, severity=severity)


_Found = tuple[str, str, str]
"""Severity, message, hint."""


def _forecast(window: Window, kind: Kind) -> _Found | None:
    if _seconds(window) > kind.period_s:
        return None
    message = f"values come every {_period(kind)}: {window} hold one, and one shows no trend"
    return "error", message, f"give it a longer while: {_while(kind, 3)} or more"


def _difference(window: Window, kind: Kind, *, per_hour: bool) -> _Found | None:
    """The older value is the newest at the beginning; it must not have been stale by then.

    A rate is one for each hour however far back that value lies, and devices may speak sooner when something happens.
    """
    older = math.ceil(_seconds(window) / kind.period_s) * kind.period_s - _seconds(window)
    if older > kind.stale_after_s:
        counts = in_words(timedelta(seconds=kind.stale_after_s))
        message = f"values come every {_period(kind)} and count for {counts}: {window} ago none counted any more"
        return "error", message, f"look back for {_while(kind, 1)}, or a multiple of it"
    if _seconds(window) < kind.period_s and not per_hour:
        message = f"values come every {_period(kind)}: {window} look back to the same value as {_period(kind)}"
        return "warning", message, f"look back for {_while(kind, 1)} or more"
    return None


def _aggregated(window: Window, kind: Kind, *, cut: bool) -> _Found | None:
    if window.follows_clock:
        return None
    expected = _seconds(window) / kind.period_s
    if expected < 1:
        message = f"values come every {_period(kind)}: {window} hold one at most"
        return "warning", message, f"give it a longer while: {_while(kind, 2)} or more"
    if cut and math.floor(expected) < window.complete * expected - _ROUNDING:
        share = f"{window.complete:.0%}".replace("%", " %")
        message = f"values come every {_period(kind)}: {window} may hold {math.floor(expected)}, less than {share}"
        return "warning", message, "give it a while of whole periods, or ask for less"
    return None


def _seconds(window: Window) -> float:
    return window.span.length.total_seconds()


def _period(kind: Kind) -> str:
    return _while(kind, 1)


def _while(kind: Kind, periods: int) -> str:
    return in_words(timedelta(seconds=periods * kind.period_s))


CHECK: Final = Check(SLUG, find, ("inventory",))
