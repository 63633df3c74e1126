"""When the sun sets and rises, night by night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import astral.sun
import pytest
from astral import Observer

from services.lighting_controller.domain.daylight import Site, SunEvent, night_of, noon, sun_event

PARIS = ZoneInfo("Europe/Paris")
MARSEILLE = Site(43.2965, 5.3698, PARIS)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("event", "night", "shown"),
    [
        pytest.param(SunEvent.SUNSET, date(2026, 3, 20), "18:50", id="sunset in March"),
        pytest.param(SunEvent.SUNSET, date(2026, 6, 21), "21:22", id="sunset in June"),
        pytest.param(SunEvent.SUNSET, date(2026, 9, 23), "19:34", id="sunset in September"),
        pytest.param(SunEvent.SUNSET, date(2026, 12, 21), "17:05", id="sunset in December"),
        pytest.param(SunEvent.DUSK, date(2026, 3, 20), "19:19", id="dusk in March"),
        pytest.param(SunEvent.DUSK, date(2026, 9, 23), "20:03", id="dusk in September"),
        pytest.param(SunEvent.SUNRISE, date(2026, 6, 20), "05:58", id="sunrise after the night of 20 June"),
        pytest.param(SunEvent.SUNRISE, date(2026, 12, 20), "08:07", id="sunrise after the night of 20 December"),
    ],
)
def test_sun_at_marseille_is_where_the_almanac_has_it(event: SunEvent, night: date, shown: str) -> None:
    assert sun_event(MARSEILLE, event, night).astimezone(PARIS).strftime("%H:%M") == shown


@pytest.mark.parametrize(("night", "shown"), [(date(2026, 3, 28), "18:59:54"), (date(2026, 10, 24), "18:41:15")])
def test_sunset_before_the_clocks_change_is_told_to_the_second(night: date, shown: str) -> None:
    assert sun_event(MARSEILLE, SunEvent.SUNSET, night).astimezone(PARIS).strftime("%H:%M:%S") == shown


@pytest.mark.parametrize("latitude", [43.0, 45.0, 47.0, 49.0, 51.0])
def test_sun_is_six_degrees_below_the_horizon_at_dusk_and_dawn_all_year(latitude: float) -> None:
    site = Site(latitude, 2.0, PARIS)
    for day in range(0, 1461, 9):  # four years, with 29 February 2024 among them
        night = date(2024, 2, 29) + timedelta(days=day)
        for event in (SunEvent.DUSK, SunEvent.DAWN):
            elevation = astral.sun.elevation(Observer(latitude, 2.0), sun_event(site, event, night), False)
            assert elevation == pytest.approx(-6.0, abs=0.1)


def test_events_of_a_night_follow_each_other_from_noon_to_noon() -> None:
    night = date(2024, 2, 29)
    moments = [sun_event(MARSEILLE, event, night) for event in SunEvent]
    assert [noon(night, PARIS), *moments, noon(date(2024, 3, 1), PARIS)] == sorted(
        [*moments, noon(night, PARIS), noon(date(2024, 3, 1), PARIS)]
    )


def test_dusk_after_midnight_belongs_to_the_night_before() -> None:
    finland = Site(61.5, 23.8, ZoneInfo("Europe/Helsinki"))
    dusk = sun_event(finland, SunEvent.DUSK, date(2026, 5, 30))
    assert dusk.astimezone(finland.zone).date() == date(2026, 5, 31)
    assert night_of(dusk, finland.zone) == date(2026, 5, 30)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone", "nights"),
    [
        pytest.param(46.78, -56.17, "America/Miquelon", (date(2028, 7, 24), 5), id="dusk passes midnight UTC"),
        pytest.param(46.78, -56.17, "America/Miquelon", (date(2028, 5, 18), 5), id="and in spring"),
        pytest.param(64.15, -21.94, "Atlantic/Reykjavik", (date(2028, 5, 16), 5), id="before white nights"),
        pytest.param(69.65, 18.96, "Europe/Oslo", (date(2028, 4, 22), 5), id="dawn of a day that has no dusk"),
        pytest.param(-22.27, 166.44, "Pacific/Noumea", (date(2028, 6, 19), 3), id="midnight is at noon UTC"),
    ],
)
def test_it_is_dark_between_dusk_and_dawn_and_only_then(
    latitude: float, longitude: float, zone: str, nights: tuple[date, int]
) -> None:
    site, observer = Site(latitude, longitude, ZoneInfo(zone)), Observer(latitude, longitude)
    for night in (nights[0] + timedelta(days=number) for number in range(nights[1])):
        sunset, dusk, dawn, sunrise = (sun_event(site, event, night) for event in SunEvent)
        assert sunset < dusk <= dawn < sunrise
        moment, end = noon(night, site.zone), noon(night + timedelta(days=1), site.zone)
        while moment < end:
            elevation = astral.sun.elevation(observer, moment, with_refraction=False)
            if abs(elevation + 6) > 0.2:
                assert (dusk <= moment < dawn) is (elevation < -6), moment
            moment += timedelta(minutes=7)


def test_white_night_has_no_length() -> None:
    site = Site(66.0, 15.0, STOCKHOLM)
    assert len({sun_event(site, event, date(2026, 6, 21)) for event in SunEvent}) == 1


def test_polar_night_lasts_from_noon_to_noon() -> None:
    site, night = Site(80.0, 15.0, STOCKHOLM), date(2026, 12, 21)
    assert sun_event(site, SunEvent.DUSK, night) == noon(night, STOCKHOLM)
    assert sun_event(site, SunEvent.DAWN, night) == noon(date(2026, 12, 22), STOCKHOLM)


def test_night_begins_at_noon_of_local_clocks() -> None:
    assert night_of(datetime(2026, 7, 1, 9, 59, tzinfo=UTC), PARIS) == date(2026, 6, 30)
    assert night_of(datetime(2026, 7, 1, 10, 0, tzinfo=UTC), PARIS) == date(2026, 7, 1)
