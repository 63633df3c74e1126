"""Made-up lives whose observations come late and in any order, beside the same ones that come in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import microseconds
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from shared.model.observations import Quality
from shared.runtime.database import Database
from tests.component.rules_engine.playground import (
    KIND,
    MINUTE,
    NAMES,
    START,
    Run,
    book_of,
    emptied,
    instants,
    run_through,
    written,
)
from tests.component.rules_engine.rules_of_all_sorts import OTHER, RULES

IN_TIME: Final = (0, 0, 1, 7, 20, 59)
TOO_LATE: Final = (0, 0, 20, 59, 61, 130, 400)
"""Minutes for which an observation may be on its way: within what its kind allows, and longer."""

MAX_DELAY: Final = timedelta(seconds=KIND.max_delay_s)
_QUIET: Final = 36
"""So many quarters of an hour all stations go on in time with one value: longer than all that the rules read or wait
for, but for the week, which sees every value for its share of the time."""

SHORT_MEMORY: Final = tuple(sorted(RULES.keys() - {"rarely", "nightly", "hourly", "slow-ladder", "week"}))
"""Rules of which the last nine hours are enough to know what they are at: not those that fire once in a period."""


@dataclass(frozen=True)
class Arrivals:
    """What is observed, and when each is here: in time, or each after a delay of its own.

    Attributes:
        quiet: the value with which all stations go on in time when everything has come.
    """

    rules: Mapping[str, str]
    seen: tuple[Seen, ...]
    quiet: float

    @property
    def in_time(self) -> tuple[Seen, ...]:
        return tuple(replace(each, arrives=None) for each in self.seen)

    @property
    def all_here(self) -> datetime:
        return max((each.moment for each in self.seen), default=START)

    @property
    def afterwards(self) -> tuple[Seen, ...]:
        """The quiet time, each value as it is observed."""
        times = (self.all_here + 15 * MINUTE * index for index in range(1, _QUIET + 1))
        return tuple(Seen(name, "level", Sample(self.quiet, time)) for time in times for name in NAMES)


_STEP: Final = st.tuples(
    st.sampled_from([5, 15, 15, 15, 30, 50]),
    st.sampled_from(NAMES),
    st.sampled_from([0.5, 1.2, 1.8, 2.5, 2.5, 3.5]),
    st.sampled_from([*[Quality.GOOD] * 8, Quality.SUSPECT]),
)


def _arrivals(
    rules: Sequence[str], steps: Iterable[tuple[tuple[int, str, float, Quality], int]], quiet: float
) -> Arrivals:
    minute, seen = 0, list[Seen]()
    for (gap, name, value, quality), delay in steps:
        minute += gap
        time = START + minute * MINUTE
        seen.append(Seen(name, "level", Sample(value, time, quality), time + delay * MINUTE))
    network = {"network": RULES["network"]} if "silent-alone" in rules else {}
    return Arrivals({name: RULES[name] for name in rules} | network | {"other": OTHER}, tuple(seen), quiet)


def arrivals(delays: Sequence[int]) -> st.SearchStrategy[Arrivals]:
    """Lives in which each observation is so many minutes on its way."""
    return st.builds(
        _arrivals,
        st.lists(st.sampled_from(SHORT_MEMORY), min_size=1, max_size=4, unique=True),
        st.lists(st.tuples(_STEP, st.sampled_from(delays)), min_size=1, max_size=14),
        st.sampled_from([0.5, 3.5]),
    )


def check(database: Database, life: Arrivals) -> None:
    """What is known in the end doesn't depend on when it came, nor what holds where all of it is known."""
    when = life.all_here + timedelta(seconds=1)
    ordered = known(run_through(_begin(database, life), life.in_time, when))
    run = _begin(database, life)
    _without_hindsight(run, life)
    run.until(when)
    run.look()
    assert known(run) == ordered
    _looks_again(run)
    _goes_on_alike(database, run, life)


def _begin(database: Database, life: Arrivals) -> Run:
    return Run(emptied(database), book_of(written(life.rules)))


def _without_hindsight(run: Run, life: Arrivals) -> None:
    """Let it all come; nothing is told of what was over for longer than a delay may be, and nothing is taken back.

    A rule that gave way tells later, when the other one is over, since when its condition holds: it has to hold then.
    """
    told: set[tuple[object, ...]] = set()

    def watch() -> None:
        found: set[Any] = set(run.told())
        assert told <= found
        fires = {key for key, phase in run.phases().items() if phase == "firing"}
        for rule, subject, kind, at in found - told:
            told_of = run.book.rules[rule].rule
            gave_way = told_of.unless and kind == "fired" and (rule, subject) in fires
            if told_of.every is None and not gave_way:
                assert run.now - at <= MAX_DELAY, f"{rule} {kind} of {at} is told at {run.now}"
        told.update(found)

    for moment, some in instants(life.seen):
        run.until(moment, watch)
        run.observe(some)
        watch()


def _looks_again(run: Run) -> None:
    """A process that knows only what is stored finds no more."""
    before = run.told()
    run.restart(0)
    run.look()
    assert run.told() == before


def _goes_on_alike(database: Database, run: Run, life: Arrivals) -> None:
    """When all stations have gone on for long enough, nothing is left of when the rest came."""
    end = life.all_here + _QUIET * 15 * MINUTE + timedelta(seconds=1)
    late = _active(run_through(run, life.afterwards, end))
    assert late == _active(run_through(_begin(database, life), [*life.in_time, *life.afterwards], end))


def _active(run: Run) -> dict[Key, str]:
    """What fires or is about to; but for rules that give way: which of two spoke first stays so while both hold."""
    phases = {key: phase for key, phase in run.phases().items() if phase != "inactive"}
    return {key: phase for key, phase in phases.items() if not run.book.rules[key[0]].rule.unless}


@dataclass(frozen=True)
class Known:
    """What can be known of a city.

    Attributes:
        samples: of each point those that its rules read.
        rows: what each condition of each rule reads.
        firing: of each rule that goes by what it reads alone, and reads enough to know: whether it fires.
    """

    samples: Mapping[str, Sequence[Sample]]
    rows: Mapping[Key, Sequence[Sequence[object]]]
    firing: Mapping[Key, bool]


def known(run: Run) -> Known:
    """What is stored, read anew."""
    book = run.book
    with run.database.transaction() as transaction:
        series = Samples(transaction).load(book.read_points)
        states = {key: kept.state for key, kept in States(transaction).load(book.watches_all()).items()}
    surroundings = Surroundings(book, lambda _: False, series)
    rows: dict[Key, list[list[object]]] = {}
    firing: dict[Key, bool] = {}
    for key in sorted(book.watches_all()):
        rule, state = book.rules[key[0]], states.get(key, AlertState())
        scene = surroundings.scene(rule, book.subject(*key), run.now, run.now)
        scene.since = state.watched_since
        rows[key] = [condition.row(scene) for condition in rule.conditions]
        truth = rule.when.decide_in(scene)
        if truth is not None and _goes_by_values_alone(rule.rule):
            firing[key] = bool(state.firing)
            outside = rule.active is not None and rule.active.decide_in(scene) is False
            assert firing[key] == (truth and not outside), f"{key} fires: {firing[key]}, but its condition is {truth}"
    return Known(
        {name: _read(book, name, series[name].get("level", Series())) for name in sorted(book.read_points)},
        rows,
        firing,
    )


def _goes_by_values_alone(rule: Rule) -> bool:
    """Whether it fires while its condition holds, whatever it was at before."""
    level = rule.levels[0]
    holds = level.for_ or level.until_for or level.until
    return not (holds or len(rule.levels) > 1 or rule.unless or rule.every or rule.once_per)


def _read(book: RuleBook, name: str, series: Series) -> Sequence[Sample]:
    """The samples that rules read: one that was valid when the longest window began, and all after it."""
    depth = book.depth(name, "level")
    if not series.times:
        return ()
    first = min(series.until(series.times[-1] - microseconds(depth.span)) - 1, len(series) - depth.samples)
    return tuple(series)[max(first, 0) :]
