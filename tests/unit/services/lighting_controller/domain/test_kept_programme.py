"""What luminaires do by themselves is what their calendars say, for as long as they were told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.lighting_controller.domain.calendar import Calendar, Calendars, Step
from services.lighting_controller.domain.daylight import Site
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.kept_programme import KeptProgramme, KeptStep, nights_of
from tests.unit.services.lighting_controller.conftest import BANK, TOULOUSE

MINUTE = timedelta(minutes=1)
DARK = Calendar("dark", "Noir", ())


def group(name: str, site: Site = TOULOUSE) -> LuminaireGroup:
    return LuminaireGroup(name, name, "eclairage", site, ("l",))


def calendars(**by_group: Calendar) -> Calendars:
    return Calendars(DARK, by_group)


# Also over both nights on which the clocks are changed, and in the year's first minutes.
@pytest.mark.parametrize("day", ["2022-01-10T01:45", "2022-03-24T13:00", "2022-10-26T10:59", "2023-01-01T00:00"])
def test_programme_is_the_calendar_minute_by_minute(day: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    known = calendars(bank=BANK)
    nights = nights_of([group("bank")], known, now)
    programme, plan = nights.of("l"), known.plan_of("bank", TOULOUSE)
    assert nights.until - now > timedelta(days=6)
    moment = now
    while moment < nights.until:
        assert programme.level_at(moment) == plan.level_at(moment), moment
        moment += 7 * MINUTE


def test_same_day_gives_the_same_nights_and_noon_the_next() -> None:
    known, noon = calendars(bank=BANK), datetime(2022, 1, 10, 11, 0, tzinfo=UTC)
    before = nights_of([group("bank")], known, noon - MINUTE)
    assert before == nights_of([group("bank")], known, noon - timedelta(hours=20))
    assert before.renew_at == noon
    after = nights_of([group("bank")], known, noon)
    assert (after.renew_at, after.until - before.until) == (noon + timedelta(days=1), timedelta(days=1))


def test_luminaire_of_several_groups_has_the_brighter_calendar_and_any_before_the_default() -> None:
    lit = Calendar("lit", "Clair", (Step(time(18), 60),))
    now = datetime(2022, 1, 10, 20, 0, tzinfo=UTC)
    both = nights_of([group("bank"), group("lit")], calendars(bank=BANK, lit=lit), now).of("l")
    assert [both.level_at(now), both.level_at(now + timedelta(hours=4))] == [100, 60]
    default = Calendars(lit, {"bank": DARK})
    assert nights_of([group("bank"), group("other")], default, now).of("l").level_at(now) == 0


def test_programme_without_steps_or_after_its_end_is_light(t0: datetime) -> None:
    assert KeptProgramme("l").level_at(t0) == 100
    short = KeptProgramme("l", (KeptStep(t0, 0),), t0 + MINUTE)
    assert [short.level_at(t0 + after * MINUTE) for after in (-1, 0, 1)] == [100, 0, 100]


def test_nights_are_of_the_zone_of_the_site() -> None:
    site = Site(16.0, -61.5, ZoneInfo("America/Guadeloupe"))
    nights = nights_of([group("bank", site)], calendars(bank=BANK), datetime(2022, 1, 10, 12, 0, tzinfo=UTC))
    assert nights.renew_at == datetime(2022, 1, 10, 16, 0, tzinfo=UTC)
