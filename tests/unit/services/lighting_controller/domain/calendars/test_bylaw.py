"""Where the lights may be put out at night: in the hours of a bylaw, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.lighting_controller.domain.calendars.bylaw import Bylaws
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.daylight import Site
from shared.civil_time import PARIS
from shared.errors import ProblemsFound

SITE = Site(43.4, 5.05, PARIS)
MINUTE = timedelta(minutes=1)
TEXT = """\
default: night
nights:
  - {id: fete, title: 14 juillet, on: 07-14}
extinctions:
  - id: z
    bylaw: "Arrêté 2023-1"
    since: 2023-10-01
    until: 2030-09-30
    from: 01:00
    to: 05:00
    groups: [quay]
    lifted: [fete]
calendars:
  - {id: night, title: N, steps: {dusk: 100 %, dawn: 0 %}}
  - id: quay
    title: Quay
    groups: [quay]
    steps: {dusk: 100 %, 01:00: 0 %, 05:00: 100 %, dawn: 0 %}
    programmes: {lit: {dusk: 100 %, dawn: 0 %}}
    days: [{night: fete, programme: lit}]
  - {id: castle, title: Castle, category: heritage, groups: [castle], steps: {sunset: 100 %, 01:00: 0 %}}
"""


def calendars(old: str = "", new: str = "") -> Calendars:
    assert old in TEXT
    return load_calendars(TEXT.replace(old, new, 1) if old else TEXT, "c.yaml")


def allowed(bylaws: Bylaws, night: date, group: str = "quay") -> list[str]:
    """The minutes of a night in which the group may be dark: the first and the last, and how many."""
    noon = datetime(night.year, night.month, night.day, 12, tzinfo=PARIS).astimezone(UTC)
    moments = [noon + number * MINUTE for number in range(26 * 60)]
    found = [moment for moment in moments if bylaws.allows_extinction(group, moment, SITE)]
    if not found:
        return []
    return [f"{moment.astimezone(PARIS):%H:%M}" for moment in (found[0], found[-1])] + [str(len(found))]


@pytest.mark.parametrize(
    ("night", "expected"),
    [
        pytest.param(date(2026, 1, 10), ["01:00", "04:59", "240"], id="any night"),
        pytest.param(date(2023, 10, 1), ["01:00", "04:59", "240"], id="the first night"),
        pytest.param(date(2023, 9, 30), [], id="the night before"),
        pytest.param(date(2030, 9, 30), ["01:00", "04:59", "240"], id="the last night"),
        pytest.param(date(2030, 10, 1), [], id="the night after"),
        pytest.param(date(2026, 7, 14), [], id="lifted"),
        pytest.param(date(2026, 7, 13), ["01:00", "04:59", "240"], id="the night that ends on 14 July"),
        pytest.param(date(2026, 3, 28), ["01:00", "04:59", "180"], id="spring, an hour less"),
        pytest.param(date(2026, 10, 24), ["01:00", "04:59", "300"], id="autumn, an hour more"),
    ],
)
def test_hours_of_the_bylaw_are_those_of_the_clocks(night: date, expected: list[str]) -> None:
    assert allowed(calendars().bylaws, night) == expected


def test_another_group_may_never_be_dark_and_heritage_always() -> None:
    bylaws = calendars().bylaws
    assert allowed(bylaws, date(2026, 1, 10), "street") == []
    assert allowed(bylaws, date(2026, 7, 14), "castle")[2] == str(26 * 60)


def test_hours_may_follow_the_sun() -> None:
    text = TEXT.replace("from: 01:00", "from: dusk + 5 h").replace("to: 05:00", "to: dawn - 1 h")
    text = text.replace("01:00: 0 %, 05:00: 100 %", "dusk + 5 h: 0 %, dawn - 1 h: 100 %")
    bylaws = load_calendars(text, "c.yaml").bylaws
    # On 10 January dusk is at 17:55 and dawn at 07:39.
    assert allowed(bylaws, date(2026, 1, 10))[:2] == ["22:56", "06:38"]
    # In June five hours after dusk an hour before dawn is past.
    assert allowed(bylaws, date(2026, 6, 20))[:2] == ["03:00", "04:23"]


@pytest.mark.parametrize(
    ("old", "new", "place", "night"),
    [
        pytest.param("to: 05:00", "to: 04:59", "18:33", "01/10, 04:59-05:00", id="a minute too long"),
        pytest.param("from: 01:00", "from: 01:01", "18:33", "01/10, 01:00-01:01", id="a minute too early"),
        pytest.param("s: [quay]\n    lift", "s: [castle]\n    lift", "18:33", "01/01, 01:00-05:00", id="no zone"),
        pytest.param("[{night: fete, programme: lit}]", "[]", "18:33", "14/07, 01:00-05:00", id="lifted, and dark"),
        pytest.param("lit: {dusk:", "lit: {dusk + 10 min:", "19:39", "14/07", id="lit too late"),
        pytest.param(
            "{lit: {dusk: 100 %, dawn", "{lit: {dusk: 100 %, dawn - 5 min", "19:51", "14/07", id="off too early"
        ),
        pytest.param(
            "N, steps: {dusk: 100 %, dawn", "N, steps: {dusk: 100 %, 06:30", "14:55", "tout autre", id="clock"
        ),
    ],
)
def test_dark_night_without_a_bylaw_is_a_fault_at_its_step(old: str, new: str, place: str, night: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        calendars(old, new)
    (problem,) = raised.value.problems
    assert (problem.slug, f"{problem.span.line}:{problem.span.column}") == ("dark-at-night", place)
    assert night in problem.message


def test_a_bylaw_that_ended_is_looked_at_until_then_and_the_controller_keeps_the_floor_after_it() -> None:
    ended = calendars("until: 2030-09-30", "until: 2023-10-02").bylaws
    assert allowed(ended, date(2023, 10, 2)) == ["01:00", "04:59", "240"]
    assert allowed(ended, date(2023, 10, 3)) == []


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        pytest.param("sunset: 100 %, 01:00: 0 %", [], id="as the decree wants it"),
        pytest.param("dusk: 60 %, 23:00: 0 %", [], id="earlier"),
        pytest.param("sunset: 100 %, 01:01: 0 %", ["heritage-hours"], id="a minute longer"),
        pytest.param("sunset - 5 min: 100 %, 01:00: 0 %", ["heritage-hours"], id="by day"),
        pytest.param("sunset: 100 %, 01:00: 0 %, 05:00: 50 %, dawn: 0 %", ["heritage-hours"], id="in the morning"),
    ],
)
def test_heritage_is_dark_from_one_o_clock_on(steps: str, found: list[str]) -> None:
    warnings = calendars("{sunset: 100 %, 01:00: 0 %}", f"{{{steps}}}").warnings
    assert [(warning.slug, warning.severity) for warning in warnings] == [(slug, "warning") for slug in found]


def test_special_nights_of_heritage_are_the_prefects() -> None:
    feast = (
        "{sunset: 100 %, 01:00: 0 %}, programmes: {f: {sunset: 100 %, 04:00: 0 %}}, days: [{night: fete, programme: f}]"
    )
    assert calendars("{sunset: 100 %, 01:00: 0 %}", feast).warnings == ()
    every = feast.replace("night: fete", "weekday: fri")
    assert [warning.slug for warning in calendars("{sunset: 100 %, 01:00: 0 %}", every).warnings] == ["heritage-hours"]
