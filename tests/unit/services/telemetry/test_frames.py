"""A frame gives what can be read of it, says where it could not be read on, and never more."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.device_registry.domain.loading import SourceText, load
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.frames import Frame
from shared.runtime.settings import shipped_rules

# A made-up model of each maker: all that a new one needs.
TREES = """\
kinds:
  - id: tree
    title: {fr: Arbre, en: Tree}
    period: 1 h
    max_delay: 1 d
    properties:
      sway: {title: {fr: Balancement, en: Sway}, unit: cm, range: [-90 cm, 90 cm], accuracy: 1 mm}
models:
  - id: milesight-oak7
    title: {fr: Inclinomètre, en: Inclinometer}
    kind: tree
    observes:
      sway: {path: sway, unit: cm}
    battery: {path: battery, unit: "%"}
    codec:
      format: milesight
      channels:
        - {header: 01 75, reads: [{name: battery, format: u8}]}
        - {header: 0B E7, reads: [{name: sway, format: i16, divisor: 100}, {name: gusts, format: u24}]}
        - {header: 0c e7 01, reads: [{name: leaves, format: u8, words: {"0": none, "1": some}}]}
        - {header: 0d e7, reads: [{name: energy, format: f32}, {name: born, format: i32}, {name: chill, format: i8}]}
  - id: decentlab-dl-oak
    title: {fr: Inclinomètre, en: Inclinometer}
    kind: tree
    observes:
      sway: {path: sway, unit: cm}
    battery: {path: battery_voltage, unit: V}
    codec:
      format: decentlab
      parameters: {kp: 8192}
      sensors:
        - {words: 2, reads: {sway: (x0 - 32768) / kp, ratio: x0 / x1}}
        - {words: 1, reads: {sap: x0 * 2}}
        - {words: 1, reads: {battery_voltage: x0 / 1000}}
"""


@cache
def directory() -> Directory:
    files = sorted((shipped_rules() / "kinds").glob("*.yaml"))
    shipped = [SourceText(file.name, file.read_text(encoding="utf-8")) for file in files]
    return Directory(load([*shipped, SourceText("trees.yaml", TREES)]))


def read(model: str, frame: str) -> Frame:
    return directory().readers[model](bytes.fromhex(frame))


@pytest.mark.parametrize(
    ("model", "frame", "values"),
    [
        ("milesight-oak7", "017564 0be738ff 010200", {"battery": 100, "sway": -2.0, "gusts": 513}),
        ("milesight-oak7", "0ce701 01", {"leaves": "some"}),
        ("milesight-oak7", "0ce701 07", {"leaves": 7}),
        ("milesight-oak7", "0de7 0000c03f fffeffff f0", {"energy": 1.5, "born": -257, "chill": -16}),
        ("decentlab-dl-oak", "02 000a 0005 6000 8000 0bb8", {"sway": -1.0, "ratio": 0.75, "battery_voltage": 3.0}),
        ("decentlab-dl-oak", "02 000a 0002 00ff", {"sap": 510}),
        ("decentlab-dl-oak", "02 000a 0001 8000 0000", {"sway": 0.0, "ratio": None}),
        # What the makers publish as examples.
        ("milesight-em310-udl", "01755c 03824408 040001", {"battery": 92, "distance": 2116, "position": "tilt"}),
        ("milesight-vs121", "05cc02000100", {"people_in": 2, "people_out": 1}),
        (
            "decentlab-dl-ntu",
            "022332000300008885013e013e02330b10",
            {"temperature": 21.81, "turbidity_in_ntu": 31.8, "turbidity_in_mg_l": 56.3, "battery_voltage": 2.832},
        ),
    ],
)
def test_a_model_is_a_yaml_file(model: str, frame: str, values: dict[str, Any]) -> None:
    found = read(model, frame)
    assert found.unread is None
    assert {name: found.values[name] for name in values} == values


@pytest.mark.parametrize(
    ("frame", "kept", "says"),
    [
        ("017564 99e7 0000", {"battery": 100}, "'99 e7' at byte 3"),
        ("99e7 0000", {}, "'99 e7' at byte 0"),
        ("017564 01", {"battery": 100}, "'01' at byte 3"),
        ("017564 0be738", {"battery": 100}, "ends within the value at byte 5"),
        ("0ce702 01", {}, "'0c e7' at byte 0"),
    ],
)
def test_what_comes_before_an_unknown_channel_is_kept_and_what_follows_is_not_guessed(
    frame: str, kept: dict[str, Any], says: str
) -> None:
    found = read("milesight-oak7", frame)
    assert found.values == kept
    assert found.unread is not None
    assert says in found.unread


@pytest.mark.parametrize(
    ("frame", "kept", "says"),
    [
        ("", set(), "0 bytes has no head"),
        ("01 000a 0001 8000 0000", set(), "protocol version 1"),
        ("02 000a 0005 6000 8000 0b", {"sway", "ratio"}, "ends within the words at byte 9"),
        ("02 000a 0009 6000 8000 0bb8", {"sway", "ratio"}, "more than the 3"),
        ("02 000a 0002 00ff ff", {"sap"}, "1 bytes are left"),
    ],
)
def test_words_that_no_sensor_has_are_not_guessed(frame: str, kept: set[str], says: str) -> None:
    found = read("decentlab-dl-oak", frame)
    assert set(found.values) - {"device_id", "protocol_version"} == kept
    assert found.unread is not None
    assert says in found.unread


def test_what_was_measured_earlier_has_its_own_time() -> None:
    frame = read("milesight-em500-udl", "017564 20ce 7b3af164 1e00 03822800 20ce ff3df164 1f00")
    assert (frame.values, frame.unread) == ({"battery": 100, "distance": 40}, None)
    assert frame.earlier == (
        (datetime(2023, 9, 1, 1, 12, 27, tzinfo=UTC), {"distance": 30}),
        (datetime(2023, 9, 1, 1, 27, 27, tzinfo=UTC), {"distance": 31}),
    )


def test_a_noise_sensor_that_is_not_weighted_like_an_ear_gives_no_laeq() -> None:
    assert read("milesight-ws302", "055b 05 3f02da016a02").values == {"LAF": 57.5, "LAeq": 47.4, "LAFmax": 61.8}
    assert read("milesight-ws302", "055b 09 3f02da016a02").values["LAeq"] == 47.4
    weighted_c = read("milesight-ws302", "017564 055b 06 3f02da016a02")
    assert (weighted_c.values, weighted_c.unread is None) == ({"battery": 100}, False)


@given(st.data(), st.binary(max_size=60))
def test_no_bytes_harm_a_reader(data: st.DataObject, frame: bytes) -> None:
    read = directory().readers[data.draw(st.sampled_from(sorted(directory().readers)))]
    found = read(frame)
    assert isinstance(found.values, dict)
    assert found.unread is None or found.unread.isprintable()
