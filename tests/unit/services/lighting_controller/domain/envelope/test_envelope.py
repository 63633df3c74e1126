"""Each limit by itself, at its edges."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.envelope.envelope import (
    Allowed,
    confine,
    is_delayed,
    keep,
    note_seen,
    note_told,
    want,
)
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import Shares
from services.lighting_controller.domain.luminaire import Confined, InFlight, Luminaire, Told
from services.lighting_controller.domain.road_class import Cut, RoadClass

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
P4 = RoadClass(name="P4", floor=40, step=30, ramp=20 * SECOND, dwell=10 * MINUTE, share=50)
SURVEY = Survey(P4, {}, {"l": ("z",), "other": ("z",)}, {"z": 1})


def wish(level: int, source: Source = Source.NORMAL_RULE, ramp: timedelta = timedelta()) -> Wish:
    return Wish(source, level, "o1", "g", ramp)


def lamp(level: int | None, now: datetime, *, night: bool = True, told: Told | None = None) -> Luminaire:
    """A lamp that has done what it was told for an hour."""
    if told is None and level is not None:
        told = Told(level, level, now - 60 * MINUTE)
    return Luminaire(id="l", floor=40 if night else None, told=told, feedback=level)


def allowed(luminaire: Luminaire, wanted: Wish, now: datetime, shares: Shares | None = None) -> Allowed:
    return confine(luminaire, wanted, P4, shares or Shares(SURVEY, {}, now), now)


NIGHT_TABLE = [
    # from, wanted, source, commanded, cuts
    pytest.param(100, 80, Source.NORMAL_RULE, 80, (), id="within all limits"),
    pytest.param(50, 20, Source.NORMAL_RULE, 40, (Cut.FLOOR,), id="the floor binds a rule"),
    pytest.param(50, 0, Source.OPERATOR, 40, (Cut.FLOOR,), id="and a person"),
    pytest.param(50, 0, Source.EMERGENCY, 40, (Cut.FLOOR,), id="and an emergency"),
    pytest.param(50, 30, Source.CALENDAR, 40, (Cut.FLOOR,), id="and a calendar"),
    pytest.param(100, 40, Source.CALENDAR, 70, (Cut.STEP,), id="dimming in steps"),
    pytest.param(100, 0, Source.VITAL_RULE, 70, (Cut.FLOOR, Cut.STEP), id="a vital rule that dims too"),
    pytest.param(50, 100, Source.NORMAL_RULE, 80, (Cut.STEP,), id="brightening in steps"),
    pytest.param(50, 100, Source.OPERATOR, 80, (Cut.STEP,), id="for a person too"),
    pytest.param(50, 100, Source.VITAL_RULE, 100, (), id="at once for a vital rule"),
    pytest.param(50, 100, Source.EMERGENCY, 100, (), id="at once for an emergency"),
    pytest.param(0, 100, Source.CALENDAR, 100, (), id="from dark at once: dusk"),
    pytest.param(39, 100, Source.COMFORT_RULE, 100, (), id="from below the floor at once"),
    pytest.param(0, 10, Source.COMFORT_RULE, 40, (Cut.FLOOR,), id="from below the floor to the floor"),
    pytest.param(None, 10, Source.CALENDAR, 40, (Cut.FLOOR,), id="one that nobody knows is taken up"),
    pytest.param(None, 100, Source.CALENDAR, 100, (), id="at any level"),
]


@pytest.mark.parametrize(("start", "wanted", "source", "level", "cuts"), NIGHT_TABLE)
def test_at_night(
    t0: datetime, start: int | None, wanted: int, source: Source, level: int, cuts: tuple[Cut, ...]
) -> None:
    made = allowed(lamp(start, t0), wish(wanted, source), t0)
    assert (made.wish.level, made.cuts) == (level, cuts)
    assert (made.wish.source, made.wish.by) == (source, "o1"), "who won stays who decides"


@pytest.mark.parametrize(("start", "wanted"), [(100, 0), (100, 10), (0, 100), (40, 100)])
def test_by_day_there_is_neither_floor_nor_step(t0: datetime, start: int, wanted: int) -> None:
    made = allowed(lamp(start, t0, night=False), wish(wanted), t0)
    assert (made.wish.level, made.cuts, made.counts) == (wanted, (), True)


@pytest.mark.parametrize("night", [True, False])
@pytest.mark.parametrize(
    ("since", "level", "cuts"),
    [
        pytest.param(10 * MINUTE - SECOND, 100, (Cut.DWELL,), id="a second before"),
        pytest.param(10 * MINUTE, 80, (), id="in the moment"),
    ],
)
def test_none_is_dimmed_again_within_its_dwell(
    t0: datetime, since: timedelta, level: int, cuts: tuple[Cut, ...], night: bool
) -> None:
    told = Told(100, 50, t0 - 5 * MINUTE, dimmed_at=t0 - since)
    made = allowed(lamp(100, t0, told=told, night=night), wish(80), t0)
    assert (made.wish.level, made.cuts) == (level, cuts)
    assert made.look_at == (t0 - since + P4.dwell if cuts else None)


def test_brightening_never_waits_for_the_dwell(t0: datetime) -> None:
    told = Told(70, 100, t0 - SECOND, dimmed_at=t0 - SECOND)
    made = allowed(lamp(70, t0, told=told), wish(100, Source.COMFORT_RULE), t0)
    assert (made.wish.level, made.cuts) == (100, ())


def test_a_dimming_goes_on_after_the_dwell_a_brightening_after_a_minute(t0: datetime) -> None:
    down, up = allowed(lamp(100, t0), wish(40), t0), allowed(lamp(40, t0), wish(100), t0)
    assert (down.wish.level, down.look_at) == (70, t0 + P4.dwell)
    assert (up.wish.level, up.look_at) == (70, t0 + MINUTE)


def test_a_step_up_waits_until_a_minute_has_passed_since_the_one_before(t0: datetime) -> None:
    told = Told(70, 40, t0 - 59 * SECOND)
    early = allowed(lamp(70, t0, told=told), wish(100), t0)
    assert (early.wish.level, early.cuts, early.look_at) == (70, (Cut.STEP,), t0 + SECOND)
    assert allowed(lamp(70, t0, told=told), wish(100), t0 + SECOND).wish.level == 100


def test_a_step_waits_until_the_one_before_was_seen(t0: datetime) -> None:
    told = Told(70, 100, t0 - 20 * MINUTE, dimmed_at=t0 - 20 * MINUTE)
    unheard = replace(lamp(100, t0, told=told))
    made = allowed(unheard, wish(40), t0)
    assert (made.wish.level, made.cuts, made.look_at) == (70, (Cut.STEP,), t0)
    assert allowed(replace(unheard, feedback=70), wish(40), t0).wish.level == 40


RAMPS = [
    pytest.param(50, 70, timedelta(), 4 * SECOND, (), id="in proportion, and who asked for none loses none"),
    pytest.param(50, 70, 2 * SECOND, 4 * SECOND, (Cut.RAMP,), id="longer than asked"),
    pytest.param(50, 70, 60 * SECOND, 60 * SECOND, (), id="a longer one stays"),
    pytest.param(100, 80, timedelta(), 4 * SECOND, (), id="down as up"),
]


@pytest.mark.parametrize(("start", "wanted", "asked", "ramp", "cuts"), RAMPS)
def test_ramp(t0: datetime, start: int, wanted: int, asked: timedelta, ramp: timedelta, cuts: tuple[Cut, ...]) -> None:
    made = allowed(lamp(start, t0), wish(wanted, ramp=asked), t0)
    assert (made.wish.ramp, made.cuts) == (ramp, cuts)


def test_even_an_emergency_keeps_the_ramp(t0: datetime) -> None:
    assert allowed(lamp(50, t0), wish(100, Source.EMERGENCY), t0).wish.ramp == 10 * SECOND


def test_who_is_told_again_is_told_as_slowly(t0: datetime) -> None:
    target = wish(70, ramp=4 * SECOND)
    again = replace(lamp(70, t0), target=target, feedback=50)
    assert allowed(again, wish(70), t0).wish == target


def test_nothing_is_cut_of_a_ramp_where_nothing_changes(t0: datetime) -> None:
    there = replace(lamp(70, t0), target=wish(70, ramp=4 * SECOND))
    assert allowed(there, wish(70, ramp=SECOND), t0).cuts == ()


def test_who_finds_no_room_stays_and_is_told_when_to_ask(t0: datetime) -> None:
    full = Shares(SURVEY, {"other": t0 - 20 * SECOND}, t0)
    made = allowed(lamp(100, t0), wish(80), t0, full)
    assert (made.wish.level, made.cuts, made.look_at, made.counts) == (100, (Cut.SHARE,), t0 + 40 * SECOND, False)


@pytest.mark.parametrize(
    ("start", "wanted", "source"),
    [(50, 100, Source.EMERGENCY), (50, 100, Source.VITAL_RULE), (0, 100, Source.CALENDAR), (30, 100, Source.DEFAULT)],
)
def test_what_is_exempt_finds_room_and_takes_none(t0: datetime, start: int, wanted: int, source: Source) -> None:
    full = Shares(SURVEY, {"other": t0}, t0)
    made = allowed(lamp(start, t0), wish(wanted, source), t0, full)
    assert (made.wish.level, made.counts) == (wanted, False)
    empty = Shares(SURVEY, {}, t0)
    allowed(lamp(start, t0), wish(wanted, source), t0, empty)
    assert empty.room_at("other") is None


def test_street_that_a_bylaw_has_dark_is_lit_at_once_too(t0: datetime) -> None:
    """Its floor is 0: nothing is below it, and dark is dark."""
    made = allowed(replace(lamp(0, t0), floor=0), wish(50, Source.COMFORT_RULE), t0, Shares(SURVEY, {"other": t0}, t0))
    assert (made.wish.level, made.cuts, made.counts) == (50, (), False)


def test_what_is_told_counts_from_then_on_whether_it_arrives_or_not(t0: datetime) -> None:
    dimmed = note_told(lamp(100, t0), 70, t0, counts=True)
    assert dimmed.told == Told(70, 100, t0, dimmed_at=t0, counted_at=t0)
    seen = replace(dimmed, feedback=70)
    assert note_told(seen, 70, t0 + MINUTE, counts=False) == seen, "a repetition is no change"
    again = note_told(dimmed, 70, t0 + MINUTE, counts=False)
    assert again.told == Told(70, 100, t0 + MINUTE, t0 + MINUTE, t0 + MINUTE), (
        "unless it was not seen to obey: it may dim only now, and counts only now"
    )
    exempt = note_told(dimmed, 100, t0 + MINUTE, counts=False)
    assert note_told(replace(exempt, feedback=70), 100, t0 + 2 * MINUTE, counts=False).told == Told(
        100, 70, t0 + 2 * MINUTE, t0, t0
    )
    up = note_told(seen, 100, t0 + MINUTE, counts=False)
    assert up.told == Told(100, 70, t0 + MINUTE, dimmed_at=t0, counted_at=t0)


def test_what_is_seen_where_it_is_wanted_is_left_there_whatever_it_was_told(t0: datetime) -> None:
    """An older process told it, or a command was lost and nobody wants it any more."""
    strayed = replace(lamp(100, t0), feedback=40)
    made = allowed(strayed, wish(40), t0, Shares(SURVEY, {"other": t0}, t0))
    assert (made.wish.level, made.cuts, made.counts) == (40, (), False)
    seen = note_seen(replace(strayed, target=made.wish), t0)
    assert seen.told == Told(40, 100, t0, dimmed_at=t0)
    assert note_seen(seen, t0 + MINUTE) == seen


def test_who_has_another_command_on_its_way_is_not_left_where_it_is_seen(t0: datetime) -> None:
    leaving = replace(lamp(50, t0), feedback=100, in_flight=InFlight(50, 1, t0 + 10 * SECOND, t0 - SECOND))
    made = allowed(leaving, wish(100), t0)
    assert (made.wish.level, made.cuts, made.counts) == (80, (Cut.STEP,), True)


def test_who_turns_back_within_a_minute_stood_where_it_turned(t0: datetime) -> None:
    brightened = note_told(lamp(40, t0), 70, t0, counts=True)
    back = note_told(replace(brightened, feedback=70), 50, t0 + 30 * SECOND, counts=True)
    assert back.told is not None
    assert back.told.before == 70


def test_of_steps_within_a_minute_the_first_tells_where_it_stood(t0: datetime) -> None:
    first = note_told(lamp(40, t0), 50, t0, counts=True)
    second = note_told(first, 60, t0 + 30 * SECOND, counts=True)
    assert second.told is not None
    assert second.told.before == 40


def test_the_time_of_waiting_goes_on_until_another_is_wanted(t0: datetime) -> None:
    held = Allowed(wish(100), (Cut.SHARE,), t0 + MINUTE)
    waiting = keep(want(lamp(100, t0), wish(80)), held, t0)
    assert waiting.confined == Confined((Cut.SHARE,), t0, t0 + MINUTE)
    later = keep(want(waiting, wish(80)), held, t0 + MINUTE)
    assert later.confined.since == t0
    assert keep(want(later, wish(60)), held, t0 + 2 * MINUTE).confined.since == t0 + 2 * MINUTE
    assert keep(later, Allowed(wish(80)), t0 + 2 * MINUTE).confined == Confined()


@pytest.mark.parametrize(("after", "delayed"), [(2 * MINUTE, False), (2 * MINUTE + SECOND, True)])
def test_owners_hear_of_delays_longer_than_two_minutes(t0: datetime, after: timedelta, delayed: bool) -> None:
    assert is_delayed(Confined((Cut.DWELL,), t0, t0 + after)) is delayed
