from datetime import timedelta

import pytest

from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.notation import Item, parse_item
from shared.errors import InputError
from shared.model.observations import Quality
from shared.units import Quantity


def metres(value):
    return Quantity(value, "m")


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("1.2 m", Item(metres(1.2))),
        ("1.2m", Item(metres(1.2))),
        ("-0.4 m", Item(metres(-0.4))),
        ("1.2", Item(1.2)),
        ("480 x4", Item(480.0, times=4)),
        ("480 {count} x4", Item(Quantity(480, "{count}"), times=4)),
        ("1.2 m x12", Item(metres(1.2), times=12)),
        ("1.2 m x 12", Item(metres(1.2), times=12)),
        ("20 lx x3", Item(Quantity(20, "lx"), times=3)),
        ("6 mg/L x2", Item(Quantity(6, "mg/L"), times=2)),
        ("1.2 m for 3 h", Item(metres(1.2), times=None, lasting=Span(timedelta(hours=3)))),
        ("1.2 m for 1 h 30 min", Item(metres(1.2), times=None, lasting=Span(timedelta(minutes=90)))),
        ("200 for 28 d", Item(200.0, times=None, lasting=Span(days=28))),
        ("1.2 m..1.9 m x8", Item(metres(1.2), metres(1.9), times=8)),
        ("1.2 .. 1.9 m x8", Item(metres(1.2), metres(1.9), times=8)),
        ("1.2 m..1.9 x8", Item(metres(1.2), metres(1.9), times=8)),
        ("-1..1 for 2 h", Item(-1.0, 1.0, times=None, lasting=Span(timedelta(hours=2)))),
        ("gap", Item(None)),
        ("-", Item(None)),
        ("gap x3", Item(None, times=3)),
        ("- x3", Item(None, times=3)),
        ("gap for 2 h", Item(None, times=None, lasting=Span(timedelta(hours=2)))),
        ("9 m suspect", Item(metres(9), quality=Quality.SUSPECT)),
        ("9 out-of-range x2", Item(9.0, times=2, quality=Quality.OUT_OF_RANGE)),
        ("1.9 m late 20 min", Item(metres(1.9), late=timedelta(minutes=20))),
        ("1.9 m suspect late 20 min x3", Item(metres(1.9), None, 3, None, Quality.SUSPECT, timedelta(minutes=20))),
    ],
)
def test_an_item_of_a_series(text, item):
    assert parse_item(text) == item


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2 m", "'1,2 m' is not a number with a unit, with a point for the decimals; for example 1.80 m"),
        ("1.2 metres", "no unit 'metres'"),
        ("high", "'high' is not a number with a unit"),
        ("1.2 m x0", "x0: a test has between 1 and 100000 values"),
        ("1.2 m x999999", "x999999: a test has between 1 and 100000 values"),
        ("1.2 m..1.9 m", "'1.2 m..1.9 m': a ramp needs at least two values; write 1.2 m..1.9 m x8, or for 2 h"),
        ("gap suspect", "'gap suspect': where nothing is observed, nothing is late or suspect"),
        ("gap late 5 min", "'gap late 5 min': where nothing is observed, nothing is late or suspect"),
        ("1.2 m for ever", "no unit 'm for ever'"),
        ("", "'' is no value"),
        ("9" * 400 + " m", "is too large to count with"),
    ],
)
def test_what_is_no_item_is_told(text, message):
    with pytest.raises(InputError) as caught:
        parse_item(text)
    assert message in str(caught.value)
