"""A scenario puts recordings and made-up series on one calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.console.scenario_files import load_scenarios
from services.console.scenarios import RecordedPart, Scenario, SimulatedPart, Span
from services.console.simulating import ByHour, Series, Simulation
from shared.errors import ProblemsFound
from shared.runtime.settings import shipped_rules
from tests.unit.services.console.test_recordings import recording

MINUTE = timedelta(minutes=1)
ALWAYS = Span()


def times(scenario: Scenario) -> list[str]:
    return [f"{moment:%d %H:%M}" for moment, _ in scenario.instants()]


def of(part: RecordedPart, span: Span = ALWAYS) -> Scenario:
    return Scenario("s", "S", (part,), span)


@pytest.fixture
def four_days(tmp_path: Path) -> RecordedPart:
    """Noon of the first four days of January, in turn from two devices."""
    lines = [f"2022-01-0{day}T12:00:00Z,{'ab'[day % 2]},{day}," for day in (1, 2, 3, 4)]
    return RecordedPart(recording(tmp_path, lines, "UTC"))


def test_what_happened_between_its_bounds_is_played(four_days: RecordedPart) -> None:
    scenario = of(four_days, Span(datetime(2022, 1, 2, tzinfo=UTC), datetime(2022, 1, 4, tzinfo=UTC)))
    assert times(scenario) == ["02 12:00", "03 12:00"]
    assert [moment.day for moment, _ in scenario.instants(datetime(2022, 1, 3, 12, tzinfo=UTC))] == [3]


def test_devices_are_those_of_the_city_and_others_are_left_out(four_days: RecordedPart) -> None:
    played = [uplinks for _, uplinks in of(replace(four_days, devices={"a": "canal"})).instants()]
    assert [[uplink.device for uplink in uplinks] for uplinks in played] == [["canal"], ["canal"]]
    assert [uplink.values for (uplink,) in played] == [{"value": 2.0}, {"value": 4.0}]


def test_a_second_playing_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    lines = [f"2022-01-{day:02}T12:00:00Z,d,{day}," for day in range(1, 11)]  # ten days, so that three overlap
    part = RecordedPart(recording(tmp_path, lines, "UTC"), weeks=(0, 1))
    days = [uplinks[0].values["value"] for _, uplinks in of(part).instants()]
    assert days == [*range(1, 11), *range(4, 11)]


def test_devices_that_gather_send_at_full_multiples(tmp_path: Path) -> None:
    lines = [f"2022-01-01T00:{minute:02}:30Z,d,1," for minute in (0, 13, 14, 15)] + ["2022-01-01T00:30:00Z,d,1,"]
    part = RecordedPart(recording(tmp_path, lines, "UTC"), every=15 * MINUTE)
    assert [(f"{moment:%H:%M}", len(uplinks)) for moment, uplinks in of(part).instants()] == [
        ("00:15", 3),
        ("00:30", 2),
    ]


def test_a_part_may_have_bounds_of_its_own(four_days: RecordedPart) -> None:
    part = replace(four_days, span=Span(None, datetime(2022, 1, 1, 12, tzinfo=UTC)))
    assert times(of(part)) == ["01 12:00"]


def test_recorded_and_made_up_uplinks_of_a_moment_come_together(four_days: RecordedPart) -> None:
    noon = datetime(2022, 1, 3, 12, tzinfo=UTC)
    made_up = Simulation("bruit", 60 * MINUTE, {"s": (Series("laeq", ByHour(((0, 50.0),))),)})
    scenario = Scenario("s", "S", (four_days, SimulatedPart(made_up, ZoneInfo("UTC"))), Span(noon, noon + 60 * MINUTE))
    played = [(moment, [uplink.device for uplink in uplinks]) for moment, uplinks in scenario.instants()]
    assert played == [(noon, ["b", "s"]), (noon + 60 * MINUTE, ["s"])]


def test_the_demonstration_moves_recordings_by_whole_weeks_to_paris() -> None:
    parts = [part for part in load_scenarios(shipped_rules())["demo"].parts if isinstance(part, RecordedPart)]
    assert {part.recording.id: part.weeks for part in parts}["wyndham-2018-2021"] == (120,)
    assert {part.zone for part in parts} == {ZoneInfo("Europe/Paris")}


@pytest.mark.parametrize(
    ("parts", "place", "hint"),
    [
        ("[{recording: crue-de-1910}]", "4:21", "no recording 'crue-de-1910'"),
        ("[{recrding: demo}]", "4:9", "recrding"),
    ],
    ids=["unknown recording", "unknown word"],
)
def test_a_wrong_scenario_is_told_with_its_place(tmp_path: Path, parts: str, place: str, hint: str) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    text = f"id: s\ntitle: {{fr: S, en: S}}\nzone: Europe/Paris\nparts: {parts}\n"
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsFound) as raised:
        load_scenarios(tmp_path)
    (problem,) = raised.value.problems
    assert f"{problem.span.line}:{problem.span.column}" == place
    assert hint in problem.message
