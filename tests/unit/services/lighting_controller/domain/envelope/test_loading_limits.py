"""The file of limits: what it says, and every fault with its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.lighting_controller.domain.envelope.limits import NamedZone
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.road_class import RoadClass
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules

GOOD = """
classes:
  P4: {floor: 40 %, step: 60 %, ramp: 5 s, dwell: 10 min, share: 50 %}
  C3: {floor: 70 %, step: 30 %, ramp: 20 s, dwell: 15 min, share: 25 %}
default: P4
groups:
  quay: P4
  square: {class: P4, floor: 45 %, dwell: 20 min}
tags:
  passage-pieton: C3
luminaires:
  lamp-1: C3
zones:
  - {id: west, title: "Ouest", groups: [quay], areas: [centre]}
"""
P4 = RoadClass(name="P4", floor=40, step=60, ramp=timedelta(seconds=5), dwell=timedelta(minutes=10), share=50)
P4_LINE = "  P4: {floor: 40 %, step: 60 %, ramp: 5 s, dwell: 10 min, share: 50 %}"


def problems(text: str) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        load_limits(text, "l.yaml")
    return [f"{each.span.line}:{each.span.column} {each.slug}: {each.message}" for each in found.value.problems]


def test_a_good_file_says_who_has_which_limits() -> None:
    limits = load_limits(GOOD, "l.yaml")
    assert limits.default == P4
    assert limits.by_group["quay"] == P4
    assert (limits.by_group["square"].floor, limits.by_group["square"].dwell) == (45, timedelta(minutes=20))
    assert (limits.by_group["square"].name, limits.by_group["square"].step) == ("P4", 60)
    assert {name: road.name for name, road in (limits.by_tag | limits.by_luminaire).items()} == {  # type: ignore[operator]
        "passage-pieton": "C3",
        "lamp-1": "C3",
    }
    assert limits.zones == (NamedZone("west", ("quay",), ("centre",)),)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("floor: 40 %, step: 60 %", "floor: 101 %, step: 60 %",
         ["3:15 limit: '101 %' is not a whole number from 0 % to 100 %"]),
        ("floor: 40 %, step: 60 %", "floor: 40, step: 60 %", ["3:15 limit: '40' is not in %"]),
        ("floor: 40 %, step: 60 %", "floor: 40 %, step: 0 %",
         ["3:27 limit: '0 %' is not a whole number from 1 % to 100 %"]),
        ("floor: 40 %, step: 60 %", "floor: 40.5 %, step: 60 %",
         ["3:15 limit: '40.5 %' is not a whole number from 0 % to 100 %"]),
        ("dwell: 10 min", "dwell: 10", ["3:51 limit: '10' is not a duration"]),
        ("dwell: 10 min", "dwell: soon",
         ["3:51 limit: 'soon' is not a duration; for example 10 min, 4 h, 30 s or 2 d"]),
        ("ramp: 5 s", "ramp: 1 h", ["3:39 limit: '1 h' is too long"]),
        ("share: 50 %}", "share: 0 %}", ["3:66 limit: '0 %' is not a whole number from 1 % to 100 %"]),
        (", share: 50 %}", "}", ["3:7 missing: class 'P4' has no 'share'"]),
        (", dwell: 10 min, share: 50 %}", "}", ["3:7 missing: class 'P4' has no 'dwell', 'share'"]),
        ("dwell: 10 min", "dwel: 10 min",
         ["3:44 unknown-property: no property 'dwel' here", "3:7 missing: class 'P4' has no 'dwell'"]),
        ("  C3: {", "  Z9: {", [
            "4:3 unknown-class: no class of EN 13201-2 'Z9'",
            "10:19 unknown-class: no class 'C3'",
            "12:11 unknown-class: no class 'C3'",
        ]),
        ("default: P4", "default: P5", ["5:10 unknown-class: no class 'P5'"]),
        ("default: P4\n", "", ["2:1 unknown-class: no class 'None'"]),
        ("quay: P4", "quay: {floor: 45 %}", ["7:9 unknown-class: no class 'None'"]),
        ("floor: 45 %, dwell", "flor: 45 %, dwell", ["8:23 unknown-property: no property 'flor' here"]),
        ("areas: [centre]", "areas: centre", ["14:55 shape: 'areas' must be a list of ids"]),
        ("groups: [quay], areas: [centre]}", "}", ["14:5 shape: zone 'west' has neither groups nor areas"]),
        ("  - {id: west", "  - {id: west, groups: [square]}\n  - {id: west", ["15:10 double-id: a second zone 'west'"]),
        ("zones:", "zone:", ["13:1 unknown-property: no property 'zone' here"]),
        ("tags:\n  passage-pieton: C3", "tags: [x]", ["9:7 shape: 'tags' must be a mapping"]),
        (P4_LINE, "  P4: 40 %", ["3:7 shape: expected limits: floor, step, ramp, dwell, share"]),
    ],
)  # fmt: skip
def test_every_fault_has_its_place(before: str, after: str, told: list[str]) -> None:
    assert before in GOOD
    assert problems(GOOD.replace(before, after, 1)) == told


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("floor: 40 %", "floor: 400 %").replace("default: P4", "default: P9")
    assert len(problems(text)) == 2


def test_what_is_no_mapping_is_said() -> None:
    assert problems("- 1\n") == ["1:1 shape: expected a mapping: classes, default, groups, tags, luminaires, zones"]


def test_shipped_limits_have_every_class_and_allow_what_the_shipped_calendars_say() -> None:
    file = shipped_rules() / "lighting" / "limits.yaml"
    limits = load_limits(file.read_text(encoding="utf-8"), file.name)
    assert {group: road.floor for group, road in limits.by_group.items()} == {
        "berges-garonne": 40,
        "berges-huveaune": 40,
        "vieux-port": 50,
        "cours-mirabeau": 50,
        "la-plaine": 40,
        "quais-martigues": 40,
    }
    assert limits.by_tag["passage-pieton"].name == "C3"


@pytest.mark.parametrize(
    ("before", "after", "hint"),
    [
        ("quay: P4", "quay: P44", "did you mean 'P4'?"),
        ("default: P4", "default: bright", "described under classes: P4, C3"),
        ("  C3: {", "  C33: {", "did you mean 'C3'?"),
        ("dwell: 10 min", "dwel: 10 min", "did you mean 'dwell'?"),
        ("zones:", "zone:", "did you mean 'zones'?"),
        ("dwell: 10 min", "dwell: 9999999999999 d", "it has its unit: 10 min, 5 s"),
    ],
)
def test_what_was_meant_is_asked(before: str, after: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        load_limits(GOOD.replace(before, after, 1), "l.yaml")
    assert hint in [each.hint for each in found.value.problems]
