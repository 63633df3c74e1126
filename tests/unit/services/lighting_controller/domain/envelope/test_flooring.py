"""When the floor binds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.lighting_controller.domain.calendars.calendar import Calendar, Plan, Step, SunTime
from services.lighting_controller.domain.daylight import SunEvent
from services.lighting_controller.domain.envelope.flooring import Dark, floor_in, is_night, next_twilight
from services.lighting_controller.domain.road_class import RoadClass

P4 = RoadClass(name="P4", floor=40, step=60, ramp=timedelta(), dwell=timedelta(), share=50)
DUSK, DAWN = datetime(2022, 1, 9, 17, 8, 42, tzinfo=UTC), datetime(2022, 1, 10, 6, 54, 11, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "night"),
    [
        pytest.param(DUSK - 5 * SECOND - timedelta(minutes=1), False, id="before civil dusk"),
        pytest.param(DUSK + timedelta(minutes=1), True, id="after it"),
        pytest.param(datetime(2022, 1, 10, 1, tzinfo=UTC), True, id="while the calendar says 0 %"),
        pytest.param(DAWN + timedelta(minutes=1), False, id="after civil dawn"),
        pytest.param(datetime(2022, 1, 10, 11, tzinfo=UTC), False, id="noon"),
    ],
)
def test_night_is_from_civil_dusk_to_civil_dawn(bank: Plan, at: datetime, night: bool) -> None:
    dark = Plan(Calendar("dark", "", ()), bank.site)
    assert is_night(dark, at) is night


def test_it_is_night_for_a_street_whenever_its_calendar_has_it_lit(bank: Plan) -> None:
    steps = (Step(SunTime(SunEvent.SUNSET, timedelta(hours=-1)), 100), Step(SunTime(SunEvent.DAWN), 0))
    early = Plan(Calendar("early", "", steps), bank.site)
    assert is_night(early, DUSK - timedelta(hours=1))
    assert not is_night(early, DUSK - timedelta(hours=3))


def test_twilights_follow_each_other(bank: Plan) -> None:
    dusk = next_twilight(bank.site, datetime(2022, 1, 9, 12, tzinfo=UTC))
    dawn = next_twilight(bank.site, dusk)
    assert next_twilight(bank.site, dusk - SECOND) == dusk
    assert dusk < dawn < next_twilight(bank.site, dawn) < dusk + timedelta(days=1, minutes=5)
    # 6:54 and 17:08 UTC, give or take what an almanac rounds.
    assert abs(dusk - DUSK) < timedelta(minutes=1)
    assert abs(dawn - DAWN) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("around", "floor"),
    [
        pytest.param([Dark(False, False)], None, id="by day none"),
        pytest.param([Dark(True, False)], 40, id="at night"),
        pytest.param([Dark(True, True)], 0, id="put out by a bylaw"),
        pytest.param([Dark(False, False), Dark(True, False)], 40, id="of two groups, one of them lit"),
        pytest.param([Dark(True, False), Dark(True, True)], 0, id="of two groups, one in the extinction zone"),
    ],
)
def test_floor_of_a_luminaire_of_these_groups(around: list[Dark], floor: int | None) -> None:
    assert floor_in(around, P4) == floor
