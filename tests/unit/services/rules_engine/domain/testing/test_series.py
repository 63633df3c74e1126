from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.notation import parse_item
from services.rules_engine.domain.testing.series import Grid, lay_out
from shared.errors import InputError
from shared.model.observations import Quality
from shared.model.registry import Property, Text

PARIS = ZoneInfo("Europe/Paris")
LEVEL = Property(title=Text("x", "x"), unit="m", minimum=-2, maximum=15, accuracy=0.01)
WARMTH = Property(title=Text("x", "x"), unit="Cel", minimum=-30, maximum=60, accuracy=0.1)
QUARTERS = Span(timedelta(minutes=15))


def grid(begin="2026-01-10 00:00", step=QUARTERS):
    return Grid(datetime.fromisoformat(begin).replace(tzinfo=PARIS).astimezone(UTC), step, PARIS)


def values(text, known=LEVEL, index=0, on=None):
    return [slot.sample and slot.sample.value for slot in lay_out(parse_item(text), on or grid(), index, known)]


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        pytest.param("1.2 m x3", LEVEL, [1.2, 1.2, 1.2], id="repeated"),
        pytest.param("120 cm x2", LEVEL, [1.2, 1.2], id="another unit"),
        pytest.param("1.2", LEVEL, [1.2], id="the unit of the kind"),
        pytest.param("300 K", WARMTH, [26.85], id="a unit with another zero"),
        pytest.param("gap x2", LEVEL, [None, None], id="nothing observed"),
        pytest.param("1.2 m..1.9 m x8", LEVEL, [1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9], id="ramp"),
        pytest.param("2 m..150 cm x3", LEVEL, [2.0, 1.75, 1.5], id="ramp down between units"),
        pytest.param("1 m for 1 h", LEVEL, [1.0] * 4, id="for an hour"),
        pytest.param("1 m..2 m for 45 min", LEVEL, [1.0, 1.5, 2.0], id="ramp for a while"),
    ],
)
def test_the_values_of_an_item(text, known, expected):
    assert values(text, known) == expected


def test_each_value_has_its_place_on_the_grid():
    slots = list(lay_out(parse_item("1 m x2"), grid(), 3, LEVEL))
    assert [slot.time for slot in slots] == [datetime(2026, 1, 9, 23, minute, tzinfo=UTC) + timedelta(0)
                                             for minute in (45,)] + [datetime(2026, 1, 10, tzinfo=UTC)]  # fmt: skip


def test_a_late_value_arrives_later_than_it_was_observed():
    (slot,) = lay_out(parse_item("1 m late 20 min"), grid(), 0, LEVEL)
    assert slot.arrives - slot.time == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("15 m", Quality.GOOD),
        ("15.1 m", Quality.OUT_OF_RANGE),
        ("-3 m", Quality.OUT_OF_RANGE),
        ("99 m suspect", "suspect"),
    ],
)
def test_what_the_sensor_cannot_show_is_out_of_range(text, quality):
    (slot,) = lay_out(parse_item(text), grid(), 0, LEVEL)
    assert slot.sample.quality == quality


@pytest.mark.parametrize(
    ("begin", "hours"),
    [("2026-03-29 00:00", 23), ("2026-10-25 00:00", 25), ("2026-01-10 00:00", 24)],
)
def test_a_day_has_as_many_hourly_values_as_it_has_hours(begin, hours):
    assert len(values("1 m for 1 d", on=grid(begin, Span(timedelta(hours=1))))) == hours


def test_daily_values_keep_their_time_of_day_when_clocks_change():
    days = grid("2026-03-28 06:00", Span(days=1))
    local = [days.moment(index).astimezone(PARIS) for index in range(3)]
    assert [f"{each:%d %H:%M %z}" for each in local] == ["28 06:00 +0100", "29 06:00 +0200", "30 06:00 +0200"]


def test_four_weeks_of_daily_values_over_the_change_of_clocks_are_28():
    assert len(values("1 m for 28 d", on=grid("2026-03-10 06:00", Span(days=1)))) == 28


@pytest.mark.parametrize(
    ("text", "known", "message"),
    [
        ("1 m for 20 min", LEVEL, "20 min is no whole number of steps of 15 min"),
        ("1 m for 5 min", LEVEL, "5 min is no whole number of steps of 15 min"),
        ("1 m for 9999 d", LEVEL, "9999 d are more than 100000 values with a step of 15 min"),
        ("1 Cel", LEVEL, "'Cel' can't be converted to 'm'"),
    ],
)
def test_what_does_not_fit_is_told(text, known, message):
    with pytest.raises(InputError, match=message):
        values(text, known)


def test_a_series_has_an_end():
    with pytest.raises(InputError, match="at most 100000 values"):
        values("1 m x2", index=99_999)
