"""The calendars, as the lighting directorate writes them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from services.lighting_controller.domain.calendar import Step, SunTime
from services.lighting_controller.domain.daylight import SunEvent
from services.lighting_controller.domain.loading import load_calendars
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules

GOOD = """\
default: night
calendars:
  - id: night
    title: La nuit
    steps: {dusk - 15 min: 100 %, 22:30: 50 %, 05:30: 100 %, sunrise + 1 h: 0 %}
  - id: none
    title: Jamais
    groups: [bank, square]
    steps: {}
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProblemsFound) as raised:
        load_calendars(text, "c.yaml")
    return [f"{p.span.line}:{p.span.column} {p.slug}" for p in raised.value.problems]


def test_steps_by_sun_and_clock_are_read() -> None:
    calendars = load_calendars(GOOD, "c.yaml")
    assert calendars.default.steps == (
        Step(SunTime(SunEvent.DUSK, timedelta(minutes=-15)), 100),
        Step(time(22, 30), 50),
        Step(time(5, 30), 100),
        Step(SunTime(SunEvent.SUNRISE, timedelta(hours=1)), 0),
    )
    assert set(calendars.by_group) == {"bank", "square"}
    assert calendars.by_group["bank"].steps == ()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param("dusk - 15", "dusc - 15", "5:13 step-time", id="unknown sun event"),
        pytest.param("dusk - 15 min", "dusk - 15 apples", "5:13 step-time", id="offset without a unit of time"),
        pytest.param("22:30", "25:30", "5:35 step-time", id="no such hour"),
        pytest.param("50 %", "50", "5:42 step-level", id="level without unit"),
        pytest.param("50 %", "150 %", "5:42 step-level", id="more than all"),
        pytest.param("50 %", "12.5 %", "5:42 step-level", id="not a whole number"),
        pytest.param("50 %", "5 m", "5:42 step-level", id="not a level"),
        pytest.param("05:30", "21:30", "5:48 step-order", id="clock goes back"),
        pytest.param("sunrise + 1 h", "sunset", "5:62 step-order", id="sun goes back"),
        pytest.param("id: none", "id: night", "6:9 double-id", id="two calendars of one id"),
        pytest.param("square", "bank", "8:20 double-group", id="a group twice"),
        pytest.param("default: night", "default: nihgt", "1:10 unknown-calendar", id="no such default"),
        pytest.param("title: Jamais", "titel: Jamais", "7:5 unknown-property", id="a word misspelt"),
        pytest.param("[bank, square]", "bank", "8:13 shape", id="groups not a list"),
    ],
)
def test_fault_is_named_with_its_line_and_column(old: str, new: str, found: str) -> None:
    assert found in problems_of(GOOD.replace(old, new))


def test_all_faults_are_told_at_once() -> None:
    assert len(problems_of(GOOD.replace("50 %", "50").replace("dusk", "dusc").replace("Jamais", "[]"))) == 3


@pytest.mark.parametrize("text", ["", "calendars: 3", "- a", "default: x\ncalendars: [3]"])
def test_file_of_another_shape_is_refused(text: str) -> None:
    assert problems_of(text)


def test_shipped_calendars_are_good_and_know_the_bank_of_the_demo() -> None:
    file = shipped_rules() / "lighting" / "calendars.yaml"
    calendars = load_calendars(file.read_text(encoding="utf-8"), file.name)
    assert [step.level for step in calendars.by_group["berges-garonne"].steps] == [100, 50, 100, 0]
    assert [step.level for step in calendars.default.steps] == [100, 0]
