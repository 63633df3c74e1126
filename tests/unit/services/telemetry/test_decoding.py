"""A payload becomes values in the kind's unit, or a fault with a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.telemetry.domain.decoding import Fault, Value, decode
from shared.model.registry import Kind, Model, Mount, Property, Text, UplinkField
from shared.model.rejections import RejectionReason

WORDS = Text("x", "x")
LEVEL = Property(title=WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)
KIND = Kind(
    id="water-level", title=WORDS, period_s=900, max_delay_s=3600, stale_after_s=2700, properties={"level": LEVEL}
)


def model(**field: Any) -> Model:
    return Model(id="m", title=WORDS, kind=KIND.id, observes={"level": UplinkField(**field)})


def mount(**calibration: Any) -> Mount:
    return Mount(id="x", device="d", point="p", since=datetime(2020, 1, 1, tzinfo=UTC), **calibration)


@pytest.mark.parametrize(
    ("field", "calibration", "payload", "value"),
    [
        pytest.param({"path": "h", "unit": "mm"}, {}, {"h": 2018}, 2.018, id="unit"),
        pytest.param({"path": "h", "unit": "m", "scale": 0.5}, {}, {"h": 3}, 1.5, id="scale"),
        pytest.param({"path": "a.b", "unit": "m"}, {}, {"a": {"b": 1.5}}, 1.5, id="nested path"),
        pytest.param({"path": "h", "unit": "m"}, {"offsets": {"level": -0.25}}, {"h": 1}, 0.75, id="offset"),
        pytest.param(
            {"path": "distance", "unit": "mm", "measures": "distance-from-above"},
            {"sensor_height_m": 4.2},
            {"distance": 3220, "battery": 100},
            0.98,
            id="distance from above: 4.20 m - 3.22 m, the published FloodMonitoring example",
        ),
    ],
)
def test_a_payload_gives_a_value(
    field: dict[str, Any], calibration: dict[str, Any], payload: dict[str, Any], value: float
) -> None:
    (found,) = decode(payload, model(**field), KIND, mount(**calibration))
    assert isinstance(found, Value)
    assert (found.property, found.unit) == ("level", "m")
    assert found.value == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        pytest.param({"battery": 3.6}, RejectionReason.NO_SUCH_PROPERTY, id="battery-only frame"),
        pytest.param({"h": "2.0"}, RejectionReason.NOT_A_NUMBER, id="text for a number"),
        pytest.param({"h": True}, RejectionReason.NOT_A_NUMBER, id="a boolean is no number"),
        pytest.param({"h": float("nan")}, RejectionReason.NOT_A_NUMBER, id="NaN"),
        pytest.param({"h": float("inf")}, RejectionReason.NOT_A_NUMBER, id="infinity"),
        pytest.param({"h": 10**400}, RejectionReason.NOT_A_NUMBER, id="an integer that no float holds"),
        pytest.param({"h": [1]}, RejectionReason.NOT_A_NUMBER, id="a list"),
        pytest.param({"h": 1e308}, RejectionReason.NOT_A_NUMBER, id="more than a float holds once it is scaled"),
    ],
)
def test_a_payload_that_gives_none_says_why(payload: dict[str, Any], reason: RejectionReason) -> None:
    (found,) = decode(payload, model(path="h", unit="m", scale=10), KIND, mount())
    assert isinstance(found, Fault)
    assert found.reason is reason


def test_null_is_no_measure_and_no_fault() -> None:
    assert list(decode({"h": None}, model(path="h", unit="m"), KIND, mount())) == []


def test_a_distance_without_sensor_height_says_nothing() -> None:
    (found,) = decode({"h": 1}, model(path="h", unit="mm", measures="distance-from-above"), KIND, mount())
    assert isinstance(found, Fault)
    assert found.reason is RejectionReason.NOT_DECODED
