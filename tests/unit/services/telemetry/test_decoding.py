"""A payload becomes values in the kind's unit, or a fault with a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.telemetry.domain.decoding import Fault, Value, decode
from shared.model.registry import BatteryField, Kind, Model, Mount, Property, Text, UplinkField
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


def nested(depth: int) -> Any:
    """As the header of a table can have it: ``h.a.a.a``."""
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


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
        pytest.param({"h": nested(5_000)}, RejectionReason.NOT_A_NUMBER, id="more in itself than Python can write"),
        pytest.param({"h": 1e308}, RejectionReason.NOT_A_NUMBER, id="more than a float holds once it is scaled"),
    ],
)
def test_a_payload_that_gives_none_says_why(payload: dict[str, Any], reason: RejectionReason) -> None:
    (found,) = decode(payload, model(path="h", unit="m", scale=10), KIND, mount())
    assert isinstance(found, Fault)
    assert found.reason is reason


CONTAINER = Kind(
    id="container",
    title=WORDS,
    period_s=900,
    max_delay_s=3600,
    stale_after_s=2700,
    properties={
        "fill": Property(title=WORDS, unit="%", minimum=0, maximum=100, accuracy=1),
        "tilted": Property(title=WORDS, unit="1", minimum=0, maximum=1, accuracy=1),
    },
)
PROBE = Model(
    id="probe",
    title=WORDS,
    kind=CONTAINER.id,
    observes={
        "fill": UplinkField(path="distance", unit="mm", measures="fill-from-above"),
        "tilted": UplinkField(path="position", unit="1", values={"normal": 0, "tilt": 1}),
    },
    battery=BatteryField(path="battery", unit="%"),
)
DEPTH = {"container_height_m": 1.8, "dead_zone_m": 0.3}


@pytest.mark.parametrize(
    ("distance", "fill"), [(1800, 0.0), (1050, 50.0), (300, 100.0), (120, 100.0), (2116, 0.0), (675, 75.0)]
)
def test_how_full_a_container_is_follows_from_its_depth_and_never_leaves_0_to_100(distance: int, fill: float) -> None:
    (found,) = decode({"distance": distance}, PROBE, CONTAINER, mount(**DEPTH))
    assert isinstance(found, Value)
    assert (found.property, found.unit) == ("fill", "%")
    assert found.value == pytest.approx(fill, abs=1e-9)


@pytest.mark.parametrize("depth", [{}, {"container_height_m": 1.8}, {"container_height_m": 0.3, "dead_zone_m": 0.3}])
def test_a_distance_into_a_container_of_unknown_depth_says_nothing(depth: dict[str, float]) -> None:
    (found,) = decode({"distance": 500}, PROBE, CONTAINER, mount(**depth))
    assert isinstance(found, Fault)
    assert found.reason is RejectionReason.NOT_DECODED


@pytest.mark.parametrize(("said", "value"), [("normal", 0.0), ("tilt", 1.0), (1, 1.0)])
def test_a_state_in_words_is_a_number(said: object, value: float) -> None:
    assert list(decode({"position": said}, PROBE, CONTAINER, mount())) == [Value("tilted", value, "1")]


@pytest.mark.parametrize(("said", "value"), [(True, 1.0), (False, 0.0)])
def test_yes_and_no_are_numbers_where_a_model_says_which(said: bool, value: float) -> None:
    yes_or_no = model(path="alarm", unit="m", values={"true": 1, "false": 0})
    assert list(decode({"alarm": said}, yes_or_no, KIND, mount())) == [Value("level", value, "m")]


def test_a_word_that_nobody_explained_is_no_number() -> None:
    (found,) = decode({"position": "upside down"}, PROBE, CONTAINER, mount())
    assert isinstance(found, Fault)
    assert found.reason is RejectionReason.NOT_A_NUMBER


def test_a_frame_that_tells_the_battery_alone_is_as_good_as_any() -> None:
    assert list(decode({"battery": 92}, PROBE, CONTAINER, mount())) == []


def test_what_the_models_own_codec_read_may_have_no_measure() -> None:
    assert list(decode({"sn": "6600b0940976"}, PROBE, CONTAINER, mount(), whole=True)) == []


def test_a_counter_is_told_as_what_it_shows_with_no_calibration() -> None:
    counter = model(path="total", unit="mm", scale=10, measures="increase", wraps_at=65536)
    (found,) = decode({"total": 4353}, counter, KIND, mount(offsets={"level": 1}))
    assert found == Value("level", 43.53, "m", cumulative=True, wraps_at=655.36)


def test_null_is_no_measure_and_no_fault() -> None:
    assert list(decode({"h": None}, model(path="h", unit="m"), KIND, mount())) == []


def test_a_distance_without_sensor_height_says_nothing() -> None:
    (found,) = decode({"h": 1}, model(path="h", unit="mm", measures="distance-from-above"), KIND, mount())
    assert isinstance(found, Fault)
    assert found.reason is RejectionReason.NOT_DECODED
