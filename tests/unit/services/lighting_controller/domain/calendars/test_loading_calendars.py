"""The calendars, as the lighting directorate writes them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from services.lighting_controller.domain.calendars.calendar import Step, SunTime
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.daylight import SunEvent
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


MORE = """\
default: night
nights:
  - {id: fete, title: Fête, on: 07-14}
extinctions:
  - {id: z, bylaw: B, since: 2023-10-01, from: 01:00, to: 05:00, groups: [bank], lifted: [fete]}
calendars:
  - id: night
    title: La nuit
    groups: [bank]
    category: road
    steps: {dusk: 100 %, dawn: 0 %}
    programmes:
      fete: {dusk: 100 %, dawn: 0 %}
    days:
      - {night: [fete], weekday: [sat], from: 06-15, to: 09-15, programme: fete}
      - {nth: last fri, month: 5, eve: FR, programme: fete}
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param("on: 07-14", "on: 07-32", "3:33 night-date", id="no such day"),
        pytest.param(", on: 07-14", "", "3:5 shape", id="a night that is never"),
        pytest.param("on: 07-14", "om: 07-14", "3:29 unknown-property", id="a word misspelt"),
        pytest.param("since: 2023-10-01", "since: 10-01", "5:30 night-date", id="a bylaw of every year"),
        pytest.param("from: 01:00", "until: 2023-09-30, from: 01:00", "5:49 night-range", id="a bylaw that ends first"),
        pytest.param(", since: 2023-10-01", "", "5:5 missing", id="a bylaw of no date"),
        pytest.param("bylaw: B", 'bylaw: " "', "5:20 no-bylaw", id="a bylaw without a reference"),
        pytest.param("from: 01:00", "from: 1 h", "5:48 step-time", id="an hour that is none"),
        pytest.param("groups: [bank], lifted", "groups: [bonk], lifted", "5:75 unknown-group", id="a zone of nobody"),
        pytest.param("groups: [bank], lifted", "groups: [], lifted", "5:74 shape", id="an empty zone"),
        pytest.param("lifted: [fete]", "lifted: [foot]", "5:91 unknown-night", id="lifted on no night"),
        pytest.param("category: road", "category: rood", "10:15 unknown-category", id="no such category"),
        pytest.param("      fete: {dusk", "      ordinaire: {dusk", "13:7 double-id", id="a second ordinary one"),
        pytest.param("fete: {dusk: 100 %, dawn: 0 %}", "fete: {}", "13:13 shape", id="a programme without steps"),
        pytest.param("fete: {dusk: 100 %", "fete: {dusk: 1 m", "13:20 step-level", id="a level of a programme"),
        pytest.param("night: [fete]", "night: [foot]", "15:18 unknown-night", id="a rule for an unknown night"),
        pytest.param("weekday: [sat]", "weekday: [samedi]", "15:34 night-weekday", id="a day in French"),
        pytest.param("to: 09-15", "to: 2026-09-15", "15:47 night-range", id="a year at one end"),
        pytest.param("from: 06-15, to: 09-15", "from: 2026-09-15, to: 2026-06-15", "15:47 night-range", id="backwards"),
        pytest.param("09-15, programme: fete", "09-15, programme: foot", "15:76 unknown-programme", id="no programme"),
        pytest.param("09-15, programme: fete", "09-15", "15:9 missing", id="a rule without a programme"),
        pytest.param("nth: last fri, month: 5, eve: FR, ", "", "16:9 shape", id="a rule for no night"),
        pytest.param("last fri", "6 fri", "16:15 night-weekday", id="no sixth Friday"),
        pytest.param("month: 5", "month: 13", "16:32 night-month", id="no such month"),
        pytest.param("eve: FR", "eve: XX", "16:40 night-holiday", id="no such country"),
        pytest.param("eve: FR", "eve: FR-99", "16:40 night-holiday", id="no such part of it"),
    ],
)
def test_fault_of_nights_bylaws_and_programmes_is_named_with_its_place(old: str, new: str, found: str) -> None:
    assert load_calendars(MORE, "c.yaml").warnings == ()
    assert found in problems_of(MORE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param("programme: fete}\n      - {nth", "programme: ordinaire}\n      - {nth", [], id="still used"),
        pytest.param("programme: fete", "programme: ordinaire", ["13:7 unused-programme"], id="not used"),
        pytest.param("    steps: {dusk: 100 %, dawn: 0 %}", "    steps: {}", ["11:12 no-steps"], id="no steps"),
    ],
)
def test_what_wants_a_look_is_a_warning(old: str, new: str, found: list[str]) -> None:
    warnings = load_calendars(MORE.replace(old, new), "c.yaml").warnings
    assert [f"{w.span.line}:{w.span.column} {w.slug}" for w in warnings if w.severity == "warning"] == found


SUCCESSIVE = """\
default: night
extinctions:
  - {id: old, bylaw: A, since: 2023-10-01, until: 2025-09-30, from: 01:00, to: 05:00, groups: [quay]}
  - {id: new, bylaw: B, since: 2025-10-01, from: 02:00, to: 05:00, groups: [quay]}
calendars:
  - {id: night, title: La nuit, steps: {dusk: 100 %, dawn: 0 %}}
  - {id: quay, title: Le quai, groups: [quay], steps: {dusk: 100 %, 02:00: 0 %, 05:00: 50 %, dawn: 0 %}}
"""


def test_night_is_held_against_the_bylaw_that_followed_another_one() -> None:
    load_calendars(SUCCESSIVE, "c.yaml")
    assert problems_of(SUCCESSIVE.replace("02:00: 0 %", "01:00: 0 %")) == ["7:76 dark-at-night"]


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
    assert calendars.warnings == ()
    assert [zone.id for zone in calendars.bylaws.of("quais-martigues")] == ["martigues-quais"]
