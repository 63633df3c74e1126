"""Units convert exactly and are written for people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.units import (
    Quantity,
    UnitError,
    convert,
    convertible,
    french,
    parse_duration,
    parse_quantity,
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
    ],
)
def test_conversion_is_exact(value: float, source: str, target: str, result: float) -> None:
    assert convert(value, source, target) == result


@pytest.mark.parametrize(
    ("source", "target"), [("m", "Cel"), ("dB", "%"), ("[pH]", "1"), ("{NTU}", "{count}"), ("m", "m/h")]
)
def test_different_sorts_do_not_convert(source: str, target: str) -> None:
    assert not convertible(source, target)
    with pytest.raises(UnitError, match="can't be converted"):
        convert(1, source, target)


def test_an_unknown_unit_is_met_with_the_likeliest() -> None:
    with pytest.raises(UnitError, match=r"no unit 'Cels'; did you mean 'Cel'\?"):
        parse_quantity("20 Cels")


def test_quantities_are_read() -> None:
    assert parse_quantity("1.80 m") == Quantity(1.8, "m")
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
    [(2.018, "m", 0.01, "2,02 m"), (-0.5, "Cel", 0.1, "−0,5 °C"), (80, "%", 1, "80 %"), (12, "{count}", 1, "12")],
)
def test_values_are_written_in_french(value: float, unit: str, accuracy: float, text: str) -> None:
    assert french(value, unit, accuracy) == text
