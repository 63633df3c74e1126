"""Made-up lives of an engine: which rules, what is observed, and where the run is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from hypothesis import strategies as st

from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from shared.model.observations import Quality
from shared.runtime.database import Database
from tests.component.rules_engine.playground import (
    CITY,
    HALVES,
    MINUTE,
    NAMES,
    START,
    Run,
    book_of,
    emptied,
    instants,
    lamp,
    played,
    point,
    run_through,
    told_by,
    valley,
    written,
)  # fmt: skip
from tests.component.rules_engine.rules_of_all_sorts import OTHER, RULES

_AFTERWARDS: Final = timedelta(hours=4)
_REPLICAS: Final = 2
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Cut:
    """A disturbance: ``seconds`` before the observations of a step; 0: after them, before anybody has looked again.

    Attributes:
        what: ``restart`` of a process; ``move`` of half of the partitions; ``redeploy`` of everybody, with the rules
            read anew; an edit of ``words`` or of ``lights``; a revision of the ``registry`` that concerns no rule.
        which: the process, or the half.
    """

    what: str
    which: int
    seconds: int


@dataclass(frozen=True)
class Life:
    """What happens.

    Attributes:
        rules: by id, as they are written.
        seen: all that is observed, each when it is here.
        cuts: by the minute of the step at which they happen.
    """

    rules: Mapping[str, str]
    seen: tuple[Seen, ...]
    cuts: Mapping[datetime, Sequence[Cut]]

    @property
    def end(self) -> datetime:
        return max((each.moment for each in self.seen), default=START) + _AFTERWARDS


_VALUES: Final = st.sampled_from([0.5, 1.2, 1.8, 2.5, 2.5, 3.5])
_QUALITIES: Final = st.sampled_from([*[Quality.GOOD] * 8, Quality.SUSPECT])
_DELAYS: Final = st.sampled_from([0, 0, 0, 0, 7, 35, 90])
_GAPS: Final = st.sampled_from([5, 15, 15, 15, 15, 30, 50, 110])
_CUTS: Final = st.builds(
    Cut,
    what=st.sampled_from(["restart", "move", "redeploy", "words", "lights", "registry"]),
    which=st.integers(0, 1),
    seconds=st.sampled_from([0, 7, 60, 300, 301]),
)
_STEPS: Final = st.tuples(
    _GAPS,
    st.dictionaries(st.sampled_from(NAMES), st.tuples(_VALUES, _QUALITIES, _DELAYS), min_size=1),
    st.lists(_CUTS, max_size=2),
)
_NAMES_OF_RULES: Final = st.lists(st.sampled_from(sorted(RULES)), min_size=1, max_size=4, unique=True)


def _life(
    names: Sequence[str],
    steps: Sequence[tuple[int, dict[str, tuple[float, Quality, int]], list[Cut]]],
    delay: int | None,
) -> Life:
    minute, seen, cuts = 0, list[Seen](), dict[datetime, Sequence[Cut]]()
    for gap, values, some in steps:
        minute += gap
        time = START + minute * MINUTE
        seen += [
            Seen(name, "level", Sample(value, time, quality), time + (own if delay is None else delay) * MINUTE)
            for name, (value, quality, own) in sorted(values.items())
        ]
        cuts[seen[-1].moment] = some
    network = {"network": RULES["network"]} if "silent-alone" in names else {}
    return Life({name: RULES[name] for name in names} | network | {"other": OTHER}, tuple(seen), cuts)


LIVES: Final = st.builds(
    _life, _NAMES_OF_RULES, st.lists(_STEPS, min_size=1, max_size=16), st.sampled_from([0, 0, 1, 20, None, None])
)
"""All observations of a life are as long on their way; or each for itself, and some come behind newer ones, or late."""


def check(database: Database, life: Life) -> int:
    """The cut run tells what the whole one tells and what is played, in the same messages; how much was told."""
    whole = told_by(_run(emptied(database), life, 1))
    assert whole.transitions == played(book_of(written(life.rules)), life.seen, life.end)
    assert told_by(_cut(emptied(database), life)) == whole
    return len(whole.transitions)


def _run(database: Database, life: Life, replicas: int) -> Run:
    return run_through(Run(database, book_of(written(life.rules)), replicas), life.seen, life.end)


def _cut(database: Database, life: Life) -> Run:
    run, disturbing = Run(database, book_of(written(life.rules)), _REPLICAS), _Disturbing(life)
    for moment, some in instants(life.seen):
        cuts = sorted(life.cuts.get(moment, ()), key=lambda cut: -cut.seconds)
        for each in cuts:
            if each.seconds and moment - each.seconds * _SECOND > run.now:
                run.until(moment - each.seconds * _SECOND)
                disturbing(run, each)
                run.look()
        run.until(moment)
        run.observe(some, partial(disturbing.all, run, [each for each in cuts if not each.seconds]))
    run.until(life.end)
    run.look()
    return run


class _Disturbing:
    """Does to a run what a cut says."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._words = {"title": "Crue", "message": "{point}", "level": 100}
        self._city = CITY
        self._times = 0

    def all(self, run: Run, cuts: Sequence[Cut]) -> None:
        for cut in cuts:
            self(run, cut)

    def __call__(self, run: Run, cut: Cut) -> None:
        self._times += 1
        if cut.what == "move":
            run.move(HALVES[cut.which], self._times % _REPLICAS)
            return
        if cut.what == "restart":
            run.restart(cut.which)
            return
        if cut.what == "redeploy":
            for replica in range(_REPLICAS):
                run.restart(replica)
        elif cut.what == "words":
            self._words |= {"title": f"Crue {self._times}", "message": f"{{point}} {self._times}"}
        elif cut.what == "lights":
            self._words |= {"level": 100 - self._times}
        else:
            self._city = valley((*map(point, NAMES), *(lamp(f"l{number + 2}") for number in range(self._times))))
        run.use(book_of(written(self._life.rules, **self._words), self._city))
