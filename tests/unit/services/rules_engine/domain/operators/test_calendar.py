"""Calendars as they are written: what each reads, and what is refused, where it stands and with a way out."""

from datetime import time, timedelta

import pytest

from services.rules_engine.domain.inputs.calendar import Between, ClockMark, Holiday, Season, SunMark, Weekday

NIGHT = Between(ClockMark(time(22)), ClockMark(time(6)))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{time_between: ["22:00", "06:00"]}', NIGHT),
        ("{time_between: [22:00, 6:00]}", NIGHT),
        ("{sun_between: [dusk -30 min, dawn]}", Between(SunMark("dusk", timedelta(minutes=-30)), SunMark("dawn"))),
        ("{time_between: [sunset, '01:00']}", Between(SunMark("sunset"), ClockMark(time(1)))),
        ("{weekday: [sun, sat, sat]}", Weekday((5, 6))),
        ("{weekday: mon}", Weekday((0,))),
        ('{date_between: ["06-15", "2026-09-15"]}', Season((6, 15), (9, 15))),
        ("{holiday: FR}", Holiday("FR")),
    ],
)
def test_what_is_written_is_read(read_of, written, read):
    assert read_of(written) == [read]
    assert read_of(written, grouped=True) == [read]


@pytest.mark.parametrize(
    ("written", "at", "hint"),
    [
        ("{time_between: '22:00'}", "'22:00'", '["22:00", "06:00"]'),
        ("{time_between: [22:00, 22:00]}", "[22:00", "beginning and another end"),
        ("{sun_between: [dusk, dusk +0 min]}", "[dusk", "beginning and another end"),
        ("{time_between: ['22:00', 600]}", "600", '"22:00"'),
        ("{time_between: ['22:00', '24:00']}", "'24:00'", "is not a time of day"),
        ("{sun_between: [dsuk, dawn]}", "dsuk", "dawn, sunrise, noon, sunset, dusk"),
        ("{sun_between: [dusk +13 h, dawn]}", "dusk +13 h", "at most 12 h"),
        ("{weekday: [sat, sund]}", "sund", "did you mean 'sun'?"),
        ("{weekday: [samedi, dim]}", "samedi", "write sat"),
        ("{weekday: [sat, Dim]}", "Dim", "write sun"),
        ("{weekday: []}", "[]", "weekday: [sat, sun]"),
        ("{weekday: 6}", "6", "there are: mon, tue"),
        ("{weekday: [sat, [sun]]}", "[sun]", "there are: mon, tue"),
        ("{date_between: ['06-15', '31-12']}", "'31-12'", "month and day: 06-15"),
        ("{date_between: ['06-15']}", "['06-15']", '["06-15", "09-15"]'),
        ("{date_between: [615, 915]}", "615", '"06-15"'),
        ("{holiday: FX}", "FX", "holiday: FR"),
        ("{holiday: true}", "true", "holiday: FR"),
        ("{holiday: [FR, BE]}", "[FR, BE]", "holiday: FR"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_with_a_way_out(fault, written, at, hint):
    problem = fault(written)
    assert (problem.slug, problem.severity) == ("shape", "error")
    assert problem.text.startswith(at)
    assert hint in (problem.hint or "")
