"""Plays what was observed through a rule again, to see how it stood at an earlier moment.

Only the series that the rule reads are played, and those of the rules to which it gives way; as far back as their
windows, holds and periods reach, and a day more, for what began before. How much is played is bounded, and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from services.rules_engine.domain.answering.asking import SeriesByPoint
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rule import OncePer
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import Span
from shared.errors import InputError

MOST_OBSERVATIONS: Final = 20_000
"""So many are played at most: about a second of work, of which others have their part."""

_MOST_SERIES: Final = 400
_MOST_OTHERS: Final = 50
_LEAST: Final = 50
_MOST_OF_ONE: Final = 10_000
"""As much as telemetry gives at once."""

_MARGIN: Final = timedelta(days=1)
_PORTION: Final = 200
_PERIODS: Final = {"day": 1, "night": 1, "week": 7, "month": 31}


@dataclass(frozen=True)
class Plan:
    """What is to be read and played.

    Attributes:
        book: of the rules and subjects that matter.
        series: points and properties to read.
        since: how far back, UTC.
        limit: so many observations of each series at most.
        leaves_out: of other rules to which the rule gives way more were there than are looked at.
    """

    book: RuleBook
    key: Key
    series: tuple[tuple[str, str], ...]
    since: datetime
    until: datetime
    limit: int
    leaves_out: bool = False


@dataclass(frozen=True)
class Played:
    """How it stood.

    Attributes:
        begins: from when on all series were there.
        count: of observations.
        cut: there was more than was read.
        leaves_out: as in the plan.
        series: all that was read, by point and property.
    """

    play: Play
    begins: datetime
    count: int
    cut: bool
    leaves_out: bool
    series: SeriesByPoint


def plan(book: RuleBook, key: Key, at: datetime, fires_since: datetime | None = None) -> Plan:
    """What must be played to know how a rule stood.

    Args:
        fires_since: when an alert began that still fired then, if that is known.

    Raises:
        InputError: the rule reads too many series.
    """
    keys, leaves_out = _with_others(book, key)
    small = book.only(keys)
    series = tuple(sorted(small.series()))
    if len(series) > _MOST_SERIES:
        raise InputError(
            f"{key[0]} reads {len(series)} series there; at most {_MOST_SERIES} are played: leave out --at"
        )
    depth = max((each.span for each in small.series().values()), default=timedelta())
    reach = depth + max(map(_reach, small.rules.values())) + _MARGIN
    since = min(at, fires_since or at) - reach
    limit = min(max(MOST_OBSERVATIONS // max(len(series), 1), _LEAST), _MOST_OF_ONE)
    return Plan(small, key, series, since, at, limit, leaves_out)


def replay(planned: Plan, observations: Iterable[Sequence[Seen]], breathe: Callable[[], None] = lambda: None) -> Played:
    """Play them.

    Args:
        observations: of each series, oldest first.
        breathe: lets others work; called again and again.
    """
    some = list(observations)
    full = [each[0].moment for each in some if len(each) >= planned.limit]
    play = Play(planned.book)
    for portion in _portions(seen for each in some for seen in each):
        _go_on(play, portion, portion[-1].moment, planned)
        breathe()
    _go_on(play, (), planned.until, planned)
    return Played(
        play, max([planned.since, *full]), sum(map(len, some)), bool(full), planned.leaves_out, gathered(some)
    )


def gathered(observations: Iterable[Iterable[Seen]]) -> dict[str, dict[str, Series]]:
    """The series of each point and property."""
    found: dict[str, dict[str, Series]] = defaultdict(dict)
    for each in observations:
        for seen in each:
            found[seen.point].setdefault(seen.name, Series()).add(seen.sample)
    return found


def _go_on(play: Play, observations: Sequence[Seen], until: datetime, planned: Plan) -> None:
    for _ in play.run(observations, until, planned.since):
        pass


def _portions(observations: Iterable[Seen]) -> Iterator[list[Seen]]:
    """Of some length each; what came at one moment stays together."""
    portion: list[Seen] = []
    ordered = sorted(observations, key=lambda seen: (seen.moment, seen.point, seen.name))
    for _, instant in groupby(ordered, key=lambda seen: seen.moment):
        portion += instant
        if len(portion) >= _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _with_others(book: RuleBook, key: Key) -> tuple[list[Key], bool]:
    """The alert and those to which it gives way, and those to which they do."""
    found: dict[Key, None] = {key: None}
    waiting = [key]
    while waiting:
        rule, subject = waiting.pop()
        for unless in book.rules[rule].rule.unless:
            for other in book.blockers(book.rules[rule], subject, unless):
                if other not in found:
                    if len(found) > _MOST_OTHERS:
                        return list(found), True
                    found[other] = None
                    waiting.append(other)
    return list(found), False


def _reach(rule: CompiledRule) -> timedelta:
    """How long ago what a rule remembers may have begun, beside its windows."""
    holds = [each for level in rule.rule.levels for each in (level.for_, level.until_for)]
    # Of what it reads at its own point a rule keeps as much as its holds last: that is in the depth already.
    kept = rule.rule.grouping is None and rule.rule.every is None
    spans = [
        (timedelta() if kept else each.span) + each.times * timedelta(seconds=rule.kind.period_s) for each in holds
    ]
    every = timedelta() if rule.rule.every is None else 2 * rule.rule.every.length
    return max(spans) + every + _period(rule.rule.once_per) + 2 * rule.stale_after


def _period(once_per: OncePer | None) -> timedelta:
    if once_per is None:
        return timedelta()
    period = once_per.period
    return period.longest if isinstance(period, Span) else timedelta(days=_PERIODS[period])
