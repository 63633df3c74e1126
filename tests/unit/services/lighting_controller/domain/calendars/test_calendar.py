"""The calendar of a group, against an oracle that walks through the night minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lighting_controller.domain.calendars.calendar import Calendar, Calendars, Plan, Step, SunTime
from services.lighting_controller.domain.daylight import Site, SunEvent, sun_event

PARIS = ZoneInfo("Europe/Paris")
TOULOUSE = Site(43.6, 1.44, PARIS)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SPRING, AUTUMN = date(2026, 3, 28), date(2026, 10, 24)

Clocks = Sequence[tuple[time, int]]


def plan_of(clocks: Clocks, site: Site = TOULOUSE, at_dusk: int = 100) -> Plan:
    steps = [Step(when, level) for when, level in clocks]
    ends = Step(SunTime(SunEvent.DUSK), at_dusk), Step(SunTime(SunEvent.DAWN), 0)
    return Plan(Calendar("c", "C", (ends[0], *steps, ends[1])), site)


def walk(clocks: Clocks, site: Site, night: date, at_dusk: int = 100) -> dict[datetime, int]:
    """The level in each minute: who walks looks at the wall clock, and a time once shown stays passed."""
    dusk, dawn = (sun_event(site, event, night) for event in (SunEvent.DUSK, SunEvent.DAWN))
    moment = datetime.combine(night, time(12), site.zone).astimezone(UTC)
    end = datetime.combine(night + DAY, time(12), site.zone).astimezone(UTC)
    passed: set[int] = set()
    levels = {}
    while moment < end:
        wall = moment.astimezone(site.zone).replace(tzinfo=None)
        for index, (when, _) in enumerate(clocks):
            if wall >= datetime.combine(night if when.hour >= 12 else night + DAY, when):
                passed.add(index)
        level = clocks[max(passed)][1] if passed else at_dusk
        levels[moment] = level if dusk <= moment < dawn else 0
        moment += MINUTE
    return levels


EACH_HOUR = [(time(hour, 30), 10 + hour) for hour in (*range(18, 24), *range(7))]


@pytest.mark.parametrize(
    ("night", "minutes"),
    [
        pytest.param(SPRING, 23 * 60, id="spring, 23 hours"),
        pytest.param(AUTUMN, 25 * 60, id="autumn, 25 hours"),
        pytest.param(date(2026, 6, 21), 24 * 60, id="shortest night"),
        pytest.param(date(2024, 2, 29), 24 * 60, id="29 February"),
    ],
)
@pytest.mark.parametrize(
    "clocks",
    [
        pytest.param([(time(22, 30), 50), (time(5, 30), 100)], id="bank"),
        pytest.param([(time(2, 30), 30)], id="one step in the hour that is skipped or repeated"),
        pytest.param([(time(0, 30), 70), (time(2, 0), 20), (time(2, 30), 30), (time(3, 0), 40)], id="around it"),
        pytest.param(EACH_HOUR, id="each hour"),
        pytest.param([], id="sun only"),
    ],
)
def test_level_is_that_of_the_naive_walk_in_every_minute(night: date, minutes: int, clocks: Clocks) -> None:
    expected = walk(clocks, TOULOUSE, night)
    assert len(expected) == minutes
    plan = plan_of(clocks)
    assert {moment: plan.level_at(moment) for moment in expected} == expected


in_the_night = st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
programmes = st.dictionaries(in_the_night, st.integers(0, 100), max_size=6).map(
    lambda steps: sorted(steps.items(), key=lambda step: (step[0].hour < 12, step[0]))
)


@settings(max_examples=40, deadline=None)
@given(
    clocks=programmes,
    latitude=st.floats(43, 51),
    longitude=st.floats(-4.7, 8.2),
    night=st.one_of(st.sampled_from([SPRING, AUTUMN]), st.dates(date(2024, 1, 1), date(2028, 12, 31))),
)
def test_any_programme_anywhere_in_france_is_that_of_the_naive_walk(
    clocks: Clocks, latitude: float, longitude: float, night: date
) -> None:
    site = Site(latitude, longitude, PARIS)
    plan = plan_of(clocks, site)
    expected = walk(clocks, site, night)
    assert {moment: plan.level_at(moment) for moment in expected} == expected


@pytest.mark.parametrize("night", [SPRING, AUTUMN, date(2022, 1, 9)])
def test_next_change_is_where_the_walk_first_differs(night: date) -> None:
    clocks = [(time(22, 30), 50), (time(2, 30), 30), (time(5, 30), 100)]
    plan = plan_of(clocks)
    levels = walk(clocks, TOULOUSE, night)
    for moment in list(levels)[: -8 * 60 : 7]:
        change = plan.next_change(moment)
        if change is None or change > max(levels):
            continue
        later = next(later for later in levels if later > moment and levels[later] != levels[moment])
        assert later - MINUTE < change <= later


@pytest.mark.parametrize(
    ("night", "hours_and_minutes"),
    [
        pytest.param(SPRING, "11 h less one that is skipped", id="spring"),
        pytest.param(AUTUMN, "11 h and one that is repeated", id="autumn"),
    ],
)
def test_lit_time_counts_real_hours_on_both_nights(night: date, hours_and_minutes: str) -> None:
    plan = plan_of([(time(23, 0), 0), (time(5, 0), 80)])
    lit = MINUTE * sum(level > 0 for level in walk([(time(23, 0), 0), (time(5, 0), 80)], TOULOUSE, night).values())
    begin = datetime.combine(night, time(12), PARIS).astimezone(UTC)
    end = datetime.combine(night + DAY, time(12), PARIS).astimezone(UTC)
    assert abs(plan.lit_time(begin, end) - lit) < 2 * MINUTE, hours_and_minutes


def test_moment_at_which_lit_time_is_reached_skips_the_unlit_hours(bank: Plan, t0: datetime) -> None:
    dawn = datetime(2022, 1, 10, 6, 54, 4, tzinfo=UTC)
    next_dusk = datetime(2022, 1, 10, 17, 9, 42, tzinfo=UTC)
    tonight = dawn - t0
    assert bank.when_lit_for(t0, timedelta(hours=4)) == t0 + timedelta(hours=4)
    assert bank.when_lit_for(t0, tonight + timedelta(hours=1)) == next_dusk + timedelta(hours=1)
    assert bank.when_lit_for(t0, timedelta(hours=200)) is None


def test_bank_dims_between_half_past_ten_and_half_past_five(bank: Plan) -> None:
    noon = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
    intervals = bank.intervals(noon)
    shown = [(i.since.astimezone(PARIS).strftime("%H:%M"), i.level) for i, _ in zip(intervals, range(5), strict=False)]
    assert shown == [("12:00", 0), ("18:08", 100), ("22:30", 50), ("05:30", 100), ("07:54", 0)]


def test_morning_step_never_lights_a_summer_day() -> None:
    plan = plan_of([(time(22, 0), 50), (time(5, 30), 100)], Site(51.0, 2.4, PARIS))
    levels = [plan.level_at(datetime(2026, 6, 22, 0, 0, tzinfo=UTC) + n * MINUTE) for n in range(10 * 60)]
    assert levels == sorted(levels, reverse=True)
    assert set(levels) == {50, 0}


def test_sun_steps_are_moved_by_their_offset() -> None:
    steps = (
        Step(SunTime(SunEvent.DUSK, timedelta(minutes=-15)), 60),
        Step(SunTime(SunEvent.DAWN, timedelta(minutes=20)), 0),
    )
    plan = Plan(Calendar("c", "C", steps), TOULOUSE)
    dusk, dawn = (sun_event(TOULOUSE, event, SPRING) for event in (SunEvent.DUSK, SunEvent.DAWN))
    assert plan.next_change(dusk - timedelta(hours=1)) == dusk - timedelta(minutes=15)
    assert plan.next_change(dusk) == dawn + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("steps", "level"),
    [pytest.param((), 0, id="no steps"), pytest.param((Step(time(20, 0), 40),), 40, id="one step")],
)
def test_calendar_that_never_changes_has_no_next_change(steps: tuple[Step, ...], level: int, t0: datetime) -> None:
    plan = Plan(Calendar("c", "C", steps), TOULOUSE)
    assert plan.level_at(t0) == level
    assert plan.next_change(t0) is None


def test_polar_night_is_lit_and_white_night_is_not() -> None:
    site = Site(80.0, 15.0, ZoneInfo("Europe/Oslo"))
    plan = plan_of([], site)
    assert plan.lit_time(datetime(2026, 12, 20, tzinfo=UTC), datetime(2026, 12, 22, tzinfo=UTC)) == 2 * DAY
    assert plan.lit_time(datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 6, 22, tzinfo=UTC)) == timedelta()


def test_group_without_an_entry_follows_the_default() -> None:
    own, default = Calendar("own", "O", ()), Calendar("default", "D", ())
    calendars = Calendars(default, {"bank": own})
    assert calendars.plan_of("bank", TOULOUSE).calendar is own
    assert calendars.plan_of("square", TOULOUSE).calendar is default
