"""Energy of one luminaire, counted from its word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from services.lighting_controller.domain.energy.course import Light, Meter, Span
from services.lighting_controller.domain.energy.energy import Reference, Slot, Use, count, total
from services.lighting_controller.domain.energy.level_change import LevelChange, What
from services.lighting_controller.domain.energy.luminaire_model import Curve
from services.lighting_controller.domain.luminaire import Fault
from services.lighting_controller.domain.stepping import side_by_side

T0 = datetime(2026, 10, 24, 18, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CURVE = Curve(((0, 2.0), (100, 102.0)))
"""A watt for each percent, and two when it is dark."""

SLOT = Slot(date(2026, 10, 24), "base")
REFERENCE = ((T0, Reference(SLOT, 50, 100)),)


def light(
    number: int, at: datetime, level: int | None, heard_until: datetime | None, power_w: float | None = None
) -> LevelChange:
    return LevelChange(
        luminaire="l", what=What.LIGHT, at=at, level=level, power_w=power_w, heard_until=heard_until, id=number
    )


def target(number: int, at: datetime, level: int) -> LevelChange:
    return LevelChange(luminaire="l", what=What.TARGET, at=at, level=level, source="calendar", by="calendar", id=number)


def fault(number: int, at: datetime, what: Fault | None) -> LevelChange:
    return LevelChange(luminaire="l", what=What.FAULT, at=at, fault=what, id=number)


def counted(
    *changes: LevelChange,
    meter: Meter | None = None,
    hours: float = 4,
    heard_at: datetime | None = None,
    silent_after: timedelta | None = None,
    off: Sequence[Span] = (),
) -> tuple[Meter, Use]:
    begun = meter or Meter(luminaire="l", counted_until=T0, light=Light(40), target=40)
    answer = count(
        begun,
        changes,
        T0 + hours * HOUR,
        CURVE,
        REFERENCE,
        heard_at=heard_at or T0,
        silent_after=silent_after,
        off=off,
    )
    return answer.meter, answer.uses.get(SLOT, Use())


def test_a_level_holds_until_the_next_is_told() -> None:
    meter, use = counted(light(1, T0 + HOUR, 100, T0), light(2, T0 + 3 * HOUR, 0, T0 + 2 * HOUR))
    assert use.reported_wh == 42 + 2 * 102 + 2
    assert (use.calendar_wh, use.full_wh) == (4 * 52, 4 * 102)
    assert (use.lit_s, use.switchings, use.unknown_s) == (3 * 3600, 1, 0)
    assert (meter.counted_until, meter.seen, meter.light, meter.power_w) == (T0 + 4 * HOUR, 2, Light(0), 2)


def test_measured_watts_go_before_the_curve() -> None:
    _, use = counted(light(1, T0 + HOUR, 100, T0, 77.5), light(2, T0 + 2 * HOUR, None, T0 + HOUR, 60.0))
    assert use.reported_wh == 42 + 77.5 + 2 * 60


def test_time_in_which_it_does_not_answer_is_unknown_and_estimated_by_its_target() -> None:
    meter, use = counted(
        target(1, T0 + HOUR, 100),
        fault(2, T0 + HOUR, Fault.COMMUNICATION),
        fault(3, T0 + 3 * HOUR, None),
        light(4, T0 + 3 * HOUR, 100, T0),
    )
    assert (use.reported_wh, use.estimated_wh) == (42 + 102, 2 * 102)
    assert (use.unknown_s, use.lit_s, use.lit_estimated_s) == (2 * 3600, 2 * 3600, 2 * 3600)
    assert (meter.burning_s, meter.burning_estimated_s, meter.faults, meter.fault) == (7200, 7200, 1, None)


def test_one_that_obeys_and_does_not_follow_is_counted_by_its_light() -> None:
    _, use = counted(target(1, T0, 0), fault(2, T0, Fault.STUCK))
    assert (use.reported_wh, use.unknown_s) == (4 * 42, 0)


@pytest.mark.parametrize(
    ("last_heard", "unknown_h"),
    [(T0 + 4 * HOUR, 0.0), (T0 + 2 * HOUR, 1.0), (T0, 3.0), (T0 - 30 * MINUTE, 3.5), (T0 - 5 * HOUR, 4.0)],
)
def test_its_last_word_holds_no_longer_than_it_may_be_silent(last_heard: datetime, unknown_h: float) -> None:
    _, use = counted(heard_at=last_heard, silent_after=HOUR)
    assert use.unknown_s == unknown_h * 3600
    assert use.estimated_wh == unknown_h * 42
    assert use.reported_wh == (4 - unknown_h) * 42


def test_silence_between_two_words_is_unknown_although_both_say_the_same() -> None:
    _, use = counted(light(1, T0 + 3 * HOUR, 40, T0 + 30 * MINUTE), heard_at=T0 + 4 * HOUR, silent_after=HOUR)
    assert use.unknown_s == 1.5 * 3600


def test_of_one_that_never_spoke_and_of_which_nothing_is_wanted_nothing_is_compared() -> None:
    meter, use = counted(meter=Meter(luminaire="l", counted_until=T0), heard_at=None)
    assert use == Use(unknown_s=4 * 3600)
    assert meter.power_w is None


@pytest.mark.parametrize("silent_after", [None, HOUR])
@pytest.mark.parametrize(("power_w", "watts"), [(None, 2.0), (0.4, 0.4)])
def test_one_whose_lamp_has_failed_is_dark_and_known_whatever_it_obeys(
    silent_after: timedelta | None, power_w: float | None, watts: float
) -> None:
    # It can't tell its light: what it says of its level is the command that it obeys.
    told = light(1, T0, 80, T0, power_w), target(2, T0, 80), fault(3, T0 + HOUR, Fault.LAMP)
    meter, use = counted(*told, heard_at=T0 + 4 * HOUR, silent_after=silent_after)
    before = 82 if power_w is None else power_w
    assert use.reported_wh == pytest.approx(before + 3 * watts)
    assert (use.lit_s, use.unknown_s, use.lit_estimated_s, use.estimated_wh) == (3600, 0, 0, 0)
    assert (use.switchings, meter.burning_s, meter.power_w) == (0, 3600, watts)
    _, use = counted(*told, light(4, T0 + 2 * HOUR, 0, T0), heard_at=T0 + 2 * HOUR, silent_after=silent_after)
    assert (use.switchings, use.unknown_s) == (0, 0)


def test_one_that_does_not_answer_for_its_lamp_is_mended_when_its_fault_ends() -> None:
    _, use = counted(
        fault(1, T0, Fault.LAMP), fault(2, T0 + 2 * HOUR, Fault.COMMUNICATION), fault(3, T0 + 3 * HOUR, None)
    )
    assert (use.reported_wh, use.unknown_s, use.lit_s) == (2 * 2 + 42, 3600, 3600)


OFF = [(T0 + HOUR, T0 + 3 * HOUR)]


@pytest.mark.parametrize("silent_after", [None, HOUR])
@pytest.mark.parametrize("what", [None, Fault.COMMUNICATION, Fault.LAMP])
def test_silence_without_power_is_darkness_at_no_watts_and_known(
    silent_after: timedelta | None, what: Fault | None
) -> None:
    meter, use = counted(fault(1, T0 + HOUR, what), hours=3, silent_after=silent_after, off=OFF)
    assert (use.reported_wh, use.estimated_wh, use.unknown_s, use.lit_s) == (42, 0, 0, 3600)
    # The cabinet is cut whoever dims: no saving comes of it.
    assert (use.calendar_wh, use.full_wh) == (52, 102)
    assert meter.power_w == 0.0


def test_after_power_returns_what_it_said_before_is_as_old_as_it_is() -> None:
    _, use = counted(silent_after=HOUR, off=OFF)
    assert (use.unknown_s, use.estimated_wh) == (3600, 42)
    _, use = counted(light(1, T0 + 3.5 * HOUR, 40, T0), heard_at=T0 + 4 * HOUR, silent_after=HOUR, off=OFF)
    assert use.unknown_s == 1800


def test_one_that_speaks_has_power_whatever_the_cabinet_ought_to_do() -> None:
    # A contactor that sticks: it burns on and says so until two, and once more at half past two.
    burns = light(1, T0 + 2.5 * HOUR, 40, T0 + 2 * HOUR)
    _, use = counted(burns, heard_at=T0 + 2.5 * HOUR, hours=3, silent_after=HOUR, off=OFF)
    assert (use.reported_wh, use.lit_s) == (2 * 42, 2 * 3600)


def test_cut_off_and_counted_in_pieces_it_is_the_same_as_at_once() -> None:
    _, whole = counted(silent_after=HOUR, off=OFF)
    meter, uses = Meter(luminaire="l", counted_until=T0, light=Light(40), target=40), []
    for quarter in range(1, 17):
        meter, use = counted(meter=meter, hours=quarter / 4, silent_after=HOUR, off=OFF)
        uses.append(use)
    assert total(uses) == whole


def test_a_change_of_a_moment_that_is_counted_already_holds_from_now_on() -> None:
    first, use = counted(hours=2)
    second, more = counted(light(7, T0 + HOUR, 100, T0), meter=first)
    assert use.reported_wh + more.reported_wh == 2 * 42 + 2 * 102
    assert second.counted_until == T0 + 4 * HOUR


def test_the_later_of_two_words_holds_although_its_clock_is_behind() -> None:
    _, use = counted(light(1, T0 + 2 * HOUR, 100, T0), light(2, T0 + HOUR, 0, T0 + 2 * HOUR))
    assert use.reported_wh == 2 * 42 + 2 * 2


def test_what_is_later_than_it_is_counted_is_looked_at_again() -> None:
    changes = (light(1, T0 + HOUR, 100, T0), light(2, T0 + 3 * HOUR, 0, T0 + HOUR), fault(3, T0 + HOUR, Fault.STUCK))
    first, use = counted(*changes, hours=2)
    assert first.seen == 1
    second, more = counted(*(change for change in changes if change.id > first.seen), meter=first)
    assert use.reported_wh + more.reported_wh == 42 + 2 * 102 + 2
    assert (second.seen, second.faults) == (3, 1)


def test_counted_in_pieces_it_is_the_same_as_at_once() -> None:
    changes = [
        light(1, T0 + 20 * MINUTE, 100, T0),
        target(2, T0 + 25 * MINUTE, 10),
        fault(3, T0 + 40 * MINUTE, Fault.COMMUNICATION),
        fault(4, T0 + 100 * MINUTE, None),
        light(5, T0 + 100 * MINUTE, 0, T0 + 30 * MINUTE),
        light(6, T0 + 200 * MINUTE, 55, T0 + 190 * MINUTE),
    ]
    whole_meter, whole = counted(*changes, silent_after=HOUR, heard_at=T0 + 4 * HOUR)
    meter, uses = Meter(luminaire="l", counted_until=T0, light=Light(40), target=40), []
    for minutes in range(15, 241, 15):
        left = [change for change in changes if change.id > meter.seen]
        meter, use = counted(*left, meter=meter, hours=minutes / 60, silent_after=HOUR, heard_at=T0 + 4 * HOUR)
        uses.append(use)
    assert meter == whole_meter
    for name in ("reported_wh", "estimated_wh", "calendar_wh", "full_wh", "lit_s", "unknown_s", "switchings"):
        assert sum(getattr(use, name) for use in uses) == pytest.approx(getattr(whole, name))


def test_nothing_is_counted_backwards() -> None:
    meter = Meter(luminaire="l", counted_until=T0, light=Light(40))
    assert counted(meter=meter, hours=-1) == (meter, Use())


def test_values_side_by_side_are_cut_where_any_of_them_changes() -> None:
    pieces = list(
        side_by_side(T0, T0 + 3 * HOUR, ((T0, 1), (T0 + HOUR, 2)), ((T0, "a"), (T0 + HOUR, "b"), (T0 + HOUR, "c")))
    )
    assert pieces == [(T0, T0 + HOUR, (1, "a")), (T0 + HOUR, T0 + 3 * HOUR, (2, "c"))]
