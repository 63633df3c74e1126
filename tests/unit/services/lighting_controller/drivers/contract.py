"""What every driver must do. A bench has a driver and lamps behind it; time there may be virtual or the machine's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import pytest

from services.lighting_controller.domain.commanding.driver import Command, CommandReason, Driver, FailSafe
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep
from shared.errors import DeliveryDelayed

Levels = tuple[int | None, int | None]
"""Feedback and actual, percent."""


class Bench(Protocol):
    """A driver under test.

    Attributes:
        lamps: ids of at least a hundred lamps, none of which was commanded yet.
        ramp: a time in which lamps can move their light here.
    """

    driver: Driver
    lamps: Sequence[str]
    ramp: timedelta

    def now(self) -> datetime:
        """The time, UTC."""
        ...

    def settled(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        """What these lamps report when all that is on its way has arrived."""
        ...


class ClosingBench(Bench, Protocol):
    """A bench of a way that can be closed.

    Attributes:
        closed: a driver like the bench's, whose way to the same lamps is closed.
    """

    closed: Driver


class KeepingBench(Bench, Protocol):
    """A bench of lamps that keep a programme."""

    def cut_off(self) -> None:
        """Let the lamps hear nothing for as long as it takes until they go on by themselves."""
        ...

    def hears_again(self) -> None:
        """Let the lamps hear the controller again."""
        ...

    def does(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        """What these lamps do when nothing is on its way, whether they are heard or not."""
        ...


def command(luminaire: str, level: int, sequence: int, ramp: timedelta = timedelta()) -> Command:
    return Command(luminaire, level, ramp, CommandReason.PROGRAM, "calendar", sequence)


def command_shows_in_the_report_of_its_luminaire_only(bench: Bench) -> None:
    lamps = dict(zip(bench.lamps, (0, 1, 50, 100), strict=False))
    for lamp, level in lamps.items():
        bench.driver.send([command(lamp, level, 1)], bench.now())
    assert bench.settled({lamp: (level, level) for lamp, level in lamps.items()}) == {
        lamp: (level, level) for lamp, level in lamps.items()
    }
    others = bench.driver.reports(bench.lamps[4:], bench.now())
    assert {report.feedback for report in others} <= {None}


def each_luminaire_gets_its_own_command(bench: Bench) -> None:
    wanted: dict[str, Levels] = {lamp: (number, number) for number, lamp in enumerate(bench.lamps[:100])}
    bench.driver.send([command(lamp, number, 1) for number, lamp in enumerate(wanted)], bench.now())
    assert bench.settled(wanted) == wanted


def ramp_has_ended_when_its_time_is_over(bench: Bench) -> None:
    bench.driver.send([command(bench.lamps[0], 20, 1, bench.ramp)], bench.now())
    assert bench.settled({bench.lamps[0]: (20, 20)}) == {bench.lamps[0]: (20, 20)}


def command_that_comes_twice_or_too_late_changes_nothing(bench: Bench) -> None:
    lamp, witness = bench.lamps[:2]
    bench.driver.send([command(lamp, 20, 2)], bench.now())
    bench.driver.send([command(lamp, 20, 2), command(lamp, 90, 1), command(witness, 7, 1)], bench.now())
    wanted: dict[str, Levels] = {lamp: (20, 20), witness: (7, 7)}
    assert bench.settled(wanted) == wanted


def nothing_to_send_and_nobody_to_hear_is_no_error(bench: Bench) -> None:
    bench.driver.send([], bench.now())
    assert list(bench.driver.reports([], bench.now())) == []


def reports_bear_a_time_that_is_not_in_the_future(bench: Bench) -> None:
    bench.driver.send([command(bench.lamps[0], 20, 1)], bench.now())
    bench.settled({bench.lamps[0]: (20, 20)})
    found = bench.driver.reports(bench.lamps[:1], bench.now())
    assert [report.at <= bench.now() for report in found] == [True]


def driver_that_has_rested_sends_again(bench: Bench) -> None:
    bench.driver.send([command(bench.lamps[0], 20, 1)], bench.now())
    bench.driver.rest()
    bench.driver.send([command(bench.lamps[0], 30, 2)], bench.now())
    assert bench.settled({bench.lamps[0]: (30, 30)}) == {bench.lamps[0]: (30, 30)}


def level_that_is_told_again_is_obeyed(bench: Bench) -> None:
    lamp = bench.lamps[0]
    for attempt in (1, 2, 3):
        again = replace(command(lamp, 20, attempt), attempt=attempt)
        bench.driver.send([again], bench.now())
    assert bench.settled({lamp: (20, 20)}) == {lamp: (20, 20)}


def batch_in_which_a_lamp_stands_twice_ends_at_the_newer(bench: Bench) -> None:
    lamp, other = bench.lamps[:2]
    bench.driver.send([command(lamp, 80, 2), command(other, 7, 1), command(lamp, 30, 1)], bench.now())
    wanted: dict[str, Levels] = {lamp: (80, 80), other: (7, 7)}
    assert bench.settled(wanted) == wanted


def commands_that_cannot_leave_are_delayed_and_none_arrives_later(bench: ClosingBench) -> None:
    lamp = bench.lamps[0]
    for _ in range(2):
        with pytest.raises(DeliveryDelayed) as delayed:
            bench.closed.send([command(lamp, 90, 1)], bench.now())
        assert delayed.value.retry_after_s is not None
    bench.closed.rest()
    bench.driver.send([command(lamp, 20, 1)], bench.now())
    assert bench.settled({lamp: (20, 20)}) == {lamp: (20, 20)}


def lamp_that_is_cut_off_follows_its_programme_and_obeys_again_when_it_hears(bench: KeepingBench) -> None:
    told, untold = bench.lamps[:2]
    bench.driver.send([command(told, 20, 1)], bench.now())
    assert bench.settled({told: (20, 20)}) == {told: (20, 20)}
    _upload(bench, {told: 60, untold: 40})
    wanted: dict[str, Levels] = {told: (20, 20), untold: (40, 40)}
    assert bench.settled(wanted) == wanted
    bench.cut_off()
    wanted = {told: (60, 60), untold: (40, 40)}
    assert bench.does(wanted) == wanted
    bench.hears_again()
    assert bench.settled({told: (20, 20)}) == {told: (20, 20)}


def newer_programme_counts_and_the_same_twice_is_one(bench: KeepingBench) -> None:
    lamp = bench.lamps[0]
    for level in (60, 70, 70):
        _upload(bench, {lamp: level})
    assert bench.settled({lamp: (70, 70)}) == {lamp: (70, 70)}


def programme_that_has_ended_leaves_the_light_on(bench: KeepingBench) -> None:
    lamp = bench.lamps[0]
    bench.driver.send([command(lamp, 0, 1)], bench.now())
    assert bench.settled({lamp: (0, 0)}) == {lamp: (0, 0)}
    _upload(bench, {lamp: 0}, lasting=timedelta())
    bench.cut_off()
    assert bench.does({lamp: (100, 100)}) == {lamp: (100, 100)}


def _upload(bench: KeepingBench, levels: Mapping[str, int], lasting: timedelta = timedelta(days=7)) -> None:
    assert isinstance(bench.driver, FailSafe)
    now = bench.now()
    steps = ((now - timedelta(hours=9), 5), (now - timedelta(hours=1), None))
    bench.driver.upload(
        [
            KeptProgramme(lamp, tuple(KeptStep(at, level if own is None else own) for at, own in steps), now + lasting)
            for lamp, level in levels.items()
        ],
        now,
    )


FACTS: Final[Sequence[Callable[[Bench], None]]] = (
    command_shows_in_the_report_of_its_luminaire_only,
    each_luminaire_gets_its_own_command,
    ramp_has_ended_when_its_time_is_over,
    command_that_comes_twice_or_too_late_changes_nothing,
    nothing_to_send_and_nobody_to_hear_is_no_error,
    reports_bear_a_time_that_is_not_in_the_future,
    driver_that_has_rested_sends_again,
    level_that_is_told_again_is_obeyed,
    batch_in_which_a_lamp_stands_twice_ends_at_the_newer,
)

FACTS_OF_CLOSING: Final[Sequence[Callable[[ClosingBench], None]]] = (
    commands_that_cannot_leave_are_delayed_and_none_arrives_later,
)
"""Of ways that lead out of the process."""

FACTS_OF_KEEPING: Final[Sequence[Callable[[KeepingBench], None]]] = (
    lamp_that_is_cut_off_follows_its_programme_and_obeys_again_when_it_hears,
    newer_programme_counts_and_the_same_twice_is_one,
    programme_that_has_ended_leaves_the_light_on,
)
"""Of luminaires into which a programme can be uploaded."""
