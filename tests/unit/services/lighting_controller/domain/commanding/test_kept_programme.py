"""What luminaires do by themselves is what their calendars say and the floor allows, for as long as they were told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.lighting_controller.domain.calendars.calendar import Calendar, Calendars, Step
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep, nights_of
from services.lighting_controller.domain.daylight import Site
from services.lighting_controller.domain.envelope.flooring import is_night
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.road_class import RoadClass
from tests.unit.services.lighting_controller.conftest import BANK, TOULOUSE

MINUTE = timedelta(minutes=1)
DARK = Calendar("dark", "Noir", ())
BARE = RoadClass(name="P6", floor=0, step=100, ramp=timedelta(), dwell=timedelta(), share=100)
QUAY = replace(BARE, name="P2", floor=60)

BYLAW = """
default: bank
nights:
  - {id: fete, title: 14 juillet, on: 07-14}
extinctions:
  - {id: z, bylaw: "Arrêté 2020-1", since: 2020-10-01, from: 01:00, to: 05:00, groups: [zone], lifted: [fete]}
calendars:
  - {id: bank, title: B, steps: {dusk: 100 %, 23:00: 30 %, 05:30: 80 %, dawn: 0 %}}
  - id: zone
    title: Z
    groups: [zone]
    steps: {dusk: 100 %, 01:00: 0 %, 05:00: 100 %, dawn: 0 %}
    programmes: {lit: {dusk: 100 %, 01:00: 20 %, dawn: 0 %}}
    days: [{night: fete, programme: lit}]
"""


def group(name: str, site: Site = TOULOUSE) -> LuminaireGroup:
    return LuminaireGroup(name, name, "eclairage", site, ("l",))


def calendars(**by_group: Calendar) -> Calendars:
    return Calendars(DARK, by_group)


# Also over both nights on which the clocks are changed, and in the year's first minutes.
@pytest.mark.parametrize("day", ["2022-01-10T01:45", "2022-03-24T13:00", "2022-10-26T10:59", "2023-01-01T00:00"])
def test_programme_is_the_calendar_minute_by_minute(day: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    known = calendars(bank=BANK)
    nights = nights_of([group("bank")], known, BARE, now)
    programme, plan = nights.of("l"), known.plan_of("bank", TOULOUSE)
    assert nights.until - now > timedelta(days=6)
    moment = now
    while moment < nights.until:
        assert programme.level_at(moment) == plan.level_at(moment), moment
        moment += 7 * MINUTE


def test_same_day_gives_the_same_nights_and_noon_the_next() -> None:
    known, noon = calendars(bank=BANK), datetime(2022, 1, 10, 11, 0, tzinfo=UTC)
    before = nights_of([group("bank")], known, BARE, noon - MINUTE)
    assert before == nights_of([group("bank")], known, BARE, noon - timedelta(hours=20))
    assert before.renew_at == noon
    after = nights_of([group("bank")], known, BARE, noon)
    assert (after.renew_at, after.until - before.until) == (noon + timedelta(days=1), timedelta(days=1))


def test_luminaire_of_several_groups_has_the_brighter_calendar_and_any_before_the_default() -> None:
    lit = Calendar("lit", "Clair", (Step(time(18), 60),))
    now = datetime(2022, 1, 10, 20, 0, tzinfo=UTC)
    both = nights_of([group("bank"), group("lit")], calendars(bank=BANK, lit=lit), BARE, now).of("l")
    assert [both.level_at(now), both.level_at(now + timedelta(hours=4))] == [100, 60]
    default = Calendars(lit, {"bank": DARK})
    assert nights_of([group("bank"), group("other")], default, BARE, now).of("l").level_at(now) == 0


def test_programme_without_steps_or_after_its_end_is_light(t0: datetime) -> None:
    assert KeptProgramme("l").level_at(t0) == 100
    short = KeptProgramme("l", (KeptStep(t0, 0),), t0 + MINUTE)
    assert [short.level_at(t0 + after * MINUTE) for after in (-1, 0, 1)] == [100, 0, 100]


def test_nights_are_of_the_zone_of_the_site() -> None:
    site = Site(16.0, -61.5, ZoneInfo("America/Guadeloupe"))
    nights = nights_of([group("bank", site)], calendars(bank=BANK), BARE, datetime(2022, 1, 10, 12, 0, tzinfo=UTC))
    assert nights.renew_at == datetime(2022, 1, 10, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("names", [["bank"], ["zone"], ["bank", "zone"]], ids="+".join)
@pytest.mark.parametrize("day", ["2022-07-10T13:00", "2022-10-26T10:59"])
def test_programme_keeps_to_the_floor_unless_a_bylaw_lifts_it(day: str, names: list[str]) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    known, groups = load_calendars(BYLAW, "c.yaml"), [group(name) for name in names]
    programme = nights_of(groups, known, QUAY, now).of("l")
    named = [each for each in groups if each.id in known.by_group] or groups
    assert programme.until is not None
    moment, seen = now, set()
    while moment < programme.until:
        level = max(known.plan_of(each.id, TOULOUSE).level_at(moment) for each in named)
        plans = [known.plan_of(each.id, TOULOUSE) for each in groups]
        if any(is_night(plan, moment) for plan in plans) and not any(
            known.bylaws.allows_extinction(each.id, moment, TOULOUSE) for each in groups
        ):
            level = max(level, QUAY.floor)
        assert programme.level_at(moment) == level, moment
        seen.add(level)
        moment += MINUTE
    # In the zone the floor binds only in the night of 14 July, on which the bylaw is lifted.
    assert (60 in seen) is (names == ["bank"] or day.startswith("2022-07"))


def test_street_whose_calendar_is_dark_keeps_its_floor_from_dusk_to_dawn() -> None:
    steps = nights_of([group("dark")], calendars(), QUAY, datetime(2022, 1, 10, 13, 0, tzinfo=UTC)).steps
    assert [step.level for step in steps] == [0, *[60, 0] * 7]
    assert [f"{step.at:%H:%M}" for step in steps[:3]] == ["11:00", "17:09", "06:53"]
