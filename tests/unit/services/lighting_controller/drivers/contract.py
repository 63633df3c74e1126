"""What every driver must do. A bench has a driver and lamps behind it; time there may be virtual or the machine's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from services.lighting_controller.domain.driver import Command, CommandReason, Driver

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


FACTS: Final[Sequence[Callable[[Bench], None]]] = (
    command_shows_in_the_report_of_its_luminaire_only,
    each_luminaire_gets_its_own_command,
    ramp_has_ended_when_its_time_is_over,
    command_that_comes_twice_or_too_late_changes_nothing,
    nothing_to_send_and_nobody_to_hear_is_no_error,
    reports_bear_a_time_that_is_not_in_the_future,
    driver_that_has_rested_sends_again,
)
