"""Units convert exactly and are written for people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.units import (
    Quantity,
    UnitError,
    convert,
    convert_difference,
    convertible,
    display_unit,
    french,
    parse_duration,
    parse_quantity,
    rate_unit,
)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        pytest.param(1795, "mm", "m", 1.795, id="millimetres"),
        pytest.param(3000, "mm", "m", 3.0, id="exactly the threshold"),
        pytest.param(20, "Cel", "K", 293.15, id="a scale with another zero"),
        pytest.param(50, "%", "1", 0.5, id="percent"),
        pytest.param(1500, "L/s", "m3/s", 1.5, id="flow"),
        pytest.param(20, "cm/h", "m/h", 0.2, id="rate"),
        pytest.param(30, "mm/h", "cm/h", 3.0, id="rain"),
        pytest.param(12, "%/d", "%/h", 0.5, id="rate by day"),
        pytest.param(5, "lx/min", "lx/h", 300.0, id="dusk"),
        pytest.param(2.5, "m3", "L", 2500.0, id="volume"),
    ],
)
def test_conversion_is_exact(value: float, source: str, target: str, result: float) -> None:
    assert convert(value, source, target) == result


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("m", "Cel"), ("dB", "%"), ("[pH]", "1"), ("{NTU}", "{count}"), ("m", "m/h"), ("deg", "1"), ("deg", "%"),
        ("lx", "cd/m2"), ("%/h", "{count}/h"), ("Cel/h", "Cel"),
    ],
)  # fmt: skip
def test_different_sorts_do_not_convert(source: str, target: str) -> None:
    assert not convertible(source, target)
    with pytest.raises(UnitError, match="can't be converted"):
        convert(1, source, target)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        pytest.param(10, "Cel", "K", 10.0, id="no other zero"),
        pytest.param(-0.1, "K", "Cel", -0.1, id="and back"),
        pytest.param(10, "Cel", "Cel", 10, id="the same"),
        pytest.param(30, "cm", "m", 0.3, id="where zero is the same"),
    ],
)
def test_a_difference_has_no_zero_of_its_own(value: float, source: str, target: str, result: float) -> None:
    assert convert_difference(value, source, target) == result


def test_a_difference_does_not_convert_between_sorts_either() -> None:
    with pytest.raises(UnitError, match="'Cel' can't be converted to 'm'"):
        convert_difference(1, "Cel", "m")


@pytest.mark.parametrize(
    ("unit", "rate"),
    [
        ("m", "m/h"), ("mm", "mm/h"), ("Cel", "Cel/h"), ("%", "%/h"), ("{count}", "{count}/h"), ("uS/cm", "uS/cm/h"),
        ("[pH]", "[pH]/h"), ("1", None), ("m/h", None), ("d", None),
    ],
)  # fmt: skip
def test_a_rate_is_told_by_the_hour_where_that_makes_sense(unit: str, rate: str | None) -> None:
    assert rate_unit(unit) == rate


def test_a_rate_of_an_unknown_unit_is_an_error() -> None:
    with pytest.raises(UnitError, match="no unit 'Cels'"):
        rate_unit("Cels")


def test_an_unknown_unit_is_met_with_the_likeliest() -> None:
    with pytest.raises(UnitError, match=r"no unit 'Cels'; did you mean 'Cel'\?"):
        parse_quantity("20 Cels")


def test_quantities_are_read() -> None:
    assert parse_quantity("1.80 m") == Quantity(1.8, "m")
    assert parse_quantity("-5 %/h") == Quantity(-5.0, "%/h")
    assert parse_quantity("200 {count}/h") == Quantity(200.0, "{count}/h")
    assert parse_quantity("-6 deg") == Quantity(-6.0, "deg")
    assert parse_quantity("-3") == Quantity(-3.0, "1")
    with pytest.raises(UnitError, match="with a point for the decimals"):
        parse_quantity("1,80 m")


def test_durations_are_read() -> None:
    assert parse_duration("10 min") == timedelta(minutes=10)
    assert parse_duration("60s") == timedelta(seconds=60)
    with pytest.raises(UnitError, match="not a duration"):
        parse_duration("soon")


@pytest.mark.parametrize(
    ("value", "unit", "accuracy", "text"),
    [
        (2.018, "m", 0.01, "2,02 m"), (-0.5, "Cel", 0.1, "−0,5 °C"), (80, "%", 1, "80 %"), (12, "{count}", 1, "12"),
        (-6, "deg", 1, "−6°"), (200, "{count}/h", 1, "200/h"), (1.5, "Cel/h", 0.1, "1,5 °C/h"), (5, "%/d", 1, "5 %/j"),
        (-0.001, "m", 0.01, "0,00 m"), (-0.0, "{count}", 1, "0"), (-0.006, "m", 0.01, "−0,01 m"),
    ],
)  # fmt: skip
def test_values_are_written_in_french(value: float, unit: str, accuracy: float, text: str) -> None:
    assert french(value, unit, accuracy) == text


def test_a_day_is_written_in_the_reader_s_language() -> None:
    assert [display_unit("%/d"), display_unit("%/d", "en"), display_unit("m", "en")] == ["%/j", "%/d", "m"]
