"""How far back the samples of a series go, what history to ask for, and which decisions wait until it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.inputs.input import Depth

SeriesId = tuple[str, str]
"""Point and property."""

PATIENCE: Final = timedelta(minutes=2)
"""A rule that is new to a series waits so long for its past; then it decides on what is there."""

ASK_AGAIN: Final = timedelta(hours=1)
"""What has not come so long after nobody waits for it any more was lost, or could not be told."""

_LEAST: Final = Depth()


@dataclass(frozen=True)
class Reach:
    """How much of a series is kept, or was asked for.

    Attributes:
        depth: what its readers need.
        before: what is there while more is on its way.
        waits_until: more was asked for and hasn't come, and until then is waited for; None: nothing is on its way, or
            nobody ever waited for it.
    """

    depth: Depth
    before: Depth = _LEAST
    waits_until: datetime | None = None

    def is_met(self, since: datetime, samples: int) -> bool:
        """Whether history from a moment on is what it waits for, and not what an earlier, smaller wish was for."""
        if self.waits_until is None:
            return True
        return since <= self.since(self.waits_until) and samples >= self.depth.samples

    def since(self, now: datetime) -> datetime:
        """From when on history is asked for: a span before the wish was made; if it is repeated, a little more."""
        return (now if self.waits_until is None else self.waits_until - PATIENCE) - self.depth.span

    def is_lost(self, now: datetime) -> bool:
        """Whether what was asked for will not come any more."""
        return self.waits_until is not None and self.waits_until + ASK_AGAIN <= now


@dataclass(frozen=True)
class Growth:
    """What changes where rules or points do.

    Attributes:
        changed: the reaches that are others than before.
        asked: the series of which history is to be asked for.
        forgotten: nobody reads these any more.
    """

    changed: Mapping[SeriesId, Reach]
    asked: tuple[SeriesId, ...]
    forgotten: tuple[SeriesId, ...]


def grow(wanted: Mapping[SeriesId, Depth], known: Mapping[SeriesId, Reach], now: datetime) -> Growth:
    """Compare what is read with what is there.

    Where nothing was known at all the engine begins, or an older version has run: it asks, but nothing waits. Neither
    does anything where a wish is repeated that came to nothing: its rules have long decided on what is there.
    """
    until = now + PATIENCE if known else None
    changed = {
        series: reach
        for series, depth in wanted.items()
        if (reach := _grown(depth, known.get(series), until, now)) != known.get(series)
    }
    asked = [
        series
        for series in changed
        if _is_deeper(wanted[series], _there(before := known.get(series)))
        or (before is not None and before.is_lost(now))
    ]
    return Growth(changed, tuple(sorted(asked)), tuple(sorted(known.keys() - wanted.keys())))


def _grown(depth: Depth, known: Reach | None, until: datetime | None, now: datetime) -> Reach:
    if _is_deeper(depth, _there(known)):
        waits_already = known is not None and known.waits_until is not None
        return Reach(depth, known.before if known is not None and waits_already else _there(known), until)
    # What is no longer needed is dropped, so it is asked for again should it be needed again.
    if known is None:
        return Reach(depth)
    return Reach(depth, known.before, now if known.is_lost(now) else known.waits_until)


def _there(known: Reach | None) -> Depth:
    return _LEAST if known is None else known.depth


def _is_deeper(one: Depth, other: Depth) -> bool:
    return one.span > other.span or one.samples > other.samples


def waits_until(book: RuleBook, key: Key, waiting: Mapping[SeriesId, Reach], now: datetime) -> datetime | None:
    """Until when a rule doesn't decide, since the past that it reads is on its way; None: it decides."""
    moments = [
        reach.waits_until
        for point, name, depth in book.series_of(key)
        if (reach := waiting.get((point, name))) is not None
        and reach.waits_until is not None
        and reach.waits_until > now
        and _is_deeper(depth, reach.before)
    ]
    return max(moments, default=None)
